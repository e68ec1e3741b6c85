// Package stores finds out which store serves what, where it lies and whether it opens: for every section that names a store
// it resolves the path, opens the content with the passwords at hand, looks up the alias, and tries the keys. A content is
// opened once a run for each set of passwords, however many sections or targets lead to it.
package stores

import (
	"github.com/mi-kscheck/mi-kscheck/checker/deployment"
	"github.com/mi-kscheck/mi-kscheck/checker/keystore"
	"github.com/mi-kscheck/mi-kscheck/checker/layout"
)

// Role is what a reference serves.
type Role string

// The roles. A transport's stores have one role for all; its section tells which it is.
const (
	Primary    Role = "primary"
	Internal   Role = "internal"
	Truststore Role = "truststore"
	TLSKey     Role = "tls-keystore"   // of a listener, a sender or the internal API
	TLSTrust   Role = "tls-truststore" // likewise
	Vault      Role = "vault-keystore" // decrypts what stands in the file URIs of VFS ({wso2:vault-decrypt(…)}), or in [secrets]
	Secondary  Role = "secondary"      // named by WS-Security policies
)

// Reference is one section's use of a store.
type Reference struct {
	Section string // "keystore.primary", "transport.http.listener.keystore"
	Role    Role
	// TLS: Java's key manager opens every private key of it and presents any (the section is a listener, a sender or the
	// internal API, or one of those inherits it).
	TLS bool
	// InForce: the product opens it with this configuration.
	InForce bool
	// Base is the section from which it inherits what it does not state; "" for primary and truststore.
	Base string
	// InheritedBy lists sections that state nothing of their own and so use this very reference.
	InheritedBy []string

	File, Type, Password, Alias, KeyPassword                *deployment.Value // nil where the section has no such key
	FileKey, TypeKey, PasswordKey, AliasKey, KeyPasswordKey string            // their flat keys; "" likewise

	// Element is the table of an array that names the store ([[transport.rabbitmq.listener]]); nil elsewhere.
	Element *deployment.Element

	// Of a store in a file of SSL profiles: the setting that names the file, the profile and its element; else nil.
	Profiles *Profiles
	Profile  *deployment.Profile
	Store    *deployment.ProfileStore

	// Artifact is the Synapse artifact whose parameters name the store; nil elsewhere.
	Artifact *deployment.Artifact

	// SecretConf is the file that names the store; nil elsewhere.
	SecretConf *deployment.SecretConf

	// Decrypts: the product decrypts [secrets] with it.
	Decrypts bool

	// Shipped: it is the product's own store, which is not at hand: the version table tells what is known of it.
	Shipped  bool
	Path     string // as handed to Locate: with 1.2.0's prefix, ${carbon.home} stripped
	Location layout.Location

	Opened *Opened // nil where nothing could be opened; Why says why
	Why    Why
}

// Why says why the content of a store is not known, or "" where it is.
type Why string

// The reasons.
const (
	PathUnknown     Why = "path-unknown"     // file_name came by a value that is not known
	NotFound        Why = "not-found"        // under no root
	Mounted         Why = "mounted"          // declared to exist only at run time
	OutsideRoots    Why = "outside"          // not to be looked at
	Unreadable      Why = "unreadable"       // the system would not let us
	WrongPassword   Why = "wrong-password"   // neither the stated password nor a shipped default opens it
	PasswordUnknown Why = "password-unknown" // and the format shows nothing without it
	Damaged         Why = "damaged"
	TooCostly       Why = "too-costly"
	Unsupported     Why = "unsupported"         // a known format that is not yet readable
	ShippedUnknown  Why = "shipped-not-at-hand" // a shipped default of which the version table lacks the fact asked for
)

// Opened is what opening a content with a reference's passwords gave.
type Opened struct {
	Content Content
	Store   *keystore.Store // nil where nothing could be read
	Err     error           // of keystore.Open; nil where it opened
	// Opens tells whether the configured password opens the store: Yes, No, or Unknown.
	Opens Answer
	// Default is the index into product.DefaultPasswords of a shipped default that opens the store; -1 none.
	Default int
	// Entry is the entry of the configured alias; nil with AliasKnown where there is none.
	Entry      *keystore.Entry
	AliasKnown bool
	// Keys are the private keys that the section uses: all of the store for TLS, else that of the alias.
	Keys []KeyOutcome
}

// Content is a store file by content: references and targets that lead to the same bytes share it.
type Content struct {
	Digest [32]byte
	Size   int
	Format keystore.Format
}

// KeyOutcome is what the configured key password does to one private key.
type KeyOutcome struct {
	Entry          *keystore.Entry
	Opens          Answer // with the key password
	Err            error  // of Opens
	OpensWithStore Answer // with the store password, which the product uses for the primary's key
	Matches        Answer // the key belongs to its certificate; known where some password opened it
}

// Answer is a truth value that may be unknown.
type Answer int

// The answers.
const (
	Unknown Answer = iota
	Yes
	No
)
