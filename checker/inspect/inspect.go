// Package inspect is the model of the `inspect` command: what `keytool -list -v` shows of a keystore, what it does not show
// (how the file protects itself, whether the key opens and belongs to the certificate, whether it is a key that everyone
// has, what Java makes of the declared type), and in one sentence why a store does not open. Build makes a Report of an
// opened store; it is written as text for people (Text) or as JSON for scripts (json.Marshal).
//
// A store may be hostile. In the text every string that comes from it passes Options.Clean; the JSON holds every string
// exactly, with whatever could steer a terminal as a \u escape. Passwords are in neither.
package inspect

import (
	"time"

	"github.com/mi-kscheck/mi-kscheck/checker/keystore"
	"github.com/mi-kscheck/mi-kscheck/checker/product"
	"github.com/mi-kscheck/mi-kscheck/checker/trust"
)

// Options of a report.
type Options struct {
	// Name heads the text: the path as the user gave it.
	Name string
	// Declared is the type that the user named (--type); empty: none.
	Declared string
	// Passwords are those that keystore.Open was given, in the same order. The private keys are tried with them.
	Passwords []string
	// Trust is the truststore of --trust; nil: none. TrustName names it, TrustErr is why it did not open (or not wholly).
	Trust     *keystore.Store
	TrustName string
	TrustErr  error
	// Now is the time from which the remaining days count; they are left out where it is zero.
	Now time.Time
	// Clean makes a string from a store fit for the text. nil escapes whatever is not plainly visible.
	Clean func(string) string
	// Known finds publicly known keys by the SHA-256 of the public key; nil: product.Known.
	Known func(spki string) (product.KnownKey, bool)
}

// Report is what is known of a store. Its JSON form is the contract of `inspect -f json`.
type Report struct {
	Format   keystore.Format `json:"format"` // "" where it is no store
	Declared string          `json:"declared,omitempty"`
	// DeclaredLoads tells whether JDK 17 loads the file under the declared type.
	DeclaredLoads *bool               `json:"declared_loads,omitempty"`
	Version       int                 `json:"version,omitempty"`
	Size          int64               `json:"size,omitempty"` // bytes
	Integrity     keystore.Integrity  `json:"integrity,omitempty"`
	Protection    keystore.Protection `json:"protection"`
	// Weaknesses is the verdict on the protection of a PKCS12 file (see MIKS519).
	Weaknesses []string `json:"weaknesses,omitempty"`
	// Complete is false where entries may be missing because no password opened them.
	Complete bool    `json:"complete"`
	Entries  []Entry `json:"entries"`
	// Unlisted are certificates of a PKCS12 file that Java does not show.
	Unlisted []Certificate `json:"unlisted,omitempty"`
	Skipped  []string      `json:"skipped,omitempty"`
	// JavaRefuses says why JDK 17 does not load the file although this tool does.
	JavaRefuses []string `json:"java_refuses,omitempty"`
	// Problem is why the store does not open as asked, in a sentence with what to do; empty where it does.
	Problem     string      `json:"problem,omitempty"`
	ProblemKind ProblemKind `json:"problem_kind,omitempty"`
	TrustStore  *TrustStore `json:"truststore,omitempty"`

	name  string
	now   time.Time
	clean func(string) string
}

// ProblemKind sorts problems for scripts.
type ProblemKind string

// The kinds of problem.
const (
	WrongPassword ProblemKind = "password"    // none, or none that fits
	Damaged       ProblemKind = "damaged"     // broken structure, or content that its digest does not fit
	TooCostly     ProblemKind = "too-costly"  // beyond the limits
	Unsupported   ProblemKind = "unsupported" // a format or algorithm that is not read
	WrongType     ProblemKind = "type"        // opens, but not under the declared type
	Unreadable    ProblemKind = "unreadable"  // the file could not be read
)

// Entry is one entry.
type Entry struct {
	Alias   string         `json:"alias"`
	Kind    keystore.Kind  `json:"kind"`
	Created string         `json:"created,omitempty"` // RFC 3339, UTC; empty where the file has none
	Chain   []*Certificate `json:"chain"`
	Key     *Key           `json:"key,omitempty"`   // of private and secret keys
	Trust   *Trust         `json:"trust,omitempty"` // with --trust
	// Public is set where everyone has the private key of the entry's certificate.
	Public *PublicKnown `json:"publicly_known,omitempty"`
	// JavaRefuses says why JDK 17 can't recover the key although this tool can.
	JavaRefuses string `json:"java_refuses,omitempty"`
	// Notes say what the presented chain shows by itself: its order, and issuers that may not issue.
	Notes []string `json:"notes,omitempty"`
}

// Key is what is known of an entry's key.
type Key struct {
	Opens   *bool  `json:"opens,omitempty"`   // with one of the passwords; nil: none was given
	Matches *bool  `json:"matches,omitempty"` // it belongs to the certificate; nil: unknown
	Problem string `json:"problem,omitempty"`

	own bool // opens with the password that opened the store
}

// PublicKnown tells who ships a key.
type PublicKnown struct {
	ShippedIn  string   `json:"shipped_in"`
	MIVersions []string `json:"mi_versions,omitempty"`
}

// Trust is the verdict of the truststore on an entry's chain.
type Trust struct {
	Trusted bool         `json:"trusted"`
	Unknown bool         `json:"unknown,omitempty"`
	Path    []string     `json:"path,omitempty"`   // SHA-256 of the certificates from the leaf to the anchor
	Anchor  string       `json:"anchor,omitempty"` // its alias in the truststore
	Reason  trust.Reason `json:"reason,omitempty"`
	Java    string       `json:"java,omitempty"`   // what JDK 17 says
	Issuer  string       `json:"issuer,omitempty"` // the issuer that is missing or does not fit

	result trust.Result
}

// TrustStore tells of the truststore that was asked for.
type TrustStore struct {
	Format  keystore.Format `json:"format"`
	Anchors int             `json:"anchors"`
	Problem string          `json:"problem,omitempty"`

	name string
}

// OK tells whether the store opened as asked: exit 0, else 1.
func (r Report) OK() bool { return r.Problem == "" }
