package report

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/mi-kscheck/mi-kscheck/checker/finding"
	"github.com/mi-kscheck/mi-kscheck/rules"
)

func hostileStrings() map[string]string {
	return map[string]string{
		"ansi":          "x\x1b[31mred\x1b[0m\x1b[2J\x1b]8;;http://evil\x07y",
		"our own codes": "\x1b[1mbold\x1b[22m",
		"C1":            "x\u009b31my\x9b31m",
		"bidi":          "x\u202egpj.\u2066y\u2069",
		"zero width":    "wso2\u200b\u200dcarbon\ufeff",
		"script":        "</script><img src=x onerror=alert(1)>",
		"github":        "::error file=a,line=1::owned",
		"github later":  "x ::stop-commands::t ##[add-matcher]m",
		"azure":         "##vso[task.setvariable variable=a]b",
		"formula":       `=HYPERLINK("http://evil","x")`,
		"markdown":      "[x](javascript:alert(1)) ![i](http://evil/p.png)",
		"newlines":      "x\n::error::a\r\n##[error]b\u2028c\u2029\v\f\u0085",
		"long":          strings.Repeat("a", 64<<10),
		"long words":    strings.Repeat("ab\n::error::c ", 5<<10),
		"long escapes":  strings.Repeat("\u202e", 20<<10),
		"not UTF-8":     "a\xff\xfe\xc3(\xed\xa0\x80",
		"quotes":        `'";$(id)` + "`id`\\",
		"nul":           "a\x00b",
		"path":          "../a b:c#d?e%2e/[x]\\",
		"combining":     "e" + strings.Repeat("\u0301", 500),
	}
}

// hostileResult puts a string wherever the input can put one.
func hostileResult(s string) finding.Result {
	bad := finding.Rule{ID: "EVIL" + s, Name: s}
	place := region(3, 1, 4)
	f := finding.Finding{
		Rule: bad, Level: finding.Error, Message: "The alias '" + s + "' is bad. " + s + " Mend " + s, Fix: "Mend " + s,
		URI: "a/" + s, Region: place, Quote: &finding.Quote{Line: 3, Text: s + s, Column: 2, Width: 5}, Key: s,
		Origin:      []finding.Hop{{Text: s, URI: s, Region: &place}, {Text: s, URI: "b/" + s}, {Text: s}},
		Related:     []finding.Related{{URI: s, Message: s}, {URI: "c/" + s, Region: &place}},
		Inherited:   []string{s},
		Also:        []finding.Also{{Rule: bad, Level: finding.Note, Message: s}},
		FollowsFrom: "EVIL" + s, Commands: []finding.Command{{Argv: []string{"keytool", s, "-x" + s}, Comment: s}},
		Store: s, Alias: s, Fingerprint: "0123",
	}
	quiet := f
	quiet.FollowsFrom, quiet.Fix, quiet.Message, quiet.Suppressed = "", "", s, &finding.Suppression{Kind: s, Status: s, Justification: s}
	return finding.Result{
		URI: "a/" + s, Kind: s, Version: s, VersionFrom: s, Findings: []finding.Finding{f, quiet},
		Unjudged: []finding.Unjudged{{Rule: bad, Reason: s, URI: s}},
		Verdicts: []finding.Verdict{{Rule: bad, Outcome: finding.Outcome(s)}},
		Notes:    []finding.Notification{{Rule: bad, Level: finding.Level(s), Message: s, URI: s}},
	}
}

func hostileRun(s string) Run {
	run := sampleRun()
	run.Tool.Version, run.Revision, run.Profile, run.Repository, run.Verbose = s, s, s, "https://a:b@example.org/"+s, true
	run.Hints = []string{s, "{{rule}}"}
	run.Rules = append(run.Rules, &rules.Rule{ID: "EVIL" + s, Name: s, Category: s, Title: s, Description: s, Level: s, Precision: s, Severity: 5, Standards: []string{s}})
	return run
}

var bracketed = regexp.MustCompile(`(?i)##[a-z]*\[`)

// unfit says what a terminal or a log would take amiss in one line; empty: nothing.
func unfit(line string) string {
	for i, r := range line {
		if r == utf8.RuneError && !strings.HasPrefix(line[i:], "\ufffd") {
			return fmt.Sprintf("no UTF-8 at %d", i)
		}
		// Said in other words than the sanitiser's, so that a slip there shows here.
		invisible := unicode.In(r, unicode.C, unicode.Zl, unicode.Zp, unicode.Bidi_Control, unicode.Join_Control, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point)
		if invisible || !unicode.IsPrint(r) && r != '\u3000' {
			return fmt.Sprintf("%U at %d", r, i)
		}
	}
	if strings.HasPrefix(strings.TrimSpace(line), "::") {
		return "a command at the start of a line"
	}
	if command := bracketed.FindString(line); command != "" {
		return command
	}
	return ""
}

func TestTextOfHostileStrings(t *testing.T) {
	sgr := regexp.MustCompile("\x1b\\[[0-9;]*m")
	for name, s := range hostileStrings() {
		t.Run(name, func(t *testing.T) {
			for _, width := range []int{0, 20, 40, 300} {
				run := hostileRun(s)
				run.Width = width
				out := string(render(t, "text", run, Summary{Notifications: hostileResult(s).Notes}, hostileResult(s)))
				for _, line := range strings.Split(out, "\n") {
					if at := unfit(line); at != "" {
						t.Errorf("width %d: %s in %.200q", width, at, line)
					}
				}
				if len(out) > 128<<10 {
					t.Errorf("width %d: the report has %d bytes", width, len(out))
				}
				run.Color = true
				colored := string(render(t, "text", run, Summary{Notifications: hostileResult(s).Notes}, hostileResult(s)))
				if got := sgr.ReplaceAllString(colored, ""); got != out {
					t.Errorf("width %d: beside colour codes, the coloured report differs from the plain one", width)
				}
				run.Quiet = true
				for _, line := range strings.Split(sgr.ReplaceAllString(string(render(t, "text", run, Summary{}, hostileResult(s))), ""), "\n") {
					if at := unfit(line); at != "" {
						t.Errorf("quiet: %s in %.200q", at, line)
					}
				}
			}
		})
	}
}

func TestSARIFOfHostileStrings(t *testing.T) {
	for name, s := range hostileStrings() {
		t.Run(name, func(t *testing.T) {
			out := render(t, "sarif", hostileRun(s), Summary{Notifications: hostileResult(s).Notes}, hostileResult(s))
			for _, line := range strings.Split(string(out), "\n") {
				if at := unfit(line); at != "" {
					t.Errorf("%s in %.200q", at, line)
				}
			}
			for _, bad := range []string{"<", ">"} {
				if strings.Contains(string(out), bad) {
					t.Errorf("%s would be markup where the file is put into a page", bad)
				}
			}
			log := parse(t, out)
			results := log.Runs[0].Results
			if len(results) != 2 {
				t.Fatalf("%d results, want 2", len(results))
			}
			checkStrings(t, "", decode(t, out))
			for _, r := range results {
				if strings.Contains(strings.ReplaceAll(r.Message.Text, "](1)", ""), "](j") || strings.Contains(r.Message.Text, "](http") {
					t.Errorf("a link in %q", r.Message.Text)
				}
				// What the file is called must survive: the address decodes to the very bytes.
				uri := r.Locations[0].PhysicalLocation.ArtifactLocation.URI
				if got, err := url.PathUnescape(uri); err != nil || got != shorten("a/"+s, maxPath) {
					t.Errorf("the address %.200q decodes to %.200q (%v)", uri, got, err)
				}
				if _, err := url.Parse(uri); err != nil {
					t.Error(err)
				}
				if got, want := r.Properties.Alias, CleanValue(s); got != want {
					t.Errorf("alias %q, want %q", got, want)
				}
			}
		})
	}
}

// checkStrings walks a decoded report: of all that can be seen as no text, only line breaks in the rules' help are there.
func checkStrings(t *testing.T, path string, v any) {
	t.Helper()
	switch v := v.(type) {
	case map[string]any:
		for k, e := range v {
			checkStrings(t, path+"/"+k, e)
		}
	case []any:
		for _, e := range v {
			checkStrings(t, path, e)
		}
	case string:
		if strings.HasSuffix(path, "/help/text") || strings.HasSuffix(path, "/help/markdown") {
			v = strings.ReplaceAll(v, "\n", " ")
		}
		if at := unfit(v); at != "" {
			t.Errorf("%s: %s in %.200q", path, at, v)
		}
		if n := utf8.RuneCountInString(v); n > 8*maxText && !strings.HasSuffix(path, "uri") && !strings.HasSuffix(path, "Uri") {
			t.Errorf("%s has %d code points", path, n)
		}
	}
}

func decode(t *testing.T, b []byte) any {
	t.Helper()
	var v any
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatal(err)
	}
	return v
}
