// Package product is what the Micro Integrator releases ship: the config mapper's tables by version, the shipped default
// stores, and the publicly known keys. Its tables are generated from the product's files (see generate/main.go) and immutable.
package product

import (
	"strings"
	"sync"
	"time"
)

//go:generate go run ./generate -config ../../../shared/data/mi-config.json -keys ../../../shared/data/known-default-keys.tsv -out data

// Table is the config mapper's data of one version, as far as stores, TLS and secrets are concerned.
type Table struct {
	Version     string
	Default     map[string]any                       // flat key → default (string, bool, []any, map)
	KeyMappings map[string]string                    // written flat key → mapped flat key ("a.b:c" for elements of arrays)
	Infer       map[string]map[string]map[string]any // key → text → key → value
	Read        map[string]bool                      // flat keys that some template of the version reads
	Installed   bool                                 // it comes from the files of an installation

	writtenOnce sync.Once
	written     map[string]string
}

// Plain is a flat key as keys are compared: without quotes (mi-semantics section 1, point 1: users write
// parameter.HostnameVerifier for the mapped parameter.'HostnameVerifier').
func Plain(key string) string {
	if strings.IndexByte(key, '\'') < 0 && strings.IndexByte(key, '"') < 0 {
		return key
	}
	return unquote.Replace(key)
}

var unquote = strings.NewReplacer(`'`, "", `"`, "")

// WrittenAs gives the name under which people write a mapped key, plain; false where the two are one. The table must not
// change after the first call.
func (t *Table) WrittenAs(mapped string) (string, bool) {
	t.writtenOnce.Do(func() {
		t.written = make(map[string]string, len(t.KeyMappings))
		for written, mapped := range t.KeyMappings {
			// Where two names lead to one key the first in the alphabet stands, so that every run is the same.
			if other, ok := t.written[Plain(mapped)]; !ok || written < other {
				t.written[Plain(mapped)] = written
			}
		}
	})
	w, ok := t.written[Plain(mapped)]
	return w, ok
}

// DefaultPasswords are the store passwords that the product ships, most common first.
func DefaultPasswords() []string { return []string{"wso2carbon", "edcrfv", "qazwsx"} }

// KnownKey is a private key that everyone has.
type KnownKey struct {
	SPKI        string // SHA-256 of the public key, lower-case hex
	Certificate string // SHA-256 of a certificate with it
	Alias       string
	Subject     string
	SelfSigned  bool
	NotBefore   time.Time
	NotAfter    time.Time
	ShippedIn   string   // "MI 4.4.0, Carbon kernel 4.9"
	MIVersions  []string // MI releases whose default store has it
}

// The paths, relative to MI home, of the stores that every release since 4.0 ships.
const (
	ShippedKeystore   = "repository/resources/security/wso2carbon.jks"
	ShippedTruststore = "repository/resources/security/client-truststore.jks"
)
