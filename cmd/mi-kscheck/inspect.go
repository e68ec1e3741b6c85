package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mi-kscheck/mi-kscheck/checker"
	"github.com/mi-kscheck/mi-kscheck/checker/inspect"
	"github.com/mi-kscheck/mi-kscheck/checker/keystore"
	"github.com/mi-kscheck/mi-kscheck/checker/product"
	"github.com/mi-kscheck/mi-kscheck/checker/report"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

type inspectFlags struct {
	kind          string
	passwordEnv   string
	passwordFile  string
	passwordStdin bool
	trust         string
	format        string
	now           clock
}

func newInspect(memory *collector) *cobra.Command {
	var f inspectFlags
	c := &cobra.Command{
		Use:   "inspect STORE",
		Short: "Show what is in a keystore, and why it does not open",
		Long: `inspect shows what 'keytool -list -v' shows of a store, how the file is protected, and why it does not open. Without a password
it shows what the file gives away by itself.

Exit: 0 it opens as asked; 1 it does not, and what could be read is shown with the reason; 2 usage error; 3 the file could not
be read.`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usage("inspect takes one STORE, not %d", len(args))
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			memory.resume() // no policy is compiled
			return f.run(c, args[0])
		},
	}
	fs := c.Flags()
	fs.StringVar(&f.kind, "type", "", "the `TYPE` that the store is declared as: JKS, PKCS12, … (default: what the file is)")
	fs.StringVar(&f.passwordEnv, "password-env", "", "take the password from the environment variable `VAR`")
	fs.StringVar(&f.passwordFile, "password-file", "", "take the password from `FILE`; one newline at its end is no part of it")
	fs.BoolVar(&f.passwordStdin, "password-stdin", false, "take the password from standard input; one newline at its end is no part of it")
	fs.StringVar(&f.trust, "trust", "", "judge the chains by the anchors of `TRUSTSTORE`, which opens with the same password, a shipped one, or none")
	fs.StringVarP(&f.format, "format", "f", "text", "`FORMAT`: text, json")
	f.now.register(fs, "count remaining days from `TIME` (RFC 3339; default: the system clock)")
	_ = c.RegisterFlagCompletionFunc("format", cobra.FixedCompletions([]string{"text", "json"}, cobra.ShellCompDirectiveNoFileComp))
	return c
}

func (f *inspectFlags) run(c *cobra.Command, name string) error {
	if f.format != "text" && f.format != "json" {
		return usage("--format takes text or json, not %q", f.format)
	}
	now, err := f.now.time()
	if err != nil {
		return err
	}
	passwords, err := f.passwords(c.Context(), c.InOrStdin())
	if err != nil {
		return err
	}
	data, err := readStore(name)
	if err != nil {
		return err
	}
	o := inspect.Options{Name: name, Declared: f.kind, Passwords: passwords, Now: now, TrustName: f.trust, Clean: report.Clean}
	if f.trust != "" {
		anchors, err := readStore(f.trust)
		if err != nil {
			return err
		}
		o.Trust, o.TrustErr = openTruststore(anchors, passwords)
	}
	store, err := keystore.OpenBytes(data, keystore.Options{Passwords: passwords})
	r := inspect.Build(store, err, o)
	if f.format == "json" {
		e := json.NewEncoder(c.OutOrStdout())
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		err = e.Encode(r)
	} else {
		err = r.Text(c.OutOrStdout())
	}
	switch {
	case err != nil:
		return written(err)
	case !r.OK():
		return &exitError{code: exitFindings}
	}
	return nil
}

// passwords gives the one password that the options name, or none.
func (f *inspectFlags) passwords(ctx context.Context, stdin io.Reader) ([]string, error) {
	named := 0
	for _, given := range []bool{f.passwordEnv != "", f.passwordFile != "", f.passwordStdin} {
		if given {
			named++
		}
	}
	switch {
	case named > 1:
		return nil, usage("--password-env, --password-file and --password-stdin exclude each other")
	case f.passwordEnv != "":
		text, set := os.LookupEnv(f.passwordEnv)
		if !set {
			return nil, usage("--password-env: the variable %s is not set", f.passwordEnv)
		}
		return []string{text}, nil
	case f.passwordFile != "":
		b, err := readSmall(f.passwordFile)
		if err != nil {
			return nil, usage("--password-file %q could not be read: %s", f.passwordFile, checker.Reason(system(err)))
		}
		return []string{withoutNewline(string(b))}, nil
	case f.passwordStdin:
		b, err := readInput(ctx, stdin, maxSmall+1)
		if err != nil {
			return nil, err
		}
		if len(b) > maxSmall {
			return nil, usage("--password-stdin: standard input is larger than 1 MiB: that is no password")
		}
		return []string{withoutNewline(string(b))}, nil
	}
	return nil, nil
}

// readStore reads a store that the user named. What is larger than any store is cut, which opening it tells.
func readStore(name string) ([]byte, error) {
	data, err := readFile(name, keystore.DefaultLimits.Size)
	if err != nil && !errors.Is(err, source.ErrTooLarge) {
		return nil, undone("%q could not be read: %s", name, checker.Reason(system(err)))
	}
	return data, nil
}

// openTruststore tries the password of the store, then those that the product ships, then none: many truststores show their
// certificates without one.
func openTruststore(data []byte, passwords []string) (*keystore.Store, error) {
	store, err := keystore.OpenBytes(data, keystore.Options{Passwords: append(passwords[:len(passwords):len(passwords)], product.DefaultPasswords()...)})
	if errors.Is(err, keystore.ErrPassword) {
		if open, err := keystore.OpenBytes(data, keystore.Options{}); err == nil && open.Complete {
			return open, nil
		}
	}
	return store, err
}

// withoutNewline takes one newline off the end, of either kind.
func withoutNewline(s string) string {
	if short, ok := strings.CutSuffix(s, "\n"); ok {
		return strings.TrimSuffix(short, "\r")
	}
	return s
}
