package main

import (
	"errors"

	"github.com/spf13/pflag"
)

// What belongs to the contract and is not built yet is refused by name, never ignored: a script that relies on it must not
// believe that it had an effect.

// unbuiltOptions are options of check.
var unbuiltOptions = []struct {
	name string
	flag bool // takes no value
}{
	{"decrypt-secrets", true},
}

var errUnbuilt = errors.New("not built yet in this version")

type unbuilt struct{}

func (unbuilt) String() string   { return "" }
func (unbuilt) Type() string     { return "" }
func (unbuilt) Set(string) error { return errUnbuilt }

func registerUnbuilt(fs *pflag.FlagSet) {
	for _, o := range unbuiltOptions {
		f := fs.VarPF(unbuilt{}, o.name, "", errUnbuilt.Error())
		f.Hidden = true
		if o.flag {
			f.NoOptDefVal = "true"
		}
	}
}
