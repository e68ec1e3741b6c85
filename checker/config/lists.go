package config

import (
	"bytes"
	"encoding/hex"
	"path/filepath"
	"slices"
	"strings"
)

// KnownKeys reads a list of burnt keys: a line each, the SHA-256 of the public key (SubjectPublicKeyInfo) in hex, and behind it
// what is said about the key. Blank lines and those that begin with '#' are passed over.
func KnownKeys(name string, data []byte) (map[string]string, error) {
	keys := map[string]string{}
	n := 0
	for line := range bytes.Lines(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))) {
		n++
		hash, comment, _ := strings.Cut(strings.TrimSpace(strings.ReplaceAll(string(line), "\t", " ")), " ")
		if hash == "" || strings.HasPrefix(hash, "#") {
			continue
		}
		hash = strings.ToLower(strings.ReplaceAll(hash, ":", ""))
		if b, err := hex.DecodeString(hash); err != nil || len(b) != 32 {
			// Never the line itself: whoever wrote the configuration may have named any file.
			return nil, &Error{File: name, Line: n, Text: "the SHA-256 of a public key is expected, 64 hex digits, and behind it a comment"}
		}
		keys[hash] = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(comment), "#"))
	}
	return keys, nil
}

// ForbiddenPasswords reads a list of passwords, a line each as it stands; in lower case, since that is how they are compared.
func ForbiddenPasswords(data []byte) map[string]bool {
	list := map[string]bool{}
	for line := range bytes.Lines(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))) {
		if word := strings.TrimRight(string(line), "\r\n"); word != "" {
			list[strings.ToLower(word)] = true
		}
	}
	return list
}

// local tells a path that stays in its folder, on every system.
func local(name string) bool {
	return name != "" && !strings.Contains(name, `\`) && filepath.IsLocal(filepath.FromSlash(name))
}

func sortedKeys[V any](m map[string]V) []string {
	ks := make([]string, 0, len(m))
	for k := range m {
		ks = append(ks, k)
	}
	slices.Sort(ks)
	return ks
}
