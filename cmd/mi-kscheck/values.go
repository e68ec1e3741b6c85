package main

import (
	"bufio"
	"bytes"
	"os"
	"path"
	"strings"

	"github.com/spf13/pflag"

	"github.com/mi-kscheck/mi-kscheck/checker"
	"github.com/mi-kscheck/mi-kscheck/checker/secret"
)

// valueFlags hand over values for placeholders. Nothing is taken from the environment unless it is named.
type valueFlags struct {
	env     []string
	envFile []string
	noEnv   bool
	secrets []string
	sys     []string
	decrypt bool
}

func (f *valueFlags) register(fs *pflag.FlagSet) {
	fs.StringArrayVar(&f.env, "env", nil, "take $env{NAME} from the environment; a `NAME` or a pattern like MI_* (repeatable)")
	fs.StringArrayVar(&f.envFile, "env-file", nil, "take values for $env{} from this `FILE` of NAME=VALUE lines (repeatable)")
	fs.BoolVar(&f.noEnv, "no-env", false, "read nothing from the environment, whatever --env says")
	fs.StringArrayVar(&f.secrets, "secret", nil, "value for $secret{ALIAS}: `ALIAS=env:NAME` or ALIAS=file:PATH (repeatable)")
	fs.BoolVar(&f.decrypt, "decrypt-secrets", false, "decrypt the values of [secrets] in memory, with the internal keystore (or the primary's) if it opens")
	fs.StringArrayVar(&f.sys, "sys", nil, "value for $sys{NAME}: `NAME=env:VAR`, NAME=file:PATH or NAME=VALUE (repeatable)")
}

// read gathers the values. Later options win over earlier ones, --env-file over --env.
func (f *valueFlags) read() (checker.Values, error) {
	v := checker.Values{Decrypt: f.decrypt, Env: map[string]secret.Value{}, Sys: map[string]secret.Value{}, Secrets: map[string]secret.Value{}}
	if err := f.environment(v.Env); err != nil {
		return v, err
	}
	for _, name := range f.envFile {
		if err := readEnvFile(name, v.Env); err != nil {
			return v, err
		}
	}
	for _, arg := range f.secrets {
		alias, from, ok := strings.Cut(arg, "=")
		if !ok || alias == "" {
			return v, usage("--secret takes ALIAS=env:NAME or ALIAS=file:PATH")
		}
		value, indirect, err := f.indirect("--secret "+alias, from)
		if err != nil {
			return v, err
		}
		if !indirect {
			return v, usage("--secret %s takes env:NAME or file:PATH: a value on the command line could be seen by others", alias)
		}
		v.Secrets[alias] = value
	}
	for _, arg := range f.sys {
		name, from, ok := strings.Cut(arg, "=")
		if !ok || name == "" {
			return v, usage("--sys takes NAME=env:VAR, NAME=file:PATH or NAME=VALUE")
		}
		value, _, err := f.indirect("--sys "+name, from)
		if err != nil {
			return v, err
		}
		v.Sys[name] = value
	}
	return v, nil
}

// environment takes the named variables from the process environment.
func (f *valueFlags) environment(into map[string]secret.Value) error {
	if len(f.env) == 0 {
		return nil
	}
	for _, pattern := range f.env {
		if strings.Contains(pattern, "=") {
			return usage("--env takes names, not values: put NAME=VALUE in a file and name it with --env-file") // never the text: it is a secret
		}
		if _, err := path.Match(pattern, ""); err != nil || pattern == "" {
			return usage("--env takes the name of a variable or a pattern like MI_*, not %q", pattern)
		}
	}
	if f.noEnv {
		return nil
	}
	for _, kv := range os.Environ() {
		name, value, _ := strings.Cut(kv, "=")
		for _, pattern := range f.env {
			if ok, _ := path.Match(pattern, name); ok {
				into[name] = secret.New(value)
			}
		}
	}
	return nil
}

// indirect reads "env:NAME" and "file:PATH"; any other text is the value itself.
func (f *valueFlags) indirect(option, from string) (v secret.Value, indirect bool, err error) {
	if name, ok := strings.CutPrefix(from, "env:"); ok {
		value, set := os.LookupEnv(name)
		switch {
		case f.noEnv:
			return v, true, usage("%s: --no-env keeps the variable %s from being read; hand the value over by file:PATH", option, name)
		case !set:
			return v, true, usage("%s: the variable %s is not set", option, name)
		}
		return secret.New(value), true, nil
	}
	if name, ok := strings.CutPrefix(from, "file:"); ok {
		b, err := readSmall(name)
		if err != nil {
			return v, true, usage("%s: %q could not be read: %s", option, name, checker.Reason(system(err)))
		}
		return secret.New(withoutNewline(string(b))), true, nil
	}
	return secret.New(from), false, nil
}

// readEnvFile takes NAME=VALUE lines; everything behind the first "=" is the value as it stands. Blank lines and those that
// begin with "#" are passed over.
func readEnvFile(name string, into map[string]secret.Value) error {
	b, err := readSmall(name)
	if err != nil {
		return usage("--env-file %q could not be read: %s", name, checker.Reason(system(err)))
	}
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	s := bufio.NewScanner(bytes.NewReader(b))
	s.Buffer(nil, len(b)+1)
	for n := 1; s.Scan(); n++ {
		line := strings.TrimSuffix(s.Text(), "\r")
		if strings.TrimSpace(line) == "" || strings.HasPrefix(strings.TrimSpace(line), "#") {
			continue
		}
		key, value, ok := strings.Cut(line, "=")
		if key = strings.TrimSpace(key); !ok || key == "" {
			return usage("--env-file %q, line %d: NAME=VALUE is expected", name, n) // never the line: it may be a secret
		}
		into[key] = secret.New(value)
	}
	return nil
}

// maxSmall bounds a file that holds values, in bytes.
const maxSmall = 1 << 20

// readSmall reads a file that holds values.
func readSmall(name string) ([]byte, error) { return readFile(name, maxSmall) }
