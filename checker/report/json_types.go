package report

import (
	_ "embed"

	"github.com/mi-kscheck/mi-kscheck/checker/packed"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

//go:generate go run ./generate

//go:embed schema.gz
var packedSchema []byte

// JSONSchema is the published schema of the format json (JSON Schema 2020-12). It is generated from JSONReport. Within one version
// of the format members are added, none is removed or changes its meaning: a reader ignores what it does not know.
func JSONSchema() []byte { return packed.New(packedSchema).Read("schema.json") }

// JSONVersion changes when a reader of the format json must change.
const JSONVersion = 1

// JSONReport is one run. It is written as a stream, so no value of it ever exists as a whole.
type JSONReport struct {
	// Version of the format.
	Version int `json:"version"`
	// Tool that wrote it.
	Tool JSONTool `json:"tool"`
	// Profile that the levels are of: production, development, or both where environments differ.
	Profile string `json:"profile,omitempty"`
	// Targets in the order in which they were checked. One that was compared with the others comes again, marked as fleet.
	Targets []JSONTarget `json:"targets"`
	// Summary of all targets.
	Summary JSONSummary `json:"summary"`
}

// JSONTool names the program.
type JSONTool struct {
	// Name is mi-kscheck.
	Name string `json:"name"`
	// Version is a semantic version.
	Version string `json:"version"`
}

// JSONTarget is one deployment.toml with what was found about it.
type JSONTarget struct {
	// Path of the deployment.toml, relative to the repository's root, else to the path given.
	Path string `json:"path"`
	// Layout that it was found in.
	Layout string `json:"layout,omitempty"`
	// Version of Micro Integrator that it was judged as.
	Version string `json:"product_version,omitempty"`
	// VersionFrom is the file that says so, or "assumed".
	VersionFrom string `json:"product_version_from,omitempty"`
	// Fleet marks a target that comes again: its findings are those of comparing the targets with each other.
	Fleet bool `json:"fleet,omitempty"`
	// Findings at or above the level of --min-level, in the order of their places.
	Findings []JSONFinding `json:"findings"`
	// NotJudged are the rules that lacked a fact.
	NotJudged []JSONUnjudged `json:"not_judged,omitempty"`
	// Verdicts say of every rule what became of it: found, not-judged, does-not-apply or passed.
	Verdicts map[string]string `json:"verdicts,omitempty"`
	// Notices are about the run on this target (MIKS9xx).
	Notices []JSONNotification `json:"notifications,omitempty"`
}

// JSONFinding is one fault at one place.
type JSONFinding struct {
	// Rule is its ID.
	Rule string `json:"rule"`
	// Name of the rule.
	Name string `json:"name"`
	// Level is error, warning, note or none.
	Level string `json:"level" jsonschema:"enum=error,enum=warning,enum=note,enum=none"`
	// Message is what is wrong, why it matters, and what to do.
	Message string `json:"message"`
	// Fix is what to do, alone.
	Fix string `json:"fix,omitempty"`
	// Path of the file, like that of the target.
	Path string `json:"path"`
	// Region of the file; missing where the finding is about the file as a whole.
	Region *source.Region `json:"region,omitempty"`
	// Key of the configuration that it is about, in its flat form.
	Key string `json:"key,omitempty"`
	// Store is the path of the store that it is about.
	Store string `json:"store,omitempty"`
	// Alias of the entry that it is about.
	Alias string `json:"alias,omitempty"`
	// Origin tells how the value came about, where that took more than one step.
	Origin []JSONPlace `json:"origin,omitempty"`
	// Related are other places that belong to it: stores, first definitions.
	Related []JSONPlace `json:"related,omitempty"`
	// Inherited are the sections and keys that inherit the faulty value.
	Inherited []string `json:"inherited_by,omitempty"`
	// Also are the findings that this one replaces.
	Also []JSONAlso `json:"also,omitempty"`
	// Standards are the requirements that the rule serves, to group by; 'mi-kscheck rules -f json' has their words.
	Standards []JSONRequirement `json:"standards,omitempty"`
	// FollowsFrom is the ID of the rule whose repair ends this finding.
	FollowsFrom string `json:"follows_from,omitempty"`
	// Commands repair it.
	Commands []JSONCommand `json:"commands,omitempty"`
	// Fingerprint stays the same when lines move.
	Fingerprint string `json:"fingerprint,omitempty"`
	// Suppressed tells that it does not count, and why.
	Suppressed *JSONSuppression `json:"suppressed,omitempty"`
}

// JSONRequirement is a requirement of a standard.
type JSONRequirement struct {
	// Standard is its ID, which is a rule set as well.
	Standard string `json:"standard"`
	// Number of the requirement, or its heading.
	Number string `json:"number"`
}

// JSONPlace is a place with what there is to say about it.
type JSONPlace struct {
	// Text says what is there.
	Text string `json:"text,omitempty"`
	// Path of the file.
	Path string `json:"path,omitempty"`
	// Region of the file.
	Region *source.Region `json:"region,omitempty"`
}

// JSONAlso is a finding that another one replaces.
type JSONAlso struct {
	// Rule is its ID.
	Rule string `json:"rule"`
	// Name of the rule.
	Name string `json:"name"`
	// Level is error, warning, note or none.
	Level string `json:"level"`
	// Message of the finding.
	Message string `json:"message"`
}

// JSONCommand is a command that repairs.
type JSONCommand struct {
	// Shell is the command as a POSIX shell reads it.
	Shell string `json:"shell"`
	// Comment says what it does.
	Comment string `json:"comment,omitempty"`
}

// JSONSuppression is why a finding does not count.
type JSONSuppression struct {
	// Kind is inSource or external.
	Kind string `json:"kind"`
	// Status is accepted.
	Status string `json:"status,omitempty"`
	// Justification is the reason that the waiver gives.
	Justification string `json:"justification,omitempty"`
}

// JSONUnjudged is a rule that lacked a fact.
type JSONUnjudged struct {
	// Rule is its ID.
	Rule string `json:"rule"`
	// Name of the rule.
	Name string `json:"name"`
	// Reason in a sentence.
	Reason string `json:"reason"`
	// Path of the file.
	Path string `json:"path,omitempty"`
}

// JSONNotification is something about the run itself (MIKS9xx).
type JSONNotification struct {
	// Rule is its ID; missing for what no rule says.
	Rule string `json:"rule,omitempty"`
	// Name of the rule.
	Name string `json:"name,omitempty"`
	// Level is error, warning or note.
	Level string `json:"level"`
	// Message in full sentences.
	Message string `json:"message"`
	// Path of the file that it is about.
	Path string `json:"path,omitempty"`
}

// JSONSummary adds up the targets.
type JSONSummary struct {
	// Targets that were judged.
	Targets int `json:"targets"`
	// Errors that count, also where --min-level hides them.
	Errors int `json:"errors"`
	// Warnings that count.
	Warnings int `json:"warnings"`
	// Notes that count.
	Notes int `json:"notes"`
	// Suppressed findings, which do not count.
	Suppressed int `json:"suppressed"`
	// Successful is false where the run could not do all of its work.
	Successful bool `json:"successful"`
	// Notices are about the run as a whole.
	Notices []JSONNotification `json:"notifications,omitempty"`
}
