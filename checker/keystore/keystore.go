// Package keystore reads Java keystores as Java reads them, without Java.
//
// Open decides the format by content, never by name, walks the structure against the size of the file before anything is
// allocated, and gives every entry that the file shows: private keys with their chain, trusted certificates, secret keys.
// An odd certificate is kept and marked, a wrong password still gives what the format shows without one, and hostile input
// ends in an error: it can neither panic, hang nor exhaust memory (see Limits).
//
// Passwords and recovered keys never appear in an error, a String method or a log.
//
// The behaviour is that of JDK 17's sun.security.provider.JavaKeyStore, com.sun.crypto.provider.JceKeyStore and
// sun.security.pkcs12.PKCS12KeyStore, and of BouncyCastle's BcKeyStoreSpi (BKS, UBER) and BcFKSKeyStoreSpi (BCFKS). Where this
// package reads more than JDK 17 does, Store.JavaRefuses and Entry.JavaRefuses say so; where Java leaves something out,
// Store.Skipped and Store.Unlisted do.
//
// The package depends on nothing else of this module, so that others can import it.
package keystore

import "time"

// Format is a store format as its content shows it.
type Format string

// The formats that Open tells apart and reads.
const (
	JKS     Format = "JKS"
	JCEKS   Format = "JCEKS"
	PKCS12  Format = "PKCS12"
	BKS     Format = "BKS"
	UBER    Format = "UBER"
	BCFKS   Format = "BCFKS"
	Unknown Format = ""
)

// Kind is what an entry holds, in keytool's terms.
type Kind string

// The kinds of entry; the values are those of the JSON output of `inspect`.
const (
	PrivateKeyEntry  Kind = "private-key"
	CertificateEntry Kind = "certificate"
	SecretKeyEntry   Kind = "secret-key"
)

// Integrity tells what is known of the store's digest or MAC.
type Integrity string

const (
	// IntegrityVerified means that a password of Options.Passwords verified the digest or MAC.
	IntegrityVerified Integrity = "verified"
	// IntegrityFailed means that passwords were given and none verified it.
	IntegrityFailed Integrity = "failed"
	// IntegrityAbsent means that the file has none (PKCS12 without MacData): any password lists it.
	IntegrityAbsent Integrity = "absent"
	// IntegrityUnchecked means that no password was given.
	IntegrityUnchecked Integrity = "unchecked"
)

// Store is an opened keystore. It is immutable and safe for concurrent use.
type Store struct {
	Format    Format
	Version   int       // version field of the file (JKS 1 or 2, PKCS12 3); 0 where the format has none
	Integrity Integrity // what Passwords proved
	// Password is the index into Options.Passwords of the one that opened the store; -1 where none did or none was needed.
	Password int
	// Complete is false where entries may be missing because they are encrypted and no password opened them.
	Complete   bool
	Entries    []Entry // in file order (Java's own order for PKCS12)
	Protection Protection
	Size       int64 // bytes
	// JavaRefuses lists why JDK 17's own provider does not load the file, or not with this password, although this package
	// does (an algorithm that only other tools write, a certificate that Java can't parse); empty where Java agrees.
	// Sentences without a full stop.
	JavaRefuses []string
	// Skipped lists what the file holds but Java gives no entry (PKCS12: keys without localKeyID beside others, unprotected
	// keys, revocation lists, entries that a later one of the same alias replaces). Sentences without a full stop.
	Skipped []string
	// Unlisted are the certificates of a PKCS12 file that are neither a trusted entry, for want of Java's trustedKeyUsage
	// attribute, nor part of a key's chain: Java does not show them. `openssl pkcs12 -export -nokeys` makes such files.
	Unlisted []*Certificate

	walked bool // the structure was recognised as that of the format, so the Store is given beside an error
}

// Protection describes how the file protects itself.
type Protection struct {
	Integrity    string   `json:"integrity,omitempty"`    // "SHA-1 digest", "HMAC-SHA256", "PBMAC1-…"; empty: none
	Iterations   int      `json:"iterations,omitempty"`   // of the MAC
	Certificates []Cipher `json:"certificates,omitempty"` // distinct ciphers of encrypted certificate bags
	Keys         []Cipher `json:"keys,omitempty"`         // distinct ciphers of private-key entries
}

// Cipher names a password-based encryption.
type Cipher struct {
	Algorithm  string `json:"algorithm"`            // "PBES2-AES256-CBC-HMAC-SHA256", "PBE-SHA1-RC2-40", "JKS", …
	Iterations int    `json:"iterations,omitempty"` // 0 where the scheme has none
}

// Entry is one entry of a store.
type Entry struct {
	Alias   string
	Kind    Kind
	Created time.Time // zero where the file has none
	// Chain is the presented chain, leaf first, of a private key; the one certificate of a certificate entry; nil for a secret key.
	Chain []*Certificate
	// JavaRefuses says why JDK 17's own provider can't recover the key although this package can; empty where Java agrees.
	JavaRefuses string

	key *keySlot // the protected key and what is known of it; nil for certificates
}

// Leaf is the certificate of the entry itself, or nil.
func (e *Entry) Leaf() *Certificate {
	if len(e.Chain) == 0 {
		return nil
	}
	return e.Chain[0]
}

// CaseSensitive tells whether aliases of the format differ by case (BouncyCastle's do; JKS, JCEKS and PKCS12 fold case:
// JavaKeyStore.JKS and PKCS12KeyStore convert to lower case, JavaKeyStore.CaseExactJKS is not what "JKS" names).
func (f Format) CaseSensitive() bool { return f == BKS || f == UBER || f == BCFKS }

// Entry finds an entry by alias as Java would: without regard to case in JKS, JCEKS and PKCS12, whose KeyStore classes lower
// the alias that is asked for. So an alias that another tool wrote into a JKS file with capitals is never found, as in Java.
// Of several entries with one alias it gives the one that Java keeps (the last).
func (s *Store) Entry(alias string) (*Entry, bool) {
	if !s.Format.CaseSensitive() {
		alias = lower(alias)
	}
	for i := len(s.Entries) - 1; i >= 0; i-- {
		if e := &s.Entries[i]; e.Alias == alias {
			return e, true
		}
	}
	return nil, false
}

// Options configures Open. The zero value opens without a password under the default limits.
type Options struct {
	// Passwords are tried in order until one opens the store. The file is parsed once, and each key derivation is paid
	// once per password at most.
	Passwords []string
	// Limits bounds the work; zero fields take the values of DefaultLimits.
	Limits Limits
}

// Limits bounds what hostile input can cost. They are enforced before allocation and before work.
type Limits struct {
	Size         int64 // bytes of the file
	Entries      int   // entries of the store, and certificates of all its chains together
	Chain        int   // certificates of one chain
	Iterations   int   // key-derivation iterations in total per Store, all passwords and key recoveries counted
	ScryptMemory int64 // bytes
	Depth        int   // nesting of DER
}

// DefaultLimits are the limits of a check.
var DefaultLimits = Limits{Size: 16 << 20, Entries: 20_000, Chain: 32, Iterations: 5_000_000, ScryptMemory: 64 << 20, Depth: 64}
