// Package product is what the Micro Integrator releases ship: the config mapper's tables by version, the shipped default
// stores, and the publicly known keys. Its tables are generated from the product's files (see generate.go) and immutable.
package product

import "time"

// Table is the config mapper's data of one version, as far as stores, TLS and secrets are concerned.
type Table struct {
	Version     string
	Default     map[string]any                       // flat key → default (string, bool, []any, map)
	KeyMappings map[string]string                    // written flat key → mapped flat key ("a.b:c" for elements of arrays)
	Infer       map[string]map[string]map[string]any // key → text → key → value
	Read        map[string]bool                      // flat keys that some template of the version reads
}

// Versions lists the versions that have a table, oldest first.
func Versions() []string { panic("not built yet") }

// Newest is the last version that has a table.
func Newest() string { panic("not built yet") }

// For gives the table of a version: the exact one, else that of the nearest older release, else the oldest; "" the newest.
func For(version string) *Table { panic("not built yet") }

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

// Known finds a publicly known key by the SHA-256 of its SubjectPublicKeyInfo (lower-case hex).
func Known(spki string) (KnownKey, bool) { panic("not built yet") }

// ShippedKey gives the key of the default store that a MI release ships ("4.4.0").
func ShippedKey(version string) (KnownKey, bool) { panic("not built yet") }

// The paths, relative to MI home, of the stores that every release since 4.0 ships.
const (
	ShippedKeystore   = "repository/resources/security/wso2carbon.jks"
	ShippedTruststore = "repository/resources/security/client-truststore.jks"
)
