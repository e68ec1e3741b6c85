// Package facts builds the one document that policies judge: what is known about a target, with positions as pointers, and
// nothing that is secret. Every fact is known, absent, or unknown with a reason; no fact is a judgement.
package facts

// SchemaVersion is the version of the document's shape; docs/input.md has its changelog.
const SchemaVersion = 1

// Document is the policy input. Passwords and keys appear only as properties of a Value. Lists keep the order of the file.
type Document struct {
	Schema   int      `json:"schema"`   // version of this shape
	Now      string   `json:"now"`      // RFC 3339, UTC: the time that validity is judged at
	Target   Target   `json:"target"`   // the deployment.toml
	Settings Settings `json:"settings"` // parameters of rules

	Problems     []Problem     `json:"problems"`     // why the product would not read the file
	Tables       []Table       `json:"tables"`       // headers as written, those of stores and those that nothing reads
	Keys         []Key         `json:"keys"`         // keys written in store sections
	Placeholders []Placeholder `json:"placeholders"` // every $ref, $env, $sys, $secret that is written
	Secrets      []Secret      `json:"secrets"`      // entries of [secrets]
	Server       Server        `json:"server"`
	Options      []Option      `json:"options"`  // settings of TLS and encryption that rules judge
	RabbitMQ     []RabbitMQ    `json:"rabbitmq"` // its TLS listeners and senders

	Idle []Idle `json:"idle"` // settings that are written and do not count, or not surely

	TLS []TLS `json:"tls"` // settings of SSL profiles and of transports that Options does not have

	Profiles []ProfileFile `json:"profiles"` // the files of SSL profiles that the file names
	Beside   []Beside      `json:"beside"`   // passwords in other files that belong to the deployment

	References []Reference `json:"references"` // who uses which store
	Stores     []Store     `json:"stores"`     // contents, shared by the references that lead to them
	Trust      []Trust     `json:"trust"`      // verdicts of Java's path validation
}

// Target tells which file is judged and as what.
type Target struct {
	URI           string `json:"uri"`            // relative to the repository root or the path given
	Layout        string `json:"layout"`         // mi-home, integration-project, tree, file
	RootsComplete bool   `json:"roots_complete"` // whatever the product can open is at hand
	Product       string `json:"product"`        // mi, or the sibling that the files around belong to
	Version       string `json:"version"`        // of the product, as judged: "4.4.0"
	VersionFrom   string `json:"version_from"`   // where it was found; "assumed" where nothing says
	// Table is the product's data that the file was read with: installation (its own files), built-in (that of Version), or
	// built-in-instead (the installation's files can't be used)
	Table     string   `json:"table"`
	TableFrom []string `json:"table_from"` // the installation's files: those that it is made of, or the one that can't be used

	Image      string `json:"image"`       // the base image of the Dockerfile; empty: none
	Parsed     bool   `json:"parsed"`      // the file could be read; without it everything below Problems is empty
	WorkTree   bool   `json:"work_tree"`   // the file lies in a git work tree
	OthersRead bool   `json:"others_read"` // POSIX modes let others read it; false where modes mean nothing
}

// Settings are the parameters of rules, with their defaults unless the configuration says otherwise.
type Settings struct {
	ValidityDays       int `json:"validity_days"`        // MIKS307: longest validity that passes, in days
	InternalDays       int `json:"internal_days"`        // MIKS206
	ExpiringDays       int `json:"expiring_days"`        // MIKS304: a warning from here on
	ExpiringNoticeDays int `json:"expiring_notice_days"` // MIKS304: a note from here on
	PasswordLength     int `json:"password_length"`      // MIKS109: 8, 12, 16 or 24
}

// Problem is one reason why the product refuses the file.
type Problem struct {
	Pointer string `json:"pointer"`
	Kind    string `json:"kind"`   // syntax, typographic-quotes, backslash-escape, mixed-array, parser-fault, template, template-text, duplicate
	Detail  string `json:"detail"` // a sentence without secrets
	Line    int    `json:"line"`
	Column  int    `json:"column"`
	Name    string `json:"name"`  // of a duplicate: the key or table
	Table   bool   `json:"table"` // of a duplicate
	First   int    `json:"first"` // of a duplicate: line of the first definition
}

// Table is a header as written.
type Table struct {
	Pointer string   `json:"pointer"`
	Name    string   `json:"name"`
	Array   bool     `json:"array"`
	Keys    []string `json:"keys"`    // names directly in it
	Known   bool     `json:"known"`   // the product reads it, or a key in it
	Nearest string   `json:"nearest"` // the store section whose name is nearest; empty: none is near
}

// Key is a key written in a store section.
type Key struct {
	Pointer string `json:"pointer"`
	Section string `json:"section"` // flat: "keystore.primary"
	Name    string `json:"name"`
	Known   bool   `json:"known"`   // the product reads it
	Nearest string `json:"nearest"` // the key of the section that it resembles; empty: none is near
}

// Placeholder is one $kind{name} as written.
type Placeholder struct {
	Pointer  string `json:"pointer"`
	Key      string `json:"key"`  // flat key that holds it
	Kind     string `json:"kind"` // ref, env, sys, secret; system: $SYSTEM:NAME of an artifact
	Name     string `json:"name"`
	Resolved bool   `json:"resolved"`
	Reason   string `json:"reason"`    // where not resolved: env-not-given, sys-not-given, secret-not-given, secret-missing, ref-missing, ref-circle, ref-in-array, sys-empty
	Store    bool   `json:"store"`     // a store's path, password, alias or type, or the host name, depends on it
	Nearest  string `json:"nearest"`   // of a secret or key that does not exist: the one whose name is nearest; empty: none is
	InSecret bool   `json:"in_secret"` // it stands in [secrets]
	Breaks   bool   `json:"breaks"`    // the value that was handed over breaks the product's replacement
}

// Secret is an entry of [secrets].
type Secret struct {
	Pointer string `json:"pointer"`
	Alias   string `json:"alias"`
	Form    string `json:"form"` // plain, encrypted, symmetric, dynamic, other, not-text
	Used    bool   `json:"used"`
	UsedBy  string `json:"used_by"` // flat key of the first reference
	Runtime bool   `json:"runtime"` // aliases that are not listed are taken too
	Bytes   int    `json:"bytes"`   // of encrypted and symmetric ones: decoded length
	Section string `json:"section"` // secrets or runtime_secrets
}

// Server holds what other sections say that certificates are judged by.
type Server struct {
	Hostname     Value       `json:"hostname"`
	HostnameFrom []Elsewhere `json:"hostname_from"` // the variables in it that files beside the deployment.toml set; none of those that were handed over
	Hosts        []Elsewhere `json:"hosts"`         // other names, under which a proxy that does not end TLS leads to the server
	// JCEProvider is [jce_provider] provider_name where the version reads it: BC, BCFIPS; empty: the JDK's own providers
	JCEProvider string `json:"jce_provider"`
	NettySender bool   `json:"netty_sender"` // the netty (httpswss) sender is configured in the file
}

// Elsewhere is where a file beside the deployment.toml sets a variable or names a host.
type Elsewhere struct {
	Pointer string `json:"pointer"`
	Name    string `json:"name"` // of the variable, or the host
	Kind    string `json:"kind"` // ENV of the Dockerfile; environment or env_file of a compose file; env of a container in Kubernetes, or the ConfigMap that it takes it from; of a host the object that has it, as "Ingress 'mi'"
	File    string `json:"file"` // "compose.yaml:7"
}

// Option is a setting beside the stores that rules judge.
type Option struct {
	Name  string `json:"name"` // listener_protocols, sender_hostname_verifier …
	Value Value  `json:"value"`
}

// Idle is a setting that does not count.
type Idle struct {
	Pointer string `json:"pointer"`
	Kind    string `json:"kind"`   // unread: the release reads nothing of Family; twice: the setting has another name, and both are written
	Key     string `json:"key"`    // as written; of unread the first key of the family
	Family  string `json:"family"` // of unread: keystore.internal, keystore.secondary, runtime_secrets, transport.passthru …
	Since   string `json:"since"`  // of unread: the first release that reads it; empty: none does
	Other   string `json:"other"`  // of twice: the other name
	Line    int    `json:"line"`   // of twice: where that is written
}

// TLS is how the connections of an SSL profile or of a transport are protected. What it has no setting for is absent.
type TLS struct {
	Section           string `json:"section"` // "listenerprofiles.xml/profile[1]", "transport.rabbitmq.sender[1]"
	Title             string `json:"title"`   // in words
	Side              string `json:"side"`    // listener, sender
	InForce           bool   `json:"in_force"`
	Protocols         Value  `json:"protocols"`
	Ciphers           Value  `json:"ciphers"`
	VerifyClient      Value  `json:"verify_client"`
	HostnameVerifier  Value  `json:"hostname_verifier"`
	RevocationChecked Truth  `json:"revocation_checked"` // of a profile
	TrustStore        string `json:"truststore"`         // section of its own truststore's reference; empty: it has none
}

// RabbitMQ is the TLS use of one RabbitMQ listener or sender.
type RabbitMQ struct {
	Pointer  string   `json:"pointer"`  // of its ssl_enable
	Section  string   `json:"section"`  // of a Synapse artifact its name in words
	Artifact string   `json:"artifact"` // inbound-endpoint, message-store; else empty
	Enabled  bool     `json:"enabled"`  // ssl_enable is true
	Missing  []string `json:"missing"`  // of the six store settings those that are empty or absent
}

// Value is the effective value of one key.
type Value struct {
	Pointer   string `json:"pointer"`
	Key       string `json:"key"`    // flat; empty where the section has no such key
	State     string `json:"state"`  // known, absent, unknown
	Reason    string `json:"reason"` // with unknown
	Text      string `json:"text"`   // the effective text; empty for passwords and tainted values
	Shown     string `json:"shown"`  // what may be shown: the text, the placeholders with the text around them, or a mask
	Tainted   bool   `json:"tainted"`
	Clear     bool   `json:"clear"`     // a literal text stands at the end of its origin
	Written   bool   `json:"written"`   // the key itself stands in the file
	Defaulted bool   `json:"defaulted"` // nothing in the file gives it
	Root      string `json:"root"`      // flat key where the text is defined, behind all $refs
	Via       string `json:"via"`       // the first variable on the way, as "$env{NAME}"; empty: none
	Inherited string `json:"inherited"` // where a value that is not written comes from, in words; empty where it is written
	// Origin is how the value came about, step by step: "conf/deployment.toml:5", "$ref{keystore.primary.password}", "default of MI
	// 4.4.0". A step that a file writes names its line.
	Origin     []string `json:"origin"`
	Markup     bool     `json:"markup"`      // the text holds & or < that is no entity, which breaks the generated XML
	Backslash  bool     `json:"backslash"`   // the text holds a backslash
	Control    bool     `json:"control"`     // the text holds control characters
	CarbonHome bool     `json:"carbon_home"` // the text begins with ${carbon.home}

	Password *Password `json:"password,omitempty"` // of password keys whose text is known
}

// Password tells of a known password only what rules need.
type Password struct {
	Default bool `json:"default"` // a shipped default
	Common  bool `json:"common"`  // in the list of common passwords
	Length  int  `json:"length"`  // class: the largest of 0, 8, 12, 16, 24 that the length reaches
}

// Reference is one section's use of a store.
type Reference struct {
	Section        string   `json:"section"` // "keystore.primary"
	Role           string   `json:"role"`    // primary, internal, truststore, tls-keystore, tls-truststore, vault-keystore (VFS, or the secure vault), secondary
	Title          string   `json:"title"`   // in words: "the primary keystore"
	Header         string   `json:"header"`  // pointer of the section's header
	SectionWritten bool     `json:"section_written"`
	KeysWritten    []string `json:"keys_written"` // names of the keys that the file writes in it
	Trust          bool     `json:"trust"`        // it is a truststore
	TLS            bool     `json:"tls"`          // every private key of it may be presented
	InForce        bool     `json:"in_force"`
	Decrypts       bool     `json:"decrypts"` // the product decrypts [secrets] with it
	Profile        string   `json:"profile"`  // of a store in a file of SSL profiles: listener, sender; else empty
	Artifact       string   `json:"artifact"` // of a store that a Synapse artifact names: inbound-endpoint, message-store; else empty
	Base           string   `json:"base"`     // the section it inherits from
	InheritedBy    []string `json:"inherited_by"`

	File        Value `json:"file"`
	Type        Value `json:"type"`
	Password    Value `json:"password"`
	Alias       Value `json:"alias"`
	KeyPassword Value `json:"key_password"`

	Location         Location  `json:"location"`
	Store            string    `json:"store"`              // id in Stores; empty: its content is not at hand
	Shipped          bool      `json:"shipped"`            // it is the shipped default of the version, at hand or not
	Contents         State     `json:"contents"`           // are the entries known?
	Problem          string    `json:"problem"`            // why it does not open: wrong-password, damaged, too-costly, unsupported; empty: it does, or nothing is known
	Detail           string    `json:"detail"`             // the sentence of the reader for Problem
	Opens            Truth     `json:"opens"`              // with the configured password
	OpensWithDefault bool      `json:"opens_with_default"` // with a shipped default, tried
	Entry            Entry     `json:"entry"`              // of the configured alias
	PasswordsEqual   Truth     `json:"passwords_equal"`    // store and key password are the same text
	BasePassword     Truth     `json:"base_password"`      // the store password is that of the section it inherits from
	PasswordLike     string    `json:"password_like"`      // what the password equals but for case: alias, file, host; empty: nothing, or unknown
	Keys             []UsedKey `json:"keys"`               // the private keys that the section uses: all for TLS, else that of the alias
}

// State says whether something is known.
type State struct {
	State  string `json:"state"`  // known, absent, unknown
	Reason string `json:"reason"` // with unknown
}

// Truth is a yes or no that may be unknown.
type Truth struct {
	State  string `json:"state"` // known, unknown
	Value  bool   `json:"value"` // with known
	Reason string `json:"reason"`
}

// Location is where a store was looked for.
type Location struct {
	Status      string   `json:"status"` // found, missing, mounted, shipped, outside, unreadable, unknown
	URI         string   `json:"uri"`    // with found; empty where the path is tainted
	Looked      []string `json:"looked"`
	CopyMissing string   `json:"copy_missing"` // "deployment/docker/Dockerfile:7" where a COPY names a missing source
	Bare        bool     `json:"bare"`         // a name without a directory
	InSecurity  bool     `json:"in_security"`  // of a bare name: it exists under repository/resources/security
	OutsideHome bool     `json:"outside_home"`
	Embedded    bool     `json:"embedded"`    // it is a part of the file that uri names (a Secret in a YAML file, an entry of an archive)
	Tracked     bool     `json:"tracked"`     // git tracks the file
	WorkTree    bool     `json:"work_tree"`   // it lies in a git work tree
	OthersRead  bool     `json:"others_read"` // POSIX modes let others read it; false where modes mean nothing
}

// Entry is what the configured alias names.
type Entry struct {
	State   string `json:"state"` // known, absent, unknown
	Reason  string `json:"reason"`
	Alias   string `json:"alias"`   // as the store spells it
	Kind    string `json:"kind"`    // private-key, certificate, secret-key
	Nearest string `json:"nearest"` // of an absent one: the private key's alias that is nearest
}

// UsedKey is a private key that a section uses.
type UsedKey struct {
	Alias                  string        `json:"alias"`
	Configured             bool          `json:"configured"` // it is the configured alias
	Opens                  Truth         `json:"opens"`      // with the configured key password
	OpensWithStorePassword Truth         `json:"opens_with_store_password"`
	JavaRefuses            string        `json:"java_refuses"` // why JDK 17 can't recover a key that can be read here; empty: it can
	Matches                Truth         `json:"matches"`      // the key belongs to the first certificate of the chain
	CoversHost             Truth         `json:"covers_host"`  // the leaf covers [server] hostname, as the JDK and Apache compare them
	NotCovered             []string      `json:"not_covered"`  // pointers of those of server.hosts that the leaf does not cover
	Links                  Links         `json:"links"`
	Chain                  []Certificate `json:"chain"` // leaf first
}

// Links is how the certificates of a presented chain hang together.
type Links struct {
	State      string      `json:"state"`     // known, unknown
	Ordered    bool        `json:"ordered"`   // each certificate certifies the one before it
	Misplaced  string      `json:"misplaced"` // subject of the first that does not
	Complete   Truth       `json:"complete"`  // it ends at a self-signed certificate, or at one that the truststore has or issued
	Missing    string      `json:"missing"`   // the issuer that is lacking
	BadIssuers []BadIssuer `json:"bad_issuers"`
}

// BadIssuer is a certificate that issues another one without the right to.
type BadIssuer struct {
	Subject string `json:"subject"`
	Issued  string `json:"issued"`
	Reason  string `json:"reason"` // issuer-not-ca, key-usage, path-length
}

// Store is the content of one store file.
type Store struct {
	ID             string       `json:"id"`     // opaque
	Format         string       `json:"format"` // JKS, JCEKS, PKCS12, BKS, UBER, BCFKS; empty: no store
	Size           int          `json:"size"`
	Complete       bool         `json:"complete"` // all entries are readable
	PrivateKeys    []PrivateKey `json:"private_keys"`
	Certificates   int          `json:"certificates"` // number of certificate entries
	SecretKeys     int          `json:"secret_keys"`
	Anchors        State        `json:"anchors"`         // known where AnchorCount counts
	AnchorCount    int          `json:"anchor_count"`    // as TrustManagerFactory takes them
	CaseTwins      []string     `json:"case_twins"`      // aliases that differ from another one by case only
	KnownAnchors   []Named      `json:"known_anchors"`   // anchors whose private key is public
	ExpiredAnchors []Named      `json:"expired_anchors"` // anchors past their end of validity
	WeakAnchors    []Named      `json:"weak_anchors"`    // anchors with RSA below 2048 bits, or MD5-signed that are no roots
	Odd            []Named      `json:"odd"`             // certificates that strict parsers reject
	Protection     Protection   `json:"protection"`
	JavaRefuses    []string     `json:"java_refuses"` // why JDK 17 does not load a file that is readable here; empty: it does
}

// Named is an entry of a store with what is to be said of it.
type Named struct {
	Alias   string `json:"alias"`
	Subject string `json:"subject"`
	Detail  string `json:"detail"` // where its key ships, its end of validity, its weakness, what is odd
}

// Protection is how a file protects itself, as far as it could be read.
type Protection struct {
	Integrity  string   `json:"integrity"`  // SHA-1 digest, HMAC-SHA256, PBMAC1 …; empty: none
	Iterations int      `json:"iterations"` // of the MAC; 0: the scheme has none
	Ciphers    []Cipher `json:"ciphers"`    // distinct ones, of certificates and keys
}

// Cipher is a password-based encryption.
type Cipher struct {
	Use        string `json:"use"`        // certificates, keys
	Algorithm  string `json:"algorithm"`  // PBES2-AES-256-CBC-HMAC-SHA256, PBE-SHA1-RC2-40, JKS …
	Iterations int    `json:"iterations"` // 0: the scheme has none
}

// PrivateKey is a private-key entry.
type PrivateKey struct {
	Alias string      `json:"alias"`
	Leaf  Certificate `json:"leaf"`
}

// Certificate is a certificate that a section uses.
type Certificate struct {
	SHA256           string   `json:"sha256"`
	SPKI             string   `json:"spki"` // SHA-256 of the public key
	Subject          string   `json:"subject"`
	Issuer           string   `json:"issuer"`
	Serial           string   `json:"serial"`
	NotBefore        string   `json:"not_before"` // RFC 3339, UTC
	NotAfter         string   `json:"not_after"`
	SecondsToStart   int64    `json:"seconds_to_start"` // from now; negative: it has begun
	SecondsLeft      int64    `json:"seconds_left"`     // from now; negative or zero: it has ended
	KeyAlgorithm     string   `json:"key_algorithm"`    // RSA, DSA, EC, Ed25519 …
	KeyBits          int      `json:"key_bits"`         // 0: unknown
	Signature        string   `json:"signature"`        // SHA256withRSA …
	SelfIssued       bool     `json:"self_issued"`      // issuer equals subject
	SelfSigned       Truth    `json:"self_signed"`      // and its own key verifies it
	Known            *Known   `json:"known,omitempty"`  // the private key is public
	Days             int64    `json:"days"`             // length of the validity
	HasSAN           bool     `json:"has_san"`          // subjectAltName is there
	IsCA             bool     `json:"is_ca"`            // basicConstraints says CA:TRUE
	HasKeyUsage      bool     `json:"has_key_usage"`
	KeyUsageCritical bool     `json:"key_usage_critical"`
	KeyUsage         []string `json:"key_usage"` // digitalSignature, keyEncipherment, dataEncipherment, keyCertSign …
	HasExtKeyUsage   bool     `json:"has_ext_key_usage"`
	ExtKeyUsage      []string `json:"ext_key_usage"` // serverAuth, clientAuth, any …, else the OID
	Weakness         string   `json:"weakness"`      // of the key beyond its size: roca, exponent-1, refused-curve; empty: none known
}

// Known is what is known of a public key whose private key everyone has.
type Known struct {
	ShippedIn string `json:"shipped_in"`
}

// Trust is the verdict of Java's path validation for one identity against one truststore.
type Trust struct {
	Keystore   string `json:"keystore"`   // section
	Truststore string `json:"truststore"` // section
	Alias      string `json:"alias"`
	Verdict    Truth  `json:"verdict"`     // a path was found
	Reason     string `json:"reason"`      // why not: issuer-missing, signature-mismatch, no-anchors …
	Issuer     string `json:"issuer"`      // the name that is missing
	Anchor     string `json:"anchor"`      // alias of the anchor
	SelfSigned Truth  `json:"self_signed"` // the identity's leaf
	Subject    string `json:"subject"`
}
