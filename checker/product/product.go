// Package product is what the Micro Integrator releases ship: the config mapper's tables by version, the shipped default
// stores, and the publicly known keys. Its tables are generated from the product's files (see generate/main.go) and immutable.
package product

import "time"

//go:generate go run ./generate -config ../../../shared/data/mi-config.json -keys ../../../shared/data/known-default-keys.tsv -out data

// Table is the config mapper's data of one version, as far as stores, TLS and secrets are concerned.
type Table struct {
	Version     string
	Default     map[string]any                       // flat key → default (string, bool, []any, map)
	KeyMappings map[string]string                    // written flat key → mapped flat key ("a.b:c" for elements of arrays)
	Infer       map[string]map[string]map[string]any // key → text → key → value
	Read        map[string]bool                      // flat keys that some template of the version reads
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
