package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	gtext "github.com/yuin/goldmark/text"

	"github.com/mi-kscheck/mi-kscheck/checker/finding"
)

// readers read each format as its consumers do, and complain of what those would not take. A format without one fails the tests.
var readers = map[string]func(t *testing.T, out []byte){
	"text":        func(*testing.T, []byte) {},
	"sarif":       func(t *testing.T, out []byte) { parse(t, out) },
	"json":        func(t *testing.T, out []byte) { parseJSON(t, out) },
	"markdown":    func(t *testing.T, out []byte) { readMarkdown(t, out) },
	"junit":       func(t *testing.T, out []byte) { readJUnit(t, out) },
	"github":      func(t *testing.T, out []byte) { readGitHub(t, out) },
	"gitlab":      func(t *testing.T, out []byte) { readGitLab(t, out) },
	"gitlab-sast": func(t *testing.T, out []byte) { readSAST(t, out) },
	"checkstyle":  func(t *testing.T, out []byte) { readCheckstyle(t, out) },
	"html":        func(t *testing.T, out []byte) { readHTML(t, out) },
	"csv":         func(t *testing.T, out []byte) { readCSV(t, out) },
}

// TestEveryFormatOfHostileStrings is the matrix: each format, each hostile string, each as its reader sees it.
func TestEveryFormatOfHostileStrings(t *testing.T) {
	for _, format := range Formats() {
		read := readers[format]
		if read == nil {
			t.Errorf("no reader for the format %s", format)
			continue
		}
		for name, s := range hostileStrings() {
			t.Run(format+"/"+name, func(t *testing.T) {
				out := render(t, format, hostileRun(s), Summary{Notifications: hostileResult(s).Notes, Successful: true}, hostileResult(s))
				for _, line := range strings.Split(string(out), "\n") {
					if format == "github" {
						line = strings.TrimPrefix(line, "::")
					}
					if at := unfit(line); at != "" {
						t.Errorf("%s in %.200q", at, line)
					}
				}
				read(t, out)
			})
		}
	}
}

// TestEveryFormatEndsWell holds what an interrupted run leaves to the same readers: Begin and End alone, and with some targets.
func TestEveryFormatEndsWell(t *testing.T) {
	for _, format := range Formats() {
		for n, results := range [][]finding.Result{nil, {sample()}, {{URI: "clean.toml"}}, {sample(), sample(), {URI: sampleFile, Fleet: true, Findings: []finding.Finding{knownKey()}}}} {
			for _, successful := range []bool{true, false} {
				out := render(t, format, sampleRun(), Summary{Successful: successful}, results...)
				if read := readers[format]; read != nil {
					read(t, out)
				}
				// CodeQuality has no place for it.
				if !successful && format != "gitlab" && bytes.Equal(out, render(t, format, sampleRun(), Summary{Successful: true}, results...)) {
					t.Errorf("%s with %d: nothing tells that the run is not whole", format, n)
				}
			}
		}
	}
}

// TestMinLevelAndWaived holds every format to --min-level, and none lets a waived finding count.
func TestMinLevelAndWaived(t *testing.T) {
	for _, format := range Formats() {
		run := sampleRun()
		run.Rules = run.Rules[:1] // SARIF and others name all rules
		seen := func(id string, out []byte) bool {
			if format == "sarif" || format == "json" {
				return bytes.Contains(out, []byte(`"ruleId":"`+id)) || bytes.Contains(out, []byte(`"rule":"`+id))
			}
			return bytes.Contains(out, []byte(id))
		}
		r := sample()
		r.Verdicts, r.Unjudged, r.Findings[3].FollowsFrom = nil, nil, ""
		if out := render(t, format, run, Summary{Successful: true}, r); !seen("MIKS501", out) {
			t.Errorf("%s: no note", format)
		}
		run.MinLevel = finding.Warning
		out := render(t, format, run, Summary{Successful: true}, r)
		if seen("MIKS501", out) || !seen("MIKS203", out) {
			t.Errorf("%s: --min-level warning: note %v, error %v", format, seen("MIKS501", out), seen("MIKS203", out))
		}
		shows := slices.Contains([]string{"sarif", "json", "junit", "csv", "html"}, format)
		if format != "text" && seen("MIKS301", out) != shows {
			t.Errorf("%s: the waived finding is shown: %v", format, !shows)
		}
	}
}

func TestGoldens(t *testing.T) {
	for format, name := range map[string]string{
		"markdown": "sample.md", "junit": "sample.junit.xml", "github": "sample.github.txt", "gitlab": "sample.gitlab.json",
		"gitlab-sast": "sample.gitlab-sast.json", "checkstyle": "sample.checkstyle.xml", "csv": "sample.csv",
	} {
		run := sampleRun()
		run.FailOn = finding.Error
		golden(t, name, render(t, format, run, Summary{Successful: true}, sample()))
	}
}

// Markdown, by a parser of GitHub's dialect.

func readMarkdown(t *testing.T, out []byte) (headings, items int) {
	t.Helper()
	if len(out) > markdownMax {
		t.Errorf("%d bytes", len(out))
	}
	tree := goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser().Parse(gtext.NewReader(out))
	err := ast.Walk(tree, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.RawHTML, *ast.HTMLBlock, *ast.Image:
			t.Errorf("%s in the page", n.Kind())
		case *ast.Link:
			if !bytes.HasPrefix(n.Destination, []byte(toolHome+"/")) {
				t.Errorf("a link to %s", n.Destination)
			}
		case *ast.AutoLink:
			t.Errorf("an address became a link: %s", n.URL(out))
		case *ast.Heading:
			headings++
		case *ast.ListItem:
			items++
		}
		return ast.WalkContinue, nil
	})
	if err != nil {
		t.Error(err)
	}
	return headings, items
}

func TestMarkdownTruncates(t *testing.T) {
	var results []finding.Result
	for n := range 300 {
		r := target(n)
		r.Findings = []finding.Finding{missing(), expired(), knownKey()}
		for i := range r.Findings {
			r.Findings[i].URI = r.URI
		}
		results = append(results, r)
	}
	run := sampleRun()
	out := render(t, "markdown", run, Summary{Successful: true}, results...)
	readMarkdown(t, out)
	if len(out) < markdownMax/2 {
		t.Errorf("only %d bytes", len(out))
	}
	kept := bytes.Count(out, []byte("- **"))
	left := 900 - kept
	if !bytes.Contains(out, fmt.Appendf(nil, "**%d more findings were left out**", left)) {
		t.Errorf("%d are shown, and the report does not say that %d are not", kept, left)
	}
	// MIKS203 is the most severe of the errors.
	if bytes.Contains(out, []byte("MIKS501")) || bytes.Contains(out, []byte("**[MIKS302")) || bytes.Count(out, []byte("**[MIKS203")) != kept {
		t.Error("less severe ones are shown while more severe ones are left out")
	}
}

// JUnit.

type junitReport struct {
	XMLName xml.Name     `xml:"testsuites"`
	Suites  []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name                             string     `xml:"name,attr"`
	Tests, Failures, Errors, Skipped int        `xml:"-"`
	Attrs                            []xml.Attr `xml:",any,attr"`
	Cases                            []struct {
		Name      string     `xml:"name,attr"`
		Class     string     `xml:"classname,attr"`
		Failure   *junitText `xml:"failure"`
		Error     *junitText `xml:"error"`
		Skipped   *junitText `xml:"skipped"`
		SystemOut string     `xml:"system-out"`
	} `xml:"testcase"`
}

type junitText struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr"`
	Text    string `xml:",chardata"`
}

func readXML(t *testing.T, out []byte, v any) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(out))
	d.Strict = true
	if err := d.Decode(v); err != nil {
		t.Fatalf("%v in %.300s", err, out)
	}
	if _, err := d.Token(); err == nil {
		if _, err = d.Token(); !errors.Is(err, io.EOF) {
			t.Error("something stands behind the root element")
		}
	}
}

func readJUnit(t *testing.T, out []byte) junitReport {
	t.Helper()
	var r junitReport
	readXML(t, out, &r)
	for _, s := range r.Suites {
		number := func(name string) int {
			for _, a := range s.Attrs {
				if a.Name.Local == name {
					n, err := strconv.Atoi(a.Value)
					if err != nil {
						t.Error(err)
					}
					return n
				}
			}
			t.Errorf("the suite %q has no %s", s.Name, name)
			return 0
		}
		var failures, broken, skipped int
		for _, c := range s.Cases {
			if c.Name == "" || c.Class == "" {
				t.Errorf("a test without a name: %+v", c)
			}
			for _, x := range []struct {
				is *junitText
				n  *int
			}{{c.Failure, &failures}, {c.Error, &broken}, {c.Skipped, &skipped}} {
				if x.is != nil {
					*x.n++
				}
			}
		}
		if number("tests") != len(s.Cases) || number("failures") != failures || number("errors") != broken || number("skipped") != skipped {
			t.Errorf("the counts of %q are not those of its tests: %+v", s.Name, s.Attrs)
		}
	}
	return r
}

func TestJUnitFailsAsTheRunDoes(t *testing.T) {
	for _, c := range []struct {
		failOn           finding.Level
		failures, output int
	}{{finding.Error, 3, 1}, {finding.Warning, 3, 1}, {finding.Note, 4, 0}, {finding.None, 0, 4}, {"", 3, 1}} {
		run := sampleRun()
		run.FailOn = c.failOn
		failures, output := 0, 0
		for _, s := range readJUnit(t, render(t, "junit", run, Summary{Successful: true}, sample())).Suites {
			for _, x := range s.Cases {
				if x.Failure != nil {
					failures++
				}
				if x.SystemOut != "" {
					output++
				}
			}
		}
		if failures != c.failures || output != c.output {
			t.Errorf("--fail-on %s: %d failures, %d outputs, want %d and %d", c.failOn, failures, output, c.failures, c.output)
		}
	}
}

// GitHub's workflow commands, by the grammar of its runner: a line that begins with "::", the command, properties, "::", the message.

type annotation struct {
	command    string
	properties map[string]string
	message    string
}

var (
	unescapeData     = strings.NewReplacer("%0D", "\r", "%0A", "\n", "%25", "%")
	unescapeProperty = strings.NewReplacer("%0D", "\r", "%0A", "\n", "%3A", ":", "%2C", ",", "%25", "%")
)

func readGitHub(t *testing.T, out []byte) []annotation {
	t.Helper()
	var all []annotation
	count := map[string]int{}
	for line := range strings.Lines(string(out)) {
		line = strings.TrimSuffix(line, "\n")
		rest, ok := strings.CutPrefix(line, "::")
		if !ok {
			if !regexp.MustCompile(`^and \d+ more, since GitHub`).MatchString(line) {
				t.Errorf("no command: %.200q", line)
			}
			continue
		}
		head, message, ok := strings.Cut(rest, "::")
		if !ok {
			t.Errorf("no message: %.200q", line)
		}
		a := annotation{properties: map[string]string{}, message: unescapeData.Replace(message)}
		var properties string
		a.command, properties, _ = strings.Cut(head, " ")
		if strings.Contains(properties, ":") {
			t.Errorf("a colon in the properties %q", properties)
		}
		if count[a.command]++; count[a.command] > 10 || !slices.Contains([]string{"error", "warning", "notice"}, a.command) {
			t.Errorf("command %q, number %d", a.command, count[a.command])
		}
		for p := range strings.SplitSeq(properties, ",") {
			if k, v, ok := strings.Cut(p, "="); ok {
				a.properties[k] = unescapeProperty.Replace(v)
			} else if properties != "" {
				t.Errorf("property %q", p)
			}
		}
		all = append(all, a)
	}
	return all
}

func TestGitHub(t *testing.T) {
	f := knownKey()
	f.URI, f.Message = "a,b:c%3A/deployment.toml", "100% wrong: a,b."
	all := readGitHub(t, render(t, "github", sampleRun(), Summary{Successful: true}, finding.Result{Findings: []finding.Finding{f}}))
	if len(all) != 1 || all[0].command != "error" || all[0].message != f.Message {
		t.Fatalf("%+v", all)
	}
	want := map[string]string{"file": f.URI, "line": "12", "col": "1", "endColumn": "10", "title": "MIKS203 known-default-key"}
	for k, v := range want {
		if all[0].properties[k] != v {
			t.Errorf("%s is %q, want %q", k, all[0].properties[k], v)
		}
	}
}

func TestGitHubLimits(t *testing.T) {
	var results []finding.Result
	for n := range 40 {
		results = append(results, target(n))
	}
	out := render(t, "github", sampleRun(), Summary{Successful: true}, results...)
	all := readGitHub(t, out)
	for i, a := range all {
		switch want := githubCommands[i/10]; {
		case a.command != want:
			t.Errorf("annotation %d is %s, want %s", i, a.command, want)
		case want == "error" && !strings.HasPrefix(a.properties["title"], "MIKS203"):
			t.Errorf("%s is shown while a more severe one is not", a.properties["title"])
		}
	}
	// 40 targets with 3 errors, a warning about the run, and a note.
	if len(all) != 30 || !bytes.Contains(out, []byte("and 170 more, since")) {
		t.Errorf("%d annotations; %.100s", len(all), out[max(0, len(out)-100):])
	}
}

// GitLab.

func readGitLab(t *testing.T, out []byte) []codeQuality {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(out))
	d.DisallowUnknownFields()
	var all []codeQuality
	if err := d.Decode(&all); err != nil {
		t.Fatal(err)
	}
	for _, c := range all {
		if c.Description == "" || c.CheckName == "" || c.Fingerprint == "" || c.Location.Path == "" || c.Location.Lines.Begin < 1 ||
			!slices.Contains([]string{"info", "minor", "major", "critical", "blocker"}, c.Severity) {
			t.Errorf("not all that GitLab needs: %+v", c)
		}
	}
	checkStrings(t, "", decode(t, out))
	return all
}

func TestGitLabFingerprintsAreUnique(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range readGitLab(t, render(t, "gitlab", sampleRun(), Summary{}, sample())) {
		if seen[c.Fingerprint] {
			t.Errorf("%s twice", c.Fingerprint)
		}
		seen[c.Fingerprint] = true
	}
	if len(seen) != 4 {
		t.Errorf("%d, want 4: the waived one does not count", len(seen))
	}
}

type sastReport struct {
	Version, Schema string
	Vulnerabilities []sastVulnerability
	Scan            sastScan
}

var sastTimes = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$`)

// readSAST holds a report to what GitLab's schema asks for (version 15 of the security report schemas).
func readSAST(t *testing.T, out []byte) sastReport {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(out))
	d.DisallowUnknownFields()
	var r sastReport
	if err := d.Decode(&r); err != nil {
		t.Fatal(err)
	}
	for _, tool := range []sastTool{r.Scan.Analyzer, r.Scan.Scanner} {
		if tool.ID == "" || tool.Name == "" || tool.Version == "" || tool.Vendor.Name == "" {
			t.Errorf("tool %+v", tool)
		}
	}
	if r.Scan.Type != "sast" || !sastTimes.MatchString(r.Scan.StartTime) || r.Scan.StartTime != r.Scan.EndTime || r.Scan.Status != "success" && r.Scan.Status != "failure" {
		t.Errorf("scan %+v", r.Scan)
	}
	for _, m := range r.Scan.Messages {
		if !slices.Contains([]string{"info", "warn", "fatal"}, m.Level) || m.Value == "" {
			t.Errorf("message %+v", m)
		}
	}
	for _, v := range r.Vulnerabilities {
		if v.ID == "" || len([]rune(v.Name)) > 255 || len(v.Identifiers) == 0 || len(v.Identifiers) > 20 || v.Location.StartLine < 1 || v.Location.File == "" ||
			!slices.Contains([]string{"Info", "Unknown", "Low", "Medium", "High", "Critical"}, v.Severity) {
			t.Errorf("vulnerability %+v", v)
		}
		for _, i := range v.Identifiers {
			if i.Type == "" || i.Name == "" || i.Value == "" || len([]rune(i.Name)) > 255 || i.URL != "" && !strings.HasPrefix(i.URL, "https://") {
				t.Errorf("identifier %+v", i)
			}
		}
	}
	checkStrings(t, "", decode(t, out))
	// GitLab renders both as Markdown.
	for _, v := range r.Vulnerabilities {
		readMarkdown(t, []byte(v.Description))
		readMarkdown(t, []byte(v.Solution))
	}
	return r
}

func TestSAST(t *testing.T) {
	r := readSAST(t, render(t, "gitlab-sast", sampleRun(), Summary{Successful: true}, sample()))
	if r.Scan.StartTime != "2026-03-01T00:00:00" || r.Scan.Status != "success" || len(r.Vulnerabilities) != 4 {
		t.Errorf("%+v", r.Scan)
	}
	v := r.Vulnerabilities[1]
	if v.Severity != "Critical" || v.Identifiers[0].Value != "MIKS203" || v.Identifiers[1].Value != "321" || v.Location.StartLine != 12 || v.Solution != CleanMarkdown(knownKey().Fix) {
		t.Errorf("%+v", v)
	}
	if m := r.Scan.Messages; len(m) != 4 || m[0].Level != "warn" || !strings.Contains(m[0].Value, "MIKS903") {
		t.Errorf("messages %+v", m)
	}
}

// Checkstyle.

type checkstyleReport struct {
	XMLName xml.Name `xml:"checkstyle"`
	Version string   `xml:"version,attr"`
	Files   []struct {
		Name   string `xml:"name,attr"`
		Errors []struct {
			Line     int    `xml:"line,attr"`
			Column   int    `xml:"column,attr"`
			Severity string `xml:"severity,attr"`
			Message  string `xml:"message,attr"`
			Source   string `xml:"source,attr"`
		} `xml:"error"`
	} `xml:"file"`
}

func readCheckstyle(t *testing.T, out []byte) checkstyleReport {
	t.Helper()
	var r checkstyleReport
	readXML(t, out, &r)
	for _, f := range r.Files {
		if f.Name == "" || len(f.Errors) == 0 {
			t.Errorf("file %+v", f)
		}
		for _, e := range f.Errors {
			if e.Line < 1 || e.Message == "" || e.Source == "" || !slices.Contains([]string{"error", "warning", "info"}, e.Severity) {
				t.Errorf("error %+v", e)
			}
		}
	}
	return r
}

func TestCheckstyle(t *testing.T) {
	r := readCheckstyle(t, render(t, "checkstyle", sampleRun(), Summary{Successful: true}, sample()))
	if len(r.Files) != 3 || r.Files[1].Name != sampleFile || len(r.Files[1].Errors) != 3 {
		t.Fatalf("%+v", r.Files)
	}
	if e := r.Files[1].Errors[0]; e.Line != 12 || e.Column != 1 || e.Severity != "error" || e.Source != "mi-kscheck.MIKS203" {
		t.Errorf("%+v", e)
	}
	if f := r.Files[2]; f.Name != "deployment/secret" || f.Errors[0].Severity != "warning" || f.Errors[0].Source != "mi-kscheck.MIKS903" {
		t.Errorf("what the run says: %+v", f)
	}
}

// CSV.

func readCSV(t *testing.T, out []byte) []map[string]string {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(out)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var all []map[string]string
	for _, row := range rows[1:] {
		m := map[string]string{}
		for i, cell := range row {
			m[rows[0][i]] = cell
			if strings.ContainsAny(firstRune(cell), "=+-@\t\r|%＝＋－＠") {
				t.Errorf("a spreadsheet would compute %.100q", cell)
			}
		}
		all = append(all, m)
	}
	return all
}

func TestCSV(t *testing.T) {
	f := knownKey()
	f.Alias, f.Store = "=1+1", "a,\"b\".jks"
	r := sample()
	r.Findings[1] = f
	rows := readCSV(t, render(t, "csv", sampleRun(), Summary{Successful: true}, r))
	kinds := map[string]int{}
	for _, row := range rows {
		kinds[row["kind"]]++
	}
	if kinds["finding"] != 4 || kinds["waived"] != 1 || kinds["not-judged"] != 3 || kinds["notification"] != 1 {
		t.Errorf("%v", kinds)
	}
	if row := rows[1]; row["alias"] != "'=1+1" || row["store"] != f.Store || row["line"] != "12" || row["level"] != "error" || row["product_version"] != "4.4.0" {
		t.Errorf("%v", row)
	}
	if rows[4]["justification"] != "Test system, until 2027." {
		t.Errorf("%v", rows[4])
	}
}

// A target that was compared with the others comes again, and is no other one.
func TestTargetThatComesAgain(t *testing.T) {
	again := finding.Result{URI: sampleFile, Fleet: true, Again: true, Findings: []finding.Finding{knownKey()}}
	results := []finding.Result{sample(), {URI: "clean.toml"}, again}
	if s := parseJSON(t, render(t, "json", sampleRun(), Summary{}, results...)).Summary; s.Targets != 2 || s.Errors != 4 {
		t.Errorf("json: %+v", s)
	}
	for format, want := range map[string]string{"text": "5 findings in 1 of 2 targets", "markdown": "# mi-kscheck: 4 errors, 1 note in 1 of 2 targets"} {
		if out := render(t, format, sampleRun(), Summary{}, results...); !bytes.Contains(out, []byte(want)) {
			t.Errorf("%s: no %q in %s", format, want, out)
		}
	}
	names := map[string]bool{}
	for _, s := range readJUnit(t, render(t, "junit", sampleRun(), Summary{Successful: true}, results...)).Suites {
		if names[s.Name] {
			t.Errorf("two suites are called %s", s.Name)
		}
		names[s.Name] = true
	}
}
