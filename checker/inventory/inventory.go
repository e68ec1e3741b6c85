// Package inventory lists every certificate of the stores that deployments reach: who uses it, until when, what it is made
// of, and where it is trusted. It finds and writes, and judges nothing.
package inventory

import (
	"time"

	"github.com/mi-kscheck/mi-kscheck/checker/keystore"
	"github.com/mi-kscheck/mi-kscheck/checker/layout"
	"github.com/mi-kscheck/mi-kscheck/checker/secret"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// Input is what an inventory is made of.
type Input struct {
	Targets           []*layout.Target
	Files             []File // stores whatever refers to them, opened with shipped defaults or without a password
	Env, Sys, Secrets map[string]secret.Value
	Decrypt           bool              // decrypt the values of [secrets] with the stores at hand
	KnownKeys         map[string]string // an organisation's own burnt keys: SHA-256 of the public key, and what is said of it
	Now               time.Time
	Limits            keystore.Limits
	Keys              int // that a deployment.toml may have; 0: deployment.MaxKeys
}

// File is a store file of a source.
type File struct {
	Source source.Source
	Name   string
}

// Inventory is the list: certificates by the end of their validity, then the stores that show nothing. Its texts come from
// the input as they are; what writes them cleans them.
type Inventory struct {
	Now          time.Time
	Certificates []*Certificate
	Unread       []Unread
	Problems     []Problem
}

// Certificate is one certificate, however many stores hold it. One that is reached by a path behind a variable stands apart
// from the same one elsewhere, since the pair would tell what the variable holds.
type Certificate struct {
	SHA256, SPKI       string // lower-case hex
	Subject, Issuer    string
	Serial             string // lower-case hex
	NotBefore          time.Time
	NotAfter           time.Time // zero where the certificate could not be read so far
	DaysLeft           int64     // whole days until NotAfter; negative: since
	KeyAlgorithm       string
	KeyBits            int // 0: unknown
	SignatureAlgorithm string
	CA                 bool
	Names              []string // DNS names and addresses of the subjectAltName
	ShippedIn          string   // where its private key is published; empty: not known to be
	Places             []Place
	Uses               []Use
	TrustedBy          []Use // truststores with which Java finds a path from it to an anchor

	// What the lists hold already: a certificate may lie in ten thousand homes.
	places        map[Place]bool
	uses, trusted map[Use]bool
	hidden        string // what a variable's text stands for in Place.Store, so that it is not merged
}

// Place is where a certificate lies.
type Place struct {
	Store string // URI, or the placeholder that its path came by
	Alias string
	Kind  string // private-key, certificate (trusted), chain (of a private key)
}

// Use is a section of a deployment that opens the store.
type Use struct {
	Target  string // URI of the deployment.toml
	Section string // keystore.primary
	As      string // configured (by the alias), presented (TLS may), held (in the store), chain, anchor
}

// Unread is a store of which nothing, or not all, is known.
type Unread struct {
	Store  string
	Uses   []Use
	Reason string
}

// Problem is a deployment.toml or a store that could not be read.
type Problem struct {
	URI string
	Err error
}
