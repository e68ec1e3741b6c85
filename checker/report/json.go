package report

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/mi-kscheck/mi-kscheck/checker/finding"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
	"github.com/mi-kscheck/mi-kscheck/rules"
)

// jsonFormat writes one JSON object for a run, for scripts: a target a line, and a summary at the end. Like the other formats it
// carries no text that could harm whoever prints it: what is not plainly visible is escaped, also inside of the strings.
type jsonFormat struct {
	out     *output
	run     Run
	counts  finding.Counts
	targets int
	written int // targets and those that come again
}

func newJSON(w io.Writer) *jsonFormat { return &jsonFormat{out: newOutput(w)} }

func (j *jsonFormat) Begin(run Run) error {
	j.run = run
	j.out.writeString(fmt.Sprintf(`{"version":%d,"tool":`, JSONVersion))
	j.write(JSONTool{toolName, Clean(run.Tool.Version)})
	if run.Profile != "" {
		j.out.writeString(`,"profile":`)
		j.write(Clean(run.Profile))
	}
	j.out.writeString(`,"targets":[`)
	return j.out.err
}

func (j *jsonFormat) Target(r finding.Result) error {
	t := JSONTarget{
		Path: cleanPath(r.URI), Layout: CleanValue(r.Kind), Version: CleanValue(r.Version), VersionFrom: CleanValue(r.VersionFrom),
		Fleet: r.Fleet, Findings: []JSONFinding{}, Notices: jsonNotifications(r.Notes),
	}
	for i := range r.Findings {
		f := &r.Findings[i]
		j.counts.Add(f)
		if j.run.shows(f) {
			t.Findings = append(t.Findings, jsonOf(f))
		}
	}
	for _, u := range r.Unjudged {
		t.NotJudged = append(t.NotJudged, JSONUnjudged{Clean(u.Rule.ID), Clean(u.Rule.Name), Clean(u.Reason), cleanPath(u.URI)})
	}
	for _, v := range r.Verdicts {
		if t.Verdicts == nil {
			t.Verdicts = map[string]string{}
		}
		t.Verdicts[Clean(v.Rule.ID)] = Clean(string(v.Outcome))
	}
	if j.written > 0 {
		j.out.writeString(",")
	}
	if j.written++; !r.Fleet {
		j.targets++
	}
	j.out.writeString("\n")
	j.write(t)
	return j.out.err
}

func (j *jsonFormat) End(sum Summary) error {
	j.out.writeString("\n],\"summary\":")
	j.write(JSONSummary{
		Targets: j.targets, Errors: j.counts.Errors, Warnings: j.counts.Warnings, Notes: j.counts.Notes, Suppressed: j.counts.Suppressed,
		Successful: sum.Successful, Notices: jsonNotifications(sum.Notifications),
	})
	j.out.writeString("}\n")
	return j.out.flush()
}

func (j *jsonFormat) write(v any) {
	b, err := json.Marshal(v)
	if err != nil {
		j.out.fail(fmt.Errorf("writing JSON: %w", err))
	}
	j.out.write(b)
}

func jsonOf(f *finding.Finding) JSONFinding {
	v := JSONFinding{
		Rule: Clean(f.Rule.ID), Name: Clean(f.Rule.Name), Level: level(f.Level), Message: Clean(f.Message), Fix: Clean(f.Fix),
		Path: cleanPath(f.URI), Region: jsonRegion(&f.Region), Key: CleanValue(f.Key), Store: cleanPath(f.Store), Alias: CleanValue(f.Alias),
		FollowsFrom: Clean(f.FollowsFrom), Fingerprint: Clean(f.Fingerprint),
	}
	for _, h := range f.Origin {
		v.Origin = append(v.Origin, JSONPlace{Clean(h.Text), cleanPath(h.URI), jsonRegion(h.Region)})
	}
	for _, r := range f.Related {
		v.Related = append(v.Related, JSONPlace{Clean(r.Message), cleanPath(r.URI), jsonRegion(r.Region)})
	}
	for _, k := range f.Inherited {
		v.Inherited = append(v.Inherited, CleanValue(k))
	}
	for _, a := range f.Also {
		v.Also = append(v.Also, JSONAlso{Clean(a.Rule.ID), Clean(a.Rule.Name), level(a.Level), Clean(a.Message)})
	}
	for _, c := range rules.Citations(f.Rule.ID) {
		v.Standards = append(v.Standards, JSONRequirement{c.Standard, c.Number})
	}
	for _, c := range f.Commands {
		if line := ShellQuote(c.Argv); len(line) <= maxCommand {
			v.Commands = append(v.Commands, JSONCommand{line, Clean(c.Comment)})
		}
	}
	if s := f.Suppressed; s != nil {
		v.Suppressed = &JSONSuppression{Clean(s.Kind), Clean(s.Status), Clean(s.Justification)}
	}
	return v
}

// jsonRegion leaves out what is no place.
func jsonRegion(r *source.Region) *source.Region {
	if r == nil || r.StartLine < 1 {
		return nil
	}
	return r
}

func jsonNotifications(list []finding.Notification) []JSONNotification {
	var all []JSONNotification
	for _, n := range list {
		all = append(all, JSONNotification{Clean(n.Rule.ID), Clean(n.Rule.Name), level(n.Level), Clean(n.Message), cleanPath(n.URI)})
	}
	return all
}
