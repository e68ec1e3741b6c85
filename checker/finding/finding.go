// Package finding turns what the policies said into findings fit for a report: it resolves pointers to places, replaces what
// another rule explains better, merges what has one root, renders the message and gives each finding its fingerprint.
// Precedence is data of the rules' METADATA; nothing here knows a rule by name.
package finding

import (
	"github.com/mi-kscheck/mi-kscheck/checker/deployment"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// Level is a SARIF level.
type Level string

// The levels, most severe first.
const (
	Error   Level = "error"
	Warning Level = "warning"
	Note    Level = "note"
	None    Level = "none"
)

// Rank orders levels: 3 for Error, 2 for Warning, 1 for Note, 0 for None.
func (l Level) Rank() int {
	switch l {
	case Error:
		return 3
	case Warning:
		return 2
	case Note:
		return 1
	}
	return 0
}

// Finding is one fault at one place. Its texts may hold hostile characters of the input (aliases, names, paths), which the
// report's sanitiser deals with; they never hold a secret.
type Finding struct {
	Rule    Rule
	Level   Level
	Message string // full sentences: what is wrong, why it matters, what to do
	Fix     string // what to do, alone; also the end of Message

	URI    string // of the file, relative to the repository root or the path given
	Region source.Region
	Quote  *Quote // the line with secrets masked; nil where there is no line to show
	Key    string // flat key that it is about; empty for the file as a whole
	Beside bool   // it is about another text than the deployment.toml, which may belong to several deployments

	Origin    []Hop     // how the value came about, where it took more than one step
	Related   []Related // stores, first definitions
	Inherited []string  // sections and keys that inherit the faulty value
	Also      []Also    // what this finding replaces
	// FollowsFrom is the ID of the rule whose finding this one is a consequence of (it ends when that one is repaired).
	FollowsFrom string
	Commands    []Command
	Edits       []Edit // what repairs it in the file itself; sorted by place

	Store       string // URI of the store, where it may be named
	Alias       string
	Fingerprint string // stable: survives moved lines, reformatting and reordering; never derives from a secret

	Suppressed *Suppression // waived or in the baseline
	InBaseline bool         // package waiver finds it in the baseline, whether or not something else waives it; SARIF's baselineState tells it

	// What the message is made of while findings are merged.
	id        int
	text      string
	inherited string
	pointer   string // of the use that it was made from
	ruleRoot  string // pointer of the place that it is shown at
	store     string // the content that it is about, by the document's id; empty: none
	role      string // of the reference that it is about; empty: none
}

// Rule is what a report says of a rule beside each finding; the whole is in the catalogue of package rules.
type Rule struct {
	ID   string
	Name string
}

// Quote is a line of the file, fit to be shown.
type Quote struct {
	Line   int
	Text   string
	Column int // 0-based, in code points of Text
	Width  int // in code points
}

// Hop is one step of a value's origin, in words and as a place.
type Hop struct {
	Text   string // "keystore.internal.password: default of 4.4.0", "keystore.primary.password = $env{PRIMARY_PASS}"
	URI    string
	Region *source.Region // nil where nothing is written
}

// Related is another place that belongs to the finding.
type Related struct {
	URI     string
	Region  *source.Region // nil for binary files
	Message string         // "the primary keystore", "first defined here"
}

// Also is a finding that was replaced.
type Also struct {
	Rule    Rule
	Level   Level
	Message string
}

// Command is one command that repairs, as an argument vector; reports quote it for a shell.
type Command struct {
	Argv    []string
	Comment string
}

// Edit replaces a span of the finding's file by a text; an empty span is an insertion.
type Edit struct {
	deployment.Edit
	Region source.Region // of the span
}

// Suppression is why a finding does not count.
type Suppression struct {
	Kind          string // "inSource" or "external"
	Status        string // "accepted"
	Justification string
}

// Result is everything that was found about one target.
type Result struct {
	URI         string    // of the deployment.toml
	Kind        string    // layout
	Version     string    // product version judged
	VersionFrom string    // "bin/version.txt", or "assumed"
	Findings    []Finding // sorted: by file, line, rule
	Unjudged    []Unjudged
	Verdicts    []Verdict
	Notes       []Notification
	// Uses tells who uses which store; filled where a format asks for it (report.WantsUses), read by the HTML audit.
	Uses []Use
	// Fleet tells that this is what the run as a whole says of a target: a second result of the same URI, behind all first ones.
	// Reports add up its findings and don't count the target again.
	Fleet bool
	// Again tells of such a result that the first one held findings that count: the target is among those with findings already.
	Again bool
	// Later are rules that judge the run as a whole, of which the end of the run tells; waivers of theirs wait until then.
	Later []Rule
}

// Unjudged is a rule that lacked a fact.
type Unjudged struct {
	Rule   Rule
	Reason string // a sentence: "The primary keystore was not opened: $env{PRIMARY_PASS} was not given (--env PRIMARY_PASS)."
	URI    string
}

// Verdict is what became of a rule for a target.
type Verdict struct {
	Rule    Rule
	Outcome Outcome
}

// Outcome is a verdict's kind.
type Outcome string

// The outcomes.
const (
	Found        Outcome = "found"
	NotJudged    Outcome = "not-judged"
	DoesNotApply Outcome = "does-not-apply"
	Passed       Outcome = "passed"
)

// Notification is something about the run itself (the 9xx).
type Notification struct {
	Rule    Rule // MIKS903 …; empty for what no rule says
	Level   Level
	Message string
	URI     string
}

// Counts adds up findings that count (not suppressed).
type Counts struct{ Errors, Warnings, Notes, Suppressed int }

// Add counts a finding.
func (c *Counts) Add(f *Finding) {
	switch {
	case f.Suppressed != nil:
		c.Suppressed++
	case f.Level == Error:
		c.Errors++
	case f.Level == Warning:
		c.Warnings++
	case f.Level == Note:
		c.Notes++
	}
}
