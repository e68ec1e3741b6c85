package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"github.com/chavacava/garif"

	"github.com/mi-kscheck/mi-kscheck/checker/finding"
	"github.com/mi-kscheck/mi-kscheck/rules"
)

const sarifSchema = "https://json.schemastore.org/sarif-2.1.0.json"

// sarif writes SARIF 2.1.0: one run for all targets, a result a line. The models are garif's, but neither the log nor the run
// is ever held as a whole: what comes before the results is written by Begin, each result as it comes, and what is known only
// at the end (notifications) behind the results, since the members of a JSON object have no order. It keeps to the limits of
// GitHub's code scanning (see resultList).
type sarif struct {
	out     *output
	cat     catalogue
	run     Run
	rules   ruleIndex
	results resultList
	artifacts
	unjudged
	notices
}

func newSARIF(w io.Writer) *sarif {
	out := newOutput(w)
	return &sarif{out: out, results: resultList{out: out}, cat: catalogue{page: (*rules.Rule).Page, run: rules.Run}}
}

func (s *sarif) Begin(run Run) error {
	s.run, s.archives = run, run.Archives
	driver, index, taxonomies := driverOf(&run, s.cat)
	s.rules = index
	head := &garif.Run{Tool: &garif.Tool{Driver: driver}, Taxonomies: taxonomies}
	if uri, ok := webURI(run.Repository); ok {
		head.VersionControlProvenance = []*garif.VersionControlDetails{{
			RepositoryUri: uri,
			RevisionId:    Clean(run.Revision),
			MappedTo:      &garif.ArtifactLocation{UriBaseId: srcRoot},
		}}
	}
	s.head(head, Clean(run.Profile))
	return s.out.err
}

// head writes what stands before the results.
func (s *sarif) head(run *garif.Run, profile string) {
	run.AutomationDetails = &garif.RunAutomationDetails{Id: toolName + "/"}
	run.ColumnKind, run.Language = "unicodeCodePoints", "en-US"
	run.OriginalUriBaseIds = map[string]*garif.ArtifactLocation{
		srcRoot: {Description: message("The root of the repository, or where there is none the path that was checked.")},
	}
	if profile != "" {
		run.Properties = &garif.PropertyBag{"profile": profile}
	}
	s.out.writeString(`{"$schema":"` + sarifSchema + `","version":"2.1.0","runs":[` + "\n")
	s.out.write(bytes.TrimSuffix(s.marshal(run), []byte("}")))
	s.out.writeString(`,"results":[`)
}

func (s *sarif) Target(r finding.Result) error {
	for i := range r.Findings {
		f := &r.Findings[i]
		if !s.run.shows(f) {
			continue
		}
		s.results.add(classOf(f), s.marshal(s.result(f)))
	}
	s.unjudged.add(r.Unjudged)
	s.notices.add(r.Notes)
	return s.out.err
}

func (s *sarif) End(sum Summary) error {
	s.notices.add(sum.Notifications)
	return s.tail(sum.Successful, s.notifications())
}

// tail writes the results that were kept back, and what stands behind them.
func (s *sarif) tail(successful bool, notes []*garif.Notification) error {
	for _, n := range s.results.end() {
		notes = append(notes, &garif.Notification{Level: level(n.Level), Message: message(n.Message)})
	}
	tail := struct {
		Artifacts   []artifact          `json:"artifacts,omitempty"`
		Invocations []*garif.Invocation `json:"invocations"`
	}{s.artifacts.list, []*garif.Invocation{{ExecutionSuccessful: successful, ToolExecutionNotifications: notes}}}
	s.out.writeString("\n],\n")
	s.out.write(bytes.TrimPrefix(s.marshal(tail), []byte("{")))
	s.out.writeString("\n]}\n")
	return s.out.flush()
}

func (s *sarif) marshal(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		s.out.fail(fmt.Errorf("writing SARIF: %w", err))
	}
	return b
}

// notifications are what the run has to say beside its results: the 9xx, and what could not be judged, which is no finding.
func (s *sarif) notifications() []*garif.Notification {
	var all []*garif.Notification
	for _, n := range s.notices.list {
		x := &garif.Notification{Level: level(n.Level), Message: message(n.Message), Locations: s.places(n.URI)}
		if n.Rule.ID != "" {
			x.Descriptor = &garif.ReportingDescriptorReference{Id: Clean(n.Rule.ID)}
		}
		all = append(all, x)
	}
	for _, e := range s.unjudged.entries {
		text := fmt.Sprintf("The rule '%s' was not judged. %s", e.rule.Name, e.reason)
		if e.count > len(e.places) && e.count > 1 {
			text = fmt.Sprintf("%s That holds for %d files, of which %d are named.", sentence(text), e.count, len(e.places))
		}
		all = append(all, &garif.Notification{
			AssociatedRule: &garif.ReportingDescriptorReference{Id: Clean(e.rule.ID)},
			Level:          string(finding.Note),
			Message:        message(text),
			Locations:      s.places(e.places...),
		})
	}
	if n := s.notices.dropped + s.unjudged.dropped; n > 0 {
		all = append(all, &garif.Notification{Level: string(finding.Note), Message: message(fmt.Sprintf("%d more notifications were left out.", n))})
	}
	return all
}

// places names files as a whole.
func (a *artifacts) places(paths ...string) []*garif.Location {
	var all []*garif.Location
	for _, p := range paths {
		if p != "" {
			all = append(all, &garif.Location{PhysicalLocation: a.physical(p, nil)})
		}
	}
	return all
}

// level is a level as SARIF spells it; a warning where it is none that SARIF knows.
func level(l finding.Level) string {
	switch l {
	case finding.Error, finding.Warning, finding.Note, finding.None:
		return string(l)
	}
	return string(finding.Warning)
}
