package waiver

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mi-kscheck/mi-kscheck/checker/finding"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

var now = time.Date(2027, 3, 31, 12, 0, 0, 0, time.UTC)

const uri = "conf/deployment.toml"

// found is a finding in a line.
func found(rule string, line int) finding.Finding {
	return finding.Finding{
		Rule: finding.Rule{ID: rule}, URI: uri, Region: source.Region{StartLine: line, EndLine: line}, Store: "security/a.jks",
		Fingerprint: fmt.Sprintf("%032d", line), Key: "k",
	}
}

// result is what a target gives that has these findings and no others.
func result(fs ...finding.Finding) finding.Result {
	r := finding.Result{URI: uri, Findings: fs}
	for _, id := range []string{"MIKS101", "MIKS104", "MIKS301", "MIKS302"} {
		r.Verdicts = append(r.Verdicts, finding.Verdict{Rule: finding.Rule{ID: id}, Outcome: finding.Passed})
	}
	return r
}

// said lists what is waived, by rule and line, and what is noted.
func said(r *finding.Result, more []finding.Notification) string {
	var out []string
	for _, f := range r.Findings {
		if f.Suppressed != nil {
			out = append(out, fmt.Sprintf("%s:%d %s %s", f.Rule.ID, f.Region.StartLine, f.Suppressed.Kind, f.Suppressed.Justification))
		}
	}
	for _, n := range append(r.Notes, more...) {
		out = append(out, n.Rule.ID+" "+n.Message)
	}
	return strings.Join(out, "\n")
}

func TestComments(t *testing.T) {
	for _, c := range []struct {
		name, text string
		line       int // of MIKS301
		want       string
	}{
		{"beside", "a\nb # mi-kscheck:ignore MIKS301 reason=\"why\"\nc", 2, "MIKS301:2 inSource why"},
		{"above", "a\n# mi-kscheck:ignore MIKS301 reason=\"why\"\nc", 3, "MIKS301:3 inSource why"},
		{"indented, by name, tight", "\t#mi-kscheck:ignore self-signed-primary reason=why\nc", 2, "MIKS301:2 inSource why"},
		{"on the last day", "# mi-kscheck:ignore MIKS301 until=2027-03-31 reason=\"why\"\nc", 2, "MIKS301:2 inSource why (until 2027-03-31)"},
		{"in any order", "# mi-kscheck:ignore reason=\"why\" until=2027-03-31 MIKS302, MIKS301\nc", 2,
			"MIKS301:2 inSource why (until 2027-03-31)\nMIKS905 The waiver of MIKS302 in line 1 of 'conf/deployment.toml' waives nothing: there is no such finding here. Remove it."},
		{"a stack", "# mi-kscheck:ignore MIKS301 reason=\"why\"\n# what this is\n# mi-kscheck:ignore MIKS104 reason=\"why\"\nc", 4,
			"MIKS301:4 inSource why\nMIKS905 The waiver of MIKS104 in line 3 of 'conf/deployment.toml' waives nothing: there is no such finding here. Remove it."},
		{"the file as a whole", "# licence\n# mi-kscheck:ignore MIKS301 reason=\"why\"\nc", 1, "MIKS301:1 inSource why"},
		{"windows", "a\r\n# mi-kscheck:ignore MIKS301 reason=\"why\"\r\nc", 3, "MIKS301:3 inSource why"},
		{"byte order mark", "\ufeff# mi-kscheck:ignore MIKS301 reason=\"why\"\nc", 2, "MIKS301:2 inSource why"},

		{"beside the line above", "a # mi-kscheck:ignore MIKS301 reason=\"why\"\nc", 2,
			"MIKS905 The waiver of MIKS301 in line 1 of 'conf/deployment.toml' waives nothing: this finding is in line 2, and a waiver stands in the same line or the one above. Remove it."},
		{"a blank line between", "# mi-kscheck:ignore MIKS301 reason=\"why\"\n\nc", 3,
			"MIKS905 The waiver of MIKS301 in line 1 of 'conf/deployment.toml' waives nothing: this finding is in line 3, and a waiver stands in the same line or the one above. Remove it."},
		{"expired", "# mi-kscheck:ignore MIKS301 until=2027-03-30 reason=\"why\"\nc", 2,
			"MIKS904 The waiver of MIKS301 in line 1 of 'conf/deployment.toml' has ended on 2027-03-30, so that what it waived counts again. Repair the finding, or give the waiver a new date."},
		{"no reason", "# mi-kscheck:ignore MIKS301\nc", 2,
			"MIKS905 The waiver in line 1 of 'conf/deployment.toml' does not count: it gives no reason; add reason=\"…\"."},
		{"a blank reason", "# mi-kscheck:ignore MIKS301 reason=\" \"\nc", 2,
			"MIKS905 The waiver in line 1 of 'conf/deployment.toml' does not count: it gives no reason; add reason=\"…\"."},
		{"no rule", "# mi-kscheck:ignore reason=\"why\"\nc", 2, "MIKS905 The waiver in line 1 of 'conf/deployment.toml' does not count: it names no rule."},
		{"a wrong rule", "# mi-kscheck:ignore self-signed-primry reason=\"why\"\nc", 2,
			"MIKS905 The waiver in line 1 of 'conf/deployment.toml' does not count: it names a rule that does not exist; did you mean self-signed-primary?"},
		{"a rule of the run", "# mi-kscheck:ignore MIKS905 reason=\"why\"\nc", 2,
			"MIKS905 The waiver in line 1 of 'conf/deployment.toml' does not count: MIKS905 is about the run itself and can't be waived."},
		{"a category", "# mi-kscheck:ignore certificates reason=\"why\"\nc", 2,
			"MIKS905 The waiver in line 1 of 'conf/deployment.toml' does not count: it names a rule that does not exist."},
		{"a wrong date", "# mi-kscheck:ignore MIKS301 until=31.3.2027 reason=\"why\"\nc", 2,
			"MIKS905 The waiver in line 1 of 'conf/deployment.toml' does not count: until takes a date like 2027-03-31."},
		{"an open quotation mark", "# mi-kscheck:ignore MIKS301 reason=\"why\nc", 2,
			"MIKS905 The waiver in line 1 of 'conf/deployment.toml' does not count: a quotation mark is not closed."},
		{"an unknown word", "# mi-kscheck:ignore MIKS301 because=\"why\"\nc", 2,
			"MIKS905 The waiver in line 1 of 'conf/deployment.toml' does not count: only until= and reason= can follow the rules."},
		{"an unknown instruction", "# mi-kscheck:disable MIKS301 reason=\"why\"\nc", 2,
			"MIKS905 The waiver in line 1 of 'conf/deployment.toml' does not count: 'mi-kscheck:ignore' is the only instruction there is."},
		{"too far", "# mi-kscheck:ignore MIKS301 until=2030-01-01 reason=\"why\"\nc", 2,
			"MIKS905 The waiver in line 1 of 'conf/deployment.toml' does not count: it holds until 2030-01-01, and max_waiver_days allows no more than 365 days from now."},
		{"talk about it", "# see mi-kscheck:ignore MIKS301 reason=\"why\"\nc", 2, ""},
		{"in a string", "a = \"# mi-kscheck:ignore MIKS301 reason='why'\"\nc", 1, ""},
		{"in a string of lines", "a = \"\"\"\n# mi-kscheck:ignore MIKS301 reason=why\n\"\"\"\nc", 3, ""},
		{"behind strings", `a = "\"#" + '"' # mi-kscheck:ignore MIKS301 reason="why"`, 1, "MIKS301:1 inSource why"},
		{"behind a string of lines", "a = '''\n''' # mi-kscheck:ignore MIKS301 reason=\"why\"", 2, "MIKS301:2 inSource why"},
		{"behind a broken string", "a = \"b\nc # mi-kscheck:ignore MIKS301 reason=\"why\"", 2, "MIKS301:2 inSource why"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := &Set{Now: now, MaxDays: 0}
			if c.name == "too far" {
				s.MaxDays = 365
			}
			r := result(found("MIKS301", c.line))
			s.Apply(&r, File{URI: uri, Data: []byte(c.text)})
			if diff := cmp.Diff(c.want, said(&r, s.Remarks())); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestCommentsInXML(t *testing.T) {
	const file = "<a>\n<!-- mi-kscheck:ignore MIKS301\n     reason=\"it goes\n     over lines\" -->\n<b/> <!-- mi-kscheck:ignore MIKS104 reason=\"beside\" -->\n" +
		"<![CDATA[ <!-- mi-kscheck:ignore MIKS302 reason=\"x\" --> ]]>\n<c/></a>\n"
	for _, name := range []string{"profiles.xml", "profiles"} {
		at := func(rule string, line int) finding.Finding {
			f := found(rule, line)
			f.URI = name
			return f
		}
		r := result(at("MIKS301", 5), at("MIKS104", 5), at("MIKS302", 7))
		(&Set{Now: now}).Apply(&r, File{URI: uri, Data: []byte("a # b")}, File{URI: name, Data: []byte(file)})
		if diff := cmp.Diff("MIKS301:5 inSource it goes over lines\nMIKS104:5 inSource beside", said(&r, nil)); diff != "" {
			t.Error(diff)
		}
	}
}

// A waiver in one file is not about the same line of another one.
func TestCommentOfAnotherFile(t *testing.T) {
	r := result(found("MIKS301", 2))
	(&Set{Now: now}).Apply(&r, File{URI: "other.toml", Data: []byte("# mi-kscheck:ignore MIKS301 reason=\"why\"\nc")})
	if r.Findings[0].Suppressed != nil || len(r.Notes) != 1 {
		t.Errorf("%+v", r)
	}
}

// Nothing is said of a waiver that may be needed in another run.
func TestUnusedOnlyWhereJudged(t *testing.T) {
	text := []byte("# mi-kscheck:ignore MIKS301 MIKS405 reason=\"why\"\nc")
	for _, outcome := range []finding.Outcome{finding.NotJudged, finding.Passed, finding.DoesNotApply} {
		r := result()
		for i := range r.Verdicts {
			r.Verdicts[i].Outcome = outcome
		}
		s := &Set{Now: now, Waivers: []Waiver{{Rule: "MIKS301", Reason: "x", URI: "c", Line: 1}, {Rule: "MIKS405", Reason: "x", URI: "c", Line: 2}}}
		s.Apply(&r, File{URI: uri, Data: text})
		want := 2 // the comment's and the entry's of MIKS301; MIKS405 was not asked
		if outcome == finding.NotJudged {
			want = 0
		}
		if n := len(r.Notes) + len(s.Remarks()); n != want {
			t.Errorf("%s: %d notes, want %d", outcome, n, want)
		}
	}
}

func TestWhatReplacesIt(t *testing.T) {
	f := found("MIKS101", 2)
	f.Also = []finding.Also{{Rule: finding.Rule{ID: "MIKS104"}}}
	r := result(f)
	(&Set{Now: now}).Apply(&r, File{URI: uri, Data: []byte("# mi-kscheck:ignore MIKS104 reason=\"why\"\nc")})
	if got := said(&r, nil); !strings.Contains(got, "what it would waive is told by MIKS101") {
		t.Error(got)
	}
}

func TestEntries(t *testing.T) {
	day := func(s string) time.Time {
		d, err := ParseUntil(s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for _, c := range []struct {
		name  string
		w     Waiver
		whole bool
		want  string
	}{
		{"any", Waiver{Rule: "MIKS301"}, false, "MIKS301:2 external why"},
		{"path", Waiver{Rule: "MIKS301", Path: "conf/**"}, false, "MIKS301:2 external why"},
		{"name", Waiver{Rule: "MIKS301", Path: "deployment.toml"}, false, "MIKS301:2 external why"},
		{"store", Waiver{Rule: "MIKS301", Store: "security/*.jks"}, false, "MIKS301:2 external why"},
		{"until today", Waiver{Rule: "MIKS301", Until: day("2027-03-31")}, false, "MIKS301:2 external why (until 2027-03-31)"},
		{"expired", Waiver{Rule: "MIKS301", Until: day("2027-03-30")}, false, "MIKS904 The waiver of MIKS301 in line 7 of 'c.toml' has ended on 2027-03-30, so that what it waived counts again. Repair the finding, or give the waiver a new date."},
		{"expired and useless", Waiver{Rule: "MIKS302", Until: day("2027-03-30")}, false, "MIKS905 The waiver of MIKS302 in line 7 of 'c.toml' waives nothing: there is no such finding. Remove it."},
		{"another store", Waiver{Rule: "MIKS301", Store: "b.jks"}, false, "MIKS905 The waiver of MIKS301 in line 7 of 'c.toml' waives nothing: there is no such finding. Remove it."},
		{"another rule", Waiver{Rule: "MIKS302"}, false, "MIKS905 The waiver of MIKS302 in line 7 of 'c.toml' waives nothing: there is no such finding. Remove it."},
		{"another path", Waiver{Rule: "MIKS301", Path: "prod/**"}, false, ""},
		{"another path in a whole run", Waiver{Rule: "MIKS301", Path: "prod/**"}, true, "MIKS905 The waiver of MIKS301 in line 7 of 'c.toml' waives nothing: no file that was checked matches the path 'prod/**'. Remove it."},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.w.Reason, c.w.URI, c.w.Line = "why", "c.toml", 7
			s := &Set{Now: now, Waivers: []Waiver{c.w}, Whole: c.whole}
			r := result(found("MIKS301", 2))
			s.Apply(&r, File{URI: uri})
			if diff := cmp.Diff(c.want, said(&r, s.Remarks())); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// An entry that waives something in one target is used, whatever the others say.
func TestEntryOverTargets(t *testing.T) {
	s := &Set{Now: now, Waivers: []Waiver{{Rule: "MIKS301", Reason: "why"}}}
	for _, r := range []finding.Result{result(), result(found("MIKS301", 2)), result()} {
		s.Apply(&r)
	}
	if ns := s.Remarks(); len(ns) != 0 {
		t.Error(ns)
	}
}

func TestUnwaivable(t *testing.T) {
	b := &Baseline{}
	f := found("MIKS301", 2)
	b.Add(&f)
	s := &Set{Now: now, Unwaivable: map[string]bool{"MIKS301": true}, Baseline: b, Waivers: []Waiver{{Rule: "MIKS301", Reason: "x"}}, Accept: true}
	r := result(found("MIKS301", 2), found("MIKS302", 3))
	s.Apply(&r, File{URI: uri, Data: []byte("# mi-kscheck:ignore MIKS301 reason=\"why\"\nc")})
	if r.Findings[0].Suppressed != nil || r.Findings[1].Suppressed == nil {
		t.Error("what can't be waived is waived by nothing, not by the baseline either")
	}
	if got := said(&r, nil); !strings.Contains(got, "MIKS301 can't be waived: the configuration lists it under 'unwaivable'") {
		t.Error(got)
	}
}

// A waiver says why, so that it goes before the baseline; what has expired is not told where the baseline has it.
func TestPrecedence(t *testing.T) {
	b := &Baseline{}
	f, g := found("MIKS301", 2), found("MIKS302", 4)
	b.Add(&f)
	b.Add(&g)
	s := &Set{Now: now, Baseline: b, Waivers: []Waiver{{Rule: "MIKS301", Reason: "entry"}}}
	r := result(found("MIKS301", 2), found("MIKS302", 4))
	s.Apply(&r, File{URI: uri, Data: []byte("# mi-kscheck:ignore MIKS301 reason=\"comment\"\nc\n# mi-kscheck:ignore MIKS302 until=2020-01-01 reason=\"old\"\nd")})
	if diff := cmp.Diff("MIKS301:2 inSource comment\nMIKS302:4 external in the baseline", said(&r, s.Remarks())); diff != "" {
		t.Error(diff)
	}
}

// A hostile file costs what its size costs, and no more of it counts than can be held against findings.
func TestManyComments(t *testing.T) {
	for _, file := range []File{
		{URI: uri, Data: []byte(strings.Repeat("# mi-kscheck:ignore MIKS301 reason=\"why\"\n", 200_000))},
		{URI: "a.xml", Data: []byte("<a>" + strings.Repeat("<![CDATA[]]><!---->\n", 400_000) + "<!-- mi-kscheck:ignore MIKS301 reason=\"why\" -->")},
		{URI: "a.xml", Data: []byte("<a>" + strings.Repeat("<![CDATA[]]>", 600_000))},
		{URI: "a.xml", Data: []byte(strings.Repeat("<", 4<<20))},
		{URI: uri, Data: []byte(strings.Repeat("\"\\", 4<<20))},
		{URI: uri, Data: []byte("# mi-kscheck:ignore" + strings.Repeat(" self-signed-primry", 100_000))},
		{URI: uri, Data: []byte(strings.Repeat("# mi-kscheck:ignore"+strings.Repeat(" self-signed-primry", 50)+"\n", 2000))},
	} {
		r := result(found("MIKS301", 5))
		(&Set{Now: now}).Apply(&r, file)
		if len(r.Notes) > maxComments+1 {
			t.Errorf("%d notes", len(r.Notes))
		}
	}
}

func FuzzScan(f *testing.F) {
	f.Add("a.toml", "a = '''\n# b\n'''# c")
	f.Add("a.xml", "<a><!-- b --><![CDATA[ <!-- ]]></a>")
	f.Add("a", "# mi-kscheck:ignore MIKS301 until=2027-03-31 reason=\"why\"")
	f.Fuzz(func(t *testing.T, name, text string) {
		n := strings.Count(text, "\n") + 1
		for _, c := range scan(File{URI: name, Data: []byte(text)}) {
			if c.first < 1 || c.last < c.first || c.last > n {
				t.Fatalf("lines %d to %d of %d", c.first, c.last, n)
			}
		}
		r := result(found("MIKS301", 1))
		(&Set{Now: now}).Apply(&r, File{URI: name, Data: []byte(text)})
	})
}
