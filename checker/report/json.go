package report

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/mi-kscheck/mi-kscheck/checker/finding"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// jsonVersion changes when a reader of the format must change.
const jsonVersion = 1

// jsonFormat writes one JSON object for a run, for scripts: a target a line, and a summary at the end. Like the other formats it
// carries no text that could harm whoever prints it: what is not plainly visible is escaped, also inside of the strings.
type jsonFormat struct {
	out     *output
	run     Run
	counts  finding.Counts
	targets int
	parts   int // elements of its list: the run as a whole may say more of a target
}

func newJSON(w io.Writer) *jsonFormat { return &jsonFormat{out: newOutput(w)} }

type (
	jsonTarget struct {
		Path        string             `json:"path"`
		Layout      string             `json:"layout,omitempty"`
		Version     string             `json:"product_version,omitempty"`
		VersionFrom string             `json:"product_version_from,omitempty"`
		Findings    []jsonFinding      `json:"findings"`
		NotJudged   []jsonUnjudged     `json:"not_judged,omitempty"`
		Verdicts    map[string]string  `json:"verdicts,omitempty"`
		Notices     []jsonNotification `json:"notifications,omitempty"`
	}
	jsonFinding struct {
		Rule        string           `json:"rule"`
		Name        string           `json:"name"`
		Level       string           `json:"level"`
		Message     string           `json:"message"`
		Fix         string           `json:"fix,omitempty"`
		Path        string           `json:"path"`
		Region      *source.Region   `json:"region,omitempty"`
		Key         string           `json:"key,omitempty"`
		Store       string           `json:"store,omitempty"`
		Alias       string           `json:"alias,omitempty"`
		Origin      []jsonPlace      `json:"origin,omitempty"`
		Related     []jsonPlace      `json:"related,omitempty"`
		Inherited   []string         `json:"inherited_by,omitempty"`
		Also        []jsonAlso       `json:"also,omitempty"`
		FollowsFrom string           `json:"follows_from,omitempty"`
		Commands    []jsonCommand    `json:"commands,omitempty"`
		Fingerprint string           `json:"fingerprint,omitempty"`
		Suppressed  *jsonSuppression `json:"suppressed,omitempty"`
	}
	jsonPlace struct {
		Text   string         `json:"text,omitempty"`
		Path   string         `json:"path,omitempty"`
		Region *source.Region `json:"region,omitempty"`
	}
	jsonAlso struct {
		Rule    string `json:"rule"`
		Name    string `json:"name"`
		Level   string `json:"level"`
		Message string `json:"message"`
	}
	jsonCommand struct {
		Shell   string `json:"shell"` // for a POSIX shell
		Comment string `json:"comment,omitempty"`
	}
	jsonSuppression struct {
		Kind          string `json:"kind"`
		Status        string `json:"status,omitempty"`
		Justification string `json:"justification,omitempty"`
	}
	jsonUnjudged struct {
		Rule   string `json:"rule"`
		Name   string `json:"name"`
		Reason string `json:"reason"`
		Path   string `json:"path,omitempty"`
	}
	jsonNotification struct {
		Rule    string `json:"rule,omitempty"`
		Name    string `json:"name,omitempty"`
		Level   string `json:"level"`
		Message string `json:"message"`
		Path    string `json:"path,omitempty"`
	}
	jsonSummary struct {
		Targets    int                `json:"targets"`
		Errors     int                `json:"errors"`
		Warnings   int                `json:"warnings"`
		Notes      int                `json:"notes"`
		Suppressed int                `json:"suppressed"`
		Successful bool               `json:"successful"`
		Notices    []jsonNotification `json:"notifications,omitempty"`
	}
)

func (j *jsonFormat) Begin(run Run) error {
	j.run = run
	j.out.writeString(fmt.Sprintf(`{"version":%d,"tool":`, jsonVersion))
	j.write(struct {
		Name    string `json:"name"`
		Version string `json:"version"`
	}{toolName, Clean(run.Tool.Version)})
	if run.Profile != "" {
		j.out.writeString(`,"profile":`)
		j.write(Clean(run.Profile))
	}
	j.out.writeString(`,"targets":[`)
	return j.out.err
}

func (j *jsonFormat) Target(r finding.Result) error {
	t := jsonTarget{
		Path: cleanPath(r.URI), Layout: CleanValue(r.Kind), Version: CleanValue(r.Version), VersionFrom: CleanValue(r.VersionFrom),
		Findings: []jsonFinding{}, Notices: jsonNotifications(r.Notes),
	}
	for i := range r.Findings {
		f := &r.Findings[i]
		j.counts.Add(f)
		if j.run.shows(f) {
			t.Findings = append(t.Findings, jsonOf(f))
		}
	}
	for _, u := range r.Unjudged {
		t.NotJudged = append(t.NotJudged, jsonUnjudged{Clean(u.Rule.ID), Clean(u.Rule.Name), Clean(u.Reason), cleanPath(u.URI)})
	}
	for _, v := range r.Verdicts {
		if t.Verdicts == nil {
			t.Verdicts = map[string]string{}
		}
		t.Verdicts[Clean(v.Rule.ID)] = Clean(string(v.Outcome))
	}
	if j.parts > 0 {
		j.out.writeString(",")
	}
	j.parts++
	if !r.Fleet {
		j.targets++
	}
	j.out.writeString("\n")
	j.write(t)
	return j.out.err
}

func (j *jsonFormat) End(sum Summary) error {
	j.out.writeString("\n],\"summary\":")
	j.write(jsonSummary{
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

func jsonOf(f *finding.Finding) jsonFinding {
	v := jsonFinding{
		Rule: Clean(f.Rule.ID), Name: Clean(f.Rule.Name), Level: level(f.Level), Message: Clean(f.Message), Fix: Clean(f.Fix),
		Path: cleanPath(f.URI), Region: jsonRegion(&f.Region), Key: CleanValue(f.Key), Store: cleanPath(f.Store), Alias: CleanValue(f.Alias),
		FollowsFrom: Clean(f.FollowsFrom), Fingerprint: Clean(f.Fingerprint),
	}
	for _, h := range f.Origin {
		v.Origin = append(v.Origin, jsonPlace{Clean(h.Text), cleanPath(h.URI), jsonRegion(h.Region)})
	}
	for _, r := range f.Related {
		v.Related = append(v.Related, jsonPlace{Clean(r.Message), cleanPath(r.URI), jsonRegion(r.Region)})
	}
	for _, k := range f.Inherited {
		v.Inherited = append(v.Inherited, CleanValue(k))
	}
	for _, a := range f.Also {
		v.Also = append(v.Also, jsonAlso{Clean(a.Rule.ID), Clean(a.Rule.Name), level(a.Level), Clean(a.Message)})
	}
	for _, c := range f.Commands {
		if line := ShellQuote(c.Argv); len(line) <= maxCommand {
			v.Commands = append(v.Commands, jsonCommand{line, Clean(c.Comment)})
		}
	}
	if s := f.Suppressed; s != nil {
		v.Suppressed = &jsonSuppression{Clean(s.Kind), Clean(s.Status), Clean(s.Justification)}
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

func jsonNotifications(list []finding.Notification) []jsonNotification {
	var all []jsonNotification
	for _, n := range list {
		all = append(all, jsonNotification{Clean(n.Rule.ID), Clean(n.Rule.Name), level(n.Level), Clean(n.Message), cleanPath(n.URI)})
	}
	return all
}
