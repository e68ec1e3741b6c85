package deployment

import "github.com/mi-kscheck/mi-kscheck/checker/source"

// Read parses a file and computes the effective configuration. It never fails: what the product would refuse is in
// Document.Problems. Work and memory are bounded (keys, nesting, placeholder expansion).
func Read(f *source.File, o Options) *Document { panic("not built yet") }

// Display is the source text of a value as it may be shown: the text of a harmless, untainted value; the placeholders with
// the text around them of a tainted one ("x/$env{TOKEN}"); "•••" for a literal password.
func (v *Value) Display() string { panic("not built yet") }

// Quote is one line of the file, fit to be shown.
type Quote struct {
	Line   int    // 1-based
	Text   string // every string not known to be harmless is masked; cut to a sane width around the span
	Column int    // 0-based offset of the span in Text, in code points
	Width  int    // of the span, in code points
}

// Quote gives the line of a span with what could be secret masked. In a file that does not parse every string is masked.
func (d *Document) Quote(s source.Span) Quote { panic("not built yet") }

// Secret tells what [secrets] (and [runtime_secrets]) say of an alias.
type SecretEntry struct {
	Alias     string // without quotes
	Key       *Key
	Form      SecretForm
	Used      bool // some value holds $secret{alias}
	Reference *Key // the first such value
}

// SecretForm is how a secret's value is written (mi-semantics section 5).
type SecretForm string

// The forms.
const (
	PlainForm     SecretForm = "plain"     // "[text]": the cipher tool has not run
	EncryptedForm SecretForm = "encrypted" // Base64
	SymmetricForm SecretForm = "symmetric" // 4.6: Base64 of a JSON object
	DynamicForm   SecretForm = "dynamic"   // "$env{X}" or "$sys{X}"
	OtherForm     SecretForm = "other"     // anything else: a leaked plain secret
	NotTextForm   SecretForm = "not-text"
)

// Secrets lists the entries of [secrets] in file order, and whether [runtime_secrets] (or enable inside [secrets]) takes
// aliases that are not listed.
func (d *Document) Secrets() (entries []SecretEntry, runtime bool) { panic("not built yet") }
