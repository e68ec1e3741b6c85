package main

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"github.com/mi-kscheck/mi-kscheck/checker/keystore"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// limitFlags are the limits on hostile input that a user may have reason to set: what is his own may be larger than what strangers may
// send. They are options alone, since the configuration lies in the tree under check.
type limitFlags struct{ given []string }

func (f *limitFlags) register(fs *pflag.FlagSet) {
	fs.StringArrayVar(&f.given, "limit", nil, "set a limit on hostile input, as `NAME=NUMBER` (repeatable): "+strings.Join(limitNames, ", "))
}

// limits are those in force.
type limits struct {
	archive source.Limits
	keys    int // of a deployment.toml; 0: as deployment has it
	stores  keystore.Limits
}

var limitNames = []string{"archive-mib", "archive-ratio", "archive-entries", "keys", "store-entries", "store-iterations"}

func (f *limitFlags) read() (limits, error) {
	var l limits
	for _, given := range f.given {
		name, text, _ := strings.Cut(given, "=")
		n, err := strconv.ParseInt(text, 10, 64)
		if !slices.Contains(limitNames, name) {
			return l, usage("--limit takes NAME=NUMBER with one of the names %s, not %q", strings.Join(limitNames, ", "), given)
		}
		if err != nil || n < 1 || n > math.MaxInt32 {
			return l, usage("--limit %s takes a whole number from 1 to %d, not %q", name, math.MaxInt32, text)
		}
		switch name {
		case "archive-mib":
			l.archive.Unpacked = n << 20
		case "archive-ratio":
			l.archive.Ratio = n
		case "archive-entries":
			l.archive.Entries = int(n)
		case "keys":
			l.keys = int(n)
		case "store-entries":
			l.stores.Entries = int(n)
		case "store-iterations":
			l.stores.Iterations = int(n)
		}
	}
	return l, nil
}
