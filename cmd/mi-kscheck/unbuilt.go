package main

import (
	"errors"

	"github.com/spf13/pflag"
)

// unbuiltOptions are options of the contract that are not built yet. They are refused by name, never ignored: a script that
// relies on one must not believe that it had an effect.
var unbuiltOptions = []struct {
	name string
	flag bool // takes no value
}{
	{"policy", false},
	{"ruleset", false},
	{"decrypt-secrets", true},
	{"baseline", false},
	{"update-baseline", true},
	{"config", false},
	{"untrusted", true},
	{"trust-ref", false},
	{"fix", true},
	{"dry-run", true},
	{"trace", false},
}

type unbuilt struct{}

func (unbuilt) String() string   { return "" }
func (unbuilt) Type() string     { return "" }
func (unbuilt) Set(string) error { return errors.New("it is not built yet in this version") }

func registerUnbuilt(fs *pflag.FlagSet) {
	for _, o := range unbuiltOptions {
		f := fs.VarPF(unbuilt{}, o.name, "", "not built yet")
		f.Hidden = true
		if o.flag {
			f.NoOptDefVal = "true"
		}
	}
}
