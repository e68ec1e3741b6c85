package main

import (
	"path"
	"slices"
	"strings"

	"github.com/mi-kscheck/mi-kscheck/checker"
	"github.com/mi-kscheck/mi-kscheck/checker/config"
)

// layers reads what a configuration extends, and what that extends in turn: the nearest first.
func layers(name string, data []byte, n named) ([]config.Layer, error) {
	all := []config.Layer{{Name: name, Data: data}}
	seen := []string{name}
	for dir := ""; ; {
		last := all[len(all)-1]
		to, line, err := config.Extends(last.Name, last.Data)
		if err != nil {
			return nil, &exitError{code: exitUsage, err: err}
		}
		if to == "" {
			return all, nil
		}
		fault := func(text string) error {
			return &exitError{code: exitUsage, err: &config.Error{File: last.Name, Line: line, Text: text}}
		}
		if len(all) == config.MaxChain {
			return nil, fault("more than 8 configurations extend one another")
		}
		at := path.Join(dir, to)
		data, uri, err := n.base(at)
		switch {
		case incomplete(err) != nil:
			return nil, incomplete(err)
		case err != nil:
			return nil, fault("'extends' names '" + uri + "', which could not be read: " + checker.Reason(system(err)))
		case slices.Contains(seen, uri):
			return nil, fault("the configurations extend one another in a circle: " + strings.Join(append(seen[slices.Index(seen, uri):], uri), " extends "))
		}
		if dir = path.Dir(at); dir == "." {
			dir = ""
		}
		seen = append(seen, uri)
		all = append(all, config.Layer{Name: uri, Dir: dir, Data: data})
	}
}
