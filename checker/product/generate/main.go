// Command generate writes the compact tables under checker/product/data from the facts read in the product's own files:
// mi-config.json (the config mapper's files of every release) and known-default-keys.tsv (the keys that everyone has).
// It is run by go generate in checker/product; its output is committed, so that building needs neither file.
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/mi-kscheck/mi-kscheck/checker/packed"
)

// facts is mi-config.json.
type facts struct {
	Versions map[string]version `json:"versions"`
}

type version struct {
	SameAs  string              `json:"same_as"`
	Default json.RawMessage     `json:"default"`
	Mapping json.RawMessage     `json:"key_mappings"`
	Infer   json.RawMessage     `json:"infer"`
	Read    map[string][]string `json:"read_by_templates"`
}

// table is one file of the output; product.go reads it back.
type table struct {
	Default json.RawMessage `json:"default"`
	Mapping json.RawMessage `json:"key_mappings"`
	Infer   json.RawMessage `json:"infer"`
	Read    []string        `json:"read"`
}

func main() {
	config := flag.String("config", "", "mi-config.json")
	keys := flag.String("keys", "", "known-default-keys.tsv")
	out := flag.String("out", "data", "folder to write to")
	flag.Parse()
	files, err := generate(*config, *keys)
	if err == nil {
		err = write(*out, files)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

// generate gives the content of every output file by its name.
func generate(config, keys string) (map[string][]byte, error) {
	raw, err := os.ReadFile(config) //nolint:gosec // a path that the developer names
	if err != nil {
		return nil, err
	}
	var f facts
	if err := json.Unmarshal(raw, &f); err != nil {
		return nil, fmt.Errorf("%s: %w", config, err)
	}
	known, err := os.ReadFile(keys) //nolint:gosec // a path that the developer names
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{"known-default-keys.tsv": known}
	var versions []string
	for name, v := range f.Versions {
		data := name
		if v.SameAs != "" {
			data = v.SameAs
		}
		versions = append(versions, name+"\t"+data)
		if v.SameAs != "" {
			continue
		}
		text, err := compact(v)
		if err != nil {
			return nil, fmt.Errorf("%s: version %s: %w", config, name, err)
		}
		files[data+".json"] = text
	}
	// No release so far has a two-digit part, so the order of the text is the order of the versions; the reader sorts anyway.
	sort.Strings(versions)
	files["versions.tsv"] = []byte(strings.Join(versions, "\n") + "\n")
	return files, nil
}

// compact drops what the checker does not need (which template reads a key) and all white space.
func compact(v version) ([]byte, error) {
	read := map[string]bool{}
	for _, keys := range v.Read {
		for _, k := range keys {
			read[k] = true
		}
	}
	t := table{Default: v.Default, Mapping: v.Mapping, Infer: v.Infer}
	for k := range read {
		t.Read = append(t.Read, k)
	}
	sort.Strings(t.Read)
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(t)
	return b.Bytes(), err
}

func write(folder string, files map[string][]byte) error {
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o600); err != nil {
			return err
		}
		// The tables are many and alike, and each run needs one or two: they are embedded packed.
		if filepath.Ext(name) == ".json" {
			if err := packed.Write(filepath.Join(folder, name+".gz"), map[string]string{name: string(content)}); err != nil {
				return err
			}
		}
	}
	return nil
}
