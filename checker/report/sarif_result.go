package report

import (
	"fmt"
	"strings"

	"github.com/chavacava/garif"

	"github.com/mi-kscheck/mi-kscheck/checker/finding"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// result is garif's with an index that can be zero: garif leaves zero out, and a missing ruleIndex means "unknown".
type result struct {
	*garif.Result
	RuleIndex *int `json:"ruleIndex,omitempty"`
}

// fingerprint names the version of our way to make fingerprints.
const fingerprint = "miKscheck/v1"

func (s *sarif) result(f *finding.Finding) result {
	place := f.Region
	// A viewer needs a line to open, also where the finding is about the file as a whole.
	place.StartLine = max(place.StartLine, 1)
	r := &garif.Result{
		RuleId:           Clean(f.Rule.ID),
		Level:            garif.ResultLevel(level(f.Level)),
		Locations:        []*garif.Location{{PhysicalLocation: s.physical(f.URI, &place)}},
		RelatedLocations: s.related(f.Related),
		CodeFlows:        s.codeFlows(f.Origin),
		Fixes:            fixes(f),
		Properties:       properties(f),
	}
	r.Message = &garif.Message{Text: messageOf(f, r.RelatedLocations)}
	if f.Fingerprint != "" {
		r.PartialFingerprints = map[string]string{fingerprint: Clean(f.Fingerprint)}
	}
	if s.run.Baseline {
		r.BaselineState = "new"
		if f.InBaseline {
			r.BaselineState = "unchanged"
		}
	}
	if w := f.Suppressed; w != nil {
		r.Suppressions = []*garif.Suppression{suppression(w)}
	}
	out := result{Result: r}
	if i, ok := s.rules[f.Rule.ID]; ok {
		out.RuleIndex = &i
	}
	return out
}

// suppression keeps to the words that SARIF knows.
func suppression(w *finding.Suppression) *garif.Suppression {
	s := &garif.Suppression{Kind: "external", Status: "accepted", Justification: Clean(w.Justification)}
	if w.Kind == "inSource" {
		s.Kind = w.Kind
	}
	if w.Status == "underReview" || w.Status == "rejected" {
		s.Status = w.Status
	}
	return s
}

// fixes are the replacements that repair the finding. One that moves text about is left to 'check --fix': what it moves may be
// secret.
func fixes(f *finding.Finding) []*garif.Fix {
	if len(f.Edits) == 0 || f.Fix == "" {
		return nil
	}
	uri, base := location(f.URI)
	change := &garif.ArtifactChange{ArtifactLocation: &garif.ArtifactLocation{Uri: uri, UriBaseId: base}}
	for _, e := range f.Edits {
		if e.Moves {
			return nil
		}
		r := &garif.Replacement{DeletedRegion: &garif.Region{
			StartLine: e.Region.StartLine, StartColumn: e.Region.StartColumn, EndLine: e.Region.EndLine, EndColumn: e.Region.EndColumn,
		}}
		if e.Text != "" {
			r.InsertedContent = &garif.ArtifactContent{Text: e.Text}
		}
		change.Replacements = append(change.Replacements, r)
	}
	return []*garif.Fix{{Description: message(f.Fix), ArtifactChanges: []*garif.ArtifactChange{change}}}
}

// messageOf is the text of a result: what was found, what it follows from, and links to the related locations.
func messageOf(f *finding.Finding, related []*garif.Location) string {
	text := sentence(plainMessage(f.Message))
	if f.FollowsFrom != "" {
		text += " This ends when " + plainMessage(f.FollowsFrom) + " is repaired."
	}
	links := make([]string, len(related))
	for i, l := range related {
		links[i] = fmt.Sprintf("[%s](%d)", linkText.Replace(l.Message.Text), l.Id)
	}
	if len(links) > 0 {
		text += " See " + enumerate(links) + "."
	}
	return text
}

// linkText escapes what ends the text of an embedded link.
var linkText = strings.NewReplacer(`\`, `\\`, `[`, `\[`, `]`, `\]`)

// plainMessage cleans a text of a SARIF message, where "[text](address)" is a link even in plain text: links are ours alone.
func plainMessage(s string) string {
	return strings.ReplaceAll(Clean(strings.TrimSpace(s)), "](", `]\x28`)
}

// message is a text that ends in a full stop.
func message(s string) *garif.Message { return &garif.Message{Text: sentence(plainMessage(s))} }

// sentence ends a text in a full stop.
func sentence(s string) string {
	if s == "" || strings.HasSuffix(s, ".") {
		return s
	}
	return strings.TrimRight(s, " :;,") + "."
}

// enumerate joins names: "a", "a and b", "a, b and c".
func enumerate(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " and " + names[last]
}

func (a *artifacts) related(list []finding.Related) []*garif.Location {
	var all []*garif.Location
	for _, r := range list {
		if r.URI == "" {
			continue
		}
		text := strings.TrimRight(plainMessage(r.Message), ". ")
		if text == "" {
			text = "the related place"
		}
		all = append(all, &garif.Location{
			Id:               len(all) + 1,
			PhysicalLocation: a.physical(r.URI, r.Region),
			Message:          &garif.Message{Text: text},
		})
	}
	return all
}

// codeFlows shows how a value came about, where it took more than one step that stands somewhere. What is said of one place, that
// a reference leads there and that the value is written there, is one step.
func (a *artifacts) codeFlows(origin []finding.Hop) []*garif.CodeFlow {
	var steps []finding.Hop
	for _, h := range origin {
		last := len(steps) - 1
		switch {
		case h.URI == "":
		case last >= 0 && steps[last].URI == h.URI && steps[last].Region != nil && h.Region != nil && *steps[last].Region == *h.Region:
			steps[last].Text += ": " + h.Text
		default:
			steps = append(steps, h)
		}
	}
	if len(steps) < 2 {
		return nil
	}
	var flow []*garif.ThreadFlowLocation
	for _, h := range steps {
		flow = append(flow, &garif.ThreadFlowLocation{
			Location: &garif.Location{PhysicalLocation: a.physical(h.URI, h.Region), Message: message(h.Text)},
		})
	}
	return []*garif.CodeFlow{{ThreadFlows: []*garif.ThreadFlow{{Locations: flow}}}}
}

func properties(f *finding.Finding) *garif.PropertyBag {
	bag := garif.PropertyBag{}
	put := func(name, value string) {
		if value != "" {
			bag[name] = CleanValue(value)
		}
	}
	put("store", f.Store)
	put("alias", f.Alias)
	put("key", f.Key)
	put("followsFrom", f.FollowsFrom)
	list := func(name string, values []string) {
		if len(values) > 0 {
			bag[name] = values
		}
	}
	var also, origin, inherited, commands []string
	for _, a := range f.Also {
		also = append(also, Clean(a.Rule.ID+" "+a.Rule.Name+" ("+string(a.Level)+"): "+a.Message))
	}
	for _, h := range f.Origin {
		origin = append(origin, Clean(h.Text))
	}
	for _, k := range f.Inherited {
		inherited = append(inherited, CleanValue(k))
	}
	for _, c := range f.Commands {
		if line := ShellQuote(c.Argv); len(line) <= maxCommand {
			commands = append(commands, line)
		}
	}
	list("also", also)
	if len(origin) > 1 {
		list("origin", origin)
	}
	list("inheritedBy", inherited)
	list("commands", commands)
	if len(bag) == 0 {
		return nil
	}
	return &bag
}

// physical is a place in a file, or with no region the file as a whole.
func (a *artifacts) physical(path string, r *source.Region) *garif.PhysicalLocation {
	p := &garif.PhysicalLocation{ArtifactLocation: a.locate(path)}
	if r == nil || r.StartLine < 1 {
		return p
	}
	p.Region = &garif.Region{StartLine: r.StartLine, StartColumn: max(r.StartColumn, 1)}
	if r.EndLine > r.StartLine {
		p.Region.EndLine = r.EndLine
		p.Region.EndColumn = max(r.EndColumn, 1)
	} else if r.EndColumn >= p.Region.StartColumn {
		p.Region.EndColumn = r.EndColumn
	}
	return p
}
