package rules

import (
	_ "embed"
	"encoding/json"
	"sort"
	"sync"

	"github.com/mi-kscheck/mi-kscheck/checker/packed"
)

//go:generate go run ./generate

//go:embed catalogue.gz
var packedCatalogue []byte

// catalogue parses the generated file once. It is part of the binary, so that a failure is a fault of the build, which
// TestCatalogue finds; a broken one gives the run rules alone.
var catalogue = sync.OnceValue(func() []*Rule {
	var rs []*Rule
	_ = json.Unmarshal(packed.New(packedCatalogue).Read("catalogue.json"), &rs)
	rs = append(rs, Run()...)
	sort.Slice(rs, func(i, j int) bool { return rs[i].ID < rs[j].ID })
	return rs
})

// All lists the built-in rules in ID order, those of the run itself (9xx) included. The list and the rules must not be changed.
func All() []*Rule { return catalogue() }

// Find gives a built-in rule by ID or name, without regard to case.
func Find(idOrName string) (*Rule, bool) { return BuiltIn().Find(idOrName) }

// Policies lists the built-in rules that are judged by a policy: all but the 9xx.
func Policies() []*Rule { return BuiltIn().Policies() }

// Run lists the rules about the run itself. They are notifications, never results, and come from Go (rules.md, 9xx).
func Run() []*Rule {
	about := func(id, name, level string) Rule {
		return Rule{ID: id, Name: name, Category: "run", Level: level, Levels: []string{level}, Precision: "very-high", PointsAt: "use", Since: "0.1.0"}
	}
	policyError, unreadable := about("MIKS902", "policy-error", "error"), about("MIKS903", "unreadable", "warning")
	expired, unused := about("MIKS904", "waiver-expired", "warning"), about("MIKS905", "waiver-unused", "warning")

	policyError.Title = "Policy does not compile or fails"
	policyError.Description = "A policy does not compile, or its evaluation fails. The run ends there, and no rule that was not yet asked has passed."
	policyError.Message = "The policies could not be asked: {{reason}}."
	policyError.Fix = "Repair the policy, or leave it out."

	unreadable.Title = "File or folder could not be read"
	unreadable.Description = "A file or folder that belongs to the check could not be read. What depends on it was not judged."
	unreadable.Message = "'{{uri}}' could not be read: {{reason}}."
	unreadable.Fix = "Give the checker read permission, or leave the path out with --exclude."

	expired.Title = "Waiver has ended"
	expired.Description = "The last day of a waiver is over, so that the finding which it waived counts again."
	expired.Message = "The waiver of {{rule}} in line {{line}} of '{{uri}}' has ended on {{until}}, so that what it waived counts again."
	expired.Fix = "Repair the finding, or give the waiver a new date."

	unused.Title = "Waiver waives nothing"
	unused.Description = "A waiver matches no finding, or it does not count: it gives no reason, goes beyond the limit, or names no rule that can be waived."
	unused.Message = "The waiver of {{rule}} in line {{line}} of '{{uri}}' waives nothing: {{reason}}."
	unused.Fix = "Remove it, or say what it lacks."

	return []*Rule{&policyError, &unreadable, &expired, &unused}
}
