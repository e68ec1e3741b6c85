// Package deployment reads deployment.toml as Micro Integrator's config mapper reads it and gives the effective
// configuration: every flat key with its value and where that value comes from (mi-semantics: parse, key mappings, infer,
// defaults key by key, placeholders). It finds facts and never judges.
//
// What passed through $env, $sys or $secret, or stands under a password key, is a secret.Value from the moment it is read:
// the text to show is always the source text of Display.
package deployment

import (
	"sync"

	"github.com/mi-kscheck/mi-kscheck/checker/product"
	"github.com/mi-kscheck/mi-kscheck/checker/secret"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// Document is the outcome of reading one deployment.toml. A file that does not parse has Problems and no values.
type Document struct {
	File     *source.File
	Lines    *source.Lines
	Version  string    // the table of which version was used: "1.2.0", "4.0.0" … "4.6.0"
	Problems []Problem // why the product would refuse the file, in file order
	// Parsed tells that Values and Keys hold the effective configuration (no syntax problem, no duplicate).
	Parsed bool
	// Keys are the keys as written, in file order, including those of arrays of tables and [secrets]. Where the only problems
	// are duplicates or what TOML 0.5 lacks they are there as well; after a syntax error there are none.
	Keys []*Key
	// Tables are the headers as written, in file order.
	Tables []Table

	table   *product.Table
	options Options
	sound   bool  // the text is TOML to the parser, so that every Key has its place, be the file refused or not
	starts  []int // offsets at which an expression was sure to begin
	values  map[string]*Value
	sorted  []*Value
	byKey   map[string]*Key   // the written keys outside arrays of tables by their mapped key, plain; the last one of several
	twice   map[string][]*Key // all of several
	lists   map[string][]*Element
	names   []string // of lists, in file order, those of defaults last
	// inElement are the values of the keys in arrays of tables.
	inElement map[*Key]*Value
	// unread are the values of the keys that the mapper resolves and the release does not read.
	unread map[*Key]*Value

	leafOnce sync.Once
	leafKeys []*Key

	sectionOnce sync.Once
	sections    map[string]source.Span
}

// ProblemKind sorts what the product refuses.
type ProblemKind string

// The kinds of problem. Template is no error of the file: it is to be rendered first.
const (
	Syntax    ProblemKind = "syntax"
	Quotes    ProblemKind = "typographic-quotes"
	Backslash ProblemKind = "backslash-escape"
	Mixed     ProblemKind = "mixed-array"  // and all else that go-toml takes and TOML 0.5 (cava-toml 0.5.0) refuses
	Refused   ProblemKind = "parser-fault" // sound TOML on which the product's parser or mapper founders
	Template  ProblemKind = "template"
	// TemplateText is a template whose marks stand in strings only, so that the file is TOML all the same: what they stand for is unknown.
	TemplateText ProblemKind = "template-text"
	Duplicate    ProblemKind = "duplicate"
	// Limit: the checker does not read further (size, number of keys, nesting, expansion of references); no word on the product.
	Limit ProblemKind = "limit"
)

// Problem is one reason why the product does not read the file.
type Problem struct {
	Kind ProblemKind
	Span source.Span
	// Detail is a sentence in the user's terms, without any string of the file that could be a secret: the token (masked
	// unless harmless) and what TOML expects there.
	Detail string
	// Key and First are of a Duplicate: the key or table, and its first definition.
	Key   string
	Table bool
	First source.Span
}

// Table is a header as written.
type Table struct {
	Name  string      // flat: "keystore.primary"; quoted segments keep their quotes
	Array bool        // [[…]]
	Span  source.Span // from the first to the last key of the header
}

// Key is a key as written.
type Key struct {
	Written string      // flat, as written: "transport.http.sender.hostname_verifier"
	Mapped  string      // after key-mappings.json; equal to Written where none applies
	Table   string      // the header it stands under; "" at the top
	Array   string      // the array of tables whose element it is in ("transport.rabbitmq.listener"), else ""
	Index   int         // of that element
	Span    source.Span // of the key itself (dotted keys: from first to last part)
	Value   source.Span // of the value
	Type    Type
	// Raw is the value's text: of a string its content, else the source text.
	Raw secret.Value

	buried bool // in a list inside an element of an array of tables: part of that list's value
}

// Type is a TOML type.
type Type string

// The types of values.
const (
	String  Type = "string"
	Integer Type = "integer"
	Float   Type = "float"
	Boolean Type = "boolean"
	Time    Type = "time"
	Array   Type = "array"
	Inline  Type = "inline-table"
)

// State tells what is known of a value.
type State string

// The states of a value.
const (
	Known   State = "known"
	Absent  State = "absent"
	Unknown State = "unknown" // Reason says why
)

// Reason says why a value is unknown, or why the product would not accept it.
type Reason string

// The reasons.
const (
	EnvNotGiven    Reason = "env-not-given"    // $env{X}: no value was handed to the checker
	SysNotGiven    Reason = "sys-not-given"    // $sys{x}: the same
	SecretNotGiven Reason = "secret-not-given" // $secret{x}: encrypted or in a vault
	SecretMissing  Reason = "secret-missing"   // $secret{x}: no such alias in [secrets] or [runtime_secrets]
	RefMissing     Reason = "ref-missing"      // $ref{k}: no such key
	RefCircle      Reason = "ref-circle"
	RefInArray     Reason = "ref-in-array" // $ref inside an array of tables stays text
	EnvEmpty       Reason = "sys-empty"    // an empty system property stops the start
	NotRendered    Reason = "not-rendered" // "{{ … }}": a template puts something in its place
	NotText        Reason = "not-text"     // a list or a table where a text belongs
	NotParsed      Reason = "not-parsed"   // the file did not parse
	TooLarge       Reason = "too-large"    // the expansion of its references passes the checker's limit
	// KeptElsewhere: of an artifact's parameter: it is in the registry, in file.properties, or in another such place.
	KeptElsewhere Reason = "kept-elsewhere"
)

// Value is the effective value of one key.
type Value struct {
	Key    string // flat and mapped
	State  State
	Reason Reason // with Unknown
	// Text is the effective text (after XML unescaping of what the templates write); only with Known.
	Text secret.Value
	// Tainted: it passed through $env, $sys, $secret, or a $ref to such a value or to a password: Text must not be shown.
	Tainted bool
	// Password: the key is a password key (of a store, a key, a user …): Text must not be shown.
	Password bool
	// Clear: a literal text of the file or of a default stands here with no $env, $sys or $secret on the way.
	Clear bool
	// Written is the key in this file that the effective value was first read from; nil where it is a default or inferred.
	// For key_password = "$ref{keystore.primary.password}" it is the key_password line; Origin has the rest.
	Written *Key
	// Origin is how the value came about, from this key on: written → $ref → … → default.
	Origin []Hop
	// Variables are the placeholders met on the way, in order.
	Variables []Placeholder
	// Markup: the text holds "&" or "<" that is no entity, so the XML file that a template makes of it is broken.
	Markup bool
	// File and Span are of a value in an XML file: the file, and where its text stands (or, where it is missing, the tag that it
	// belongs in). File is nil for a value of the deployment.toml.
	File *XMLFile
	Span source.Span

	display string
}

// Defaulted tells that nothing in the file writes the key.
func (v *Value) Defaulted() bool { return v.Written == nil && v.File == nil && len(v.Origin) > 0 }

// Hop is one step of a value's origin.
type Hop struct {
	Kind HopKind
	Key  string      // flat, mapped key of this step
	Name string      // of env, sys, secret, system: the name; of default: the version; of infer: the key that inferred it
	Span source.Span // of the key as written; zero where nothing is written
	Line int         // 1-based; 0 where nothing is written
}

// HopKind is the kind of a step.
type HopKind string

// The steps.
const (
	Written  HopKind = "written"
	Default  HopKind = "default"
	Inferred HopKind = "inferred"
	Ref      HopKind = "ref"
	Env      HopKind = "env"
	Sys      HopKind = "sys"
	Secret   HopKind = "secret"
	System   HopKind = "system" // $SYSTEM:NAME of a Synapse artifact, an environment variable
)

// Placeholder is how a variable is written.
func (k HopKind) Placeholder(name string) string {
	if k == System {
		return "$SYSTEM:" + name
	}
	return "$" + string(k) + "{" + name + "}"
}

// Placeholder is one $kind{name} in a value.
type Placeholder struct {
	Kind     HopKind // Ref, Env, Sys, Secret or System
	Name     string
	Resolved bool
	Reason   Reason // where not resolved
	Key      string // the flat, mapped key in whose text it stands: another one than the value's where a $ref led there
	// Breaks: the value that was handed over for this $sys (any version) or $env (before 4.5) holds a backslash or "$": the
	// product's replacement drops the backslash, and stops at the "$" (or, at "$0", puts the placeholder itself there).
	Breaks bool
}

// Options hands Read what the file alone does not say.
type Options struct {
	Version string                  // product version; empty: the newest
	Keys    int                     // that the file may have; 0: MaxKeys
	Env     map[string]secret.Value // values for $env{}
	Sys     map[string]secret.Value // values for $sys{}
	Secrets map[string]secret.Value // values for $secret{}
	// Table is the data of the installation at hand, which counts before the built-in one of Version; nil where there is none.
	Table *product.Table
}
