package report

import (
	"bytes"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/mi-kscheck/mi-kscheck/checker/finding"
)

// elements are all that a report may hold.
var elements = func() map[string]bool {
	all := map[string]bool{}
	for e := range strings.FieldsSeq(`html head meta title style body a header main h1 h2 h3 h4 p div span strong b ul ol li section article pre mark
		form label input select option table caption thead tbody tr th td svg rect line path text dl dt dd script`) {
		all[e] = true
	}
	return all
}()

// readHTML parses a report as a browser does: only elements of ours, nothing from elsewhere, no handler, no style of its own,
// one script and one sheet, every id once, and every heading in its order.
func readHTML(t *testing.T, out []byte) {
	t.Helper()
	root, err := html.Parse(bytes.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	ids, count, heading := map[string]bool{}, map[string]int{}, 0
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.CommentNode {
			t.Errorf("a comment: %.80q", n.Data)
		}
		if n.Type == html.ElementNode {
			if !elements[n.Data] {
				t.Errorf("an element that is not ours: %s", n.Data)
			}
			count[n.Data]++
			if len(n.Data) == 2 && n.Data[0] == 'h' && n.Data[1] >= '1' && n.Data[1] <= '6' {
				if at := int(n.Data[1] - '0'); at > heading+1 {
					t.Errorf("%s follows h%d", n.Data, heading)
				} else {
					heading = at
				}
			}
			for _, a := range n.Attr {
				switch {
				case strings.HasPrefix(a.Key, "on"), a.Key == "style", a.Key == "src", a.Key == "action":
					t.Errorf("an attribute that is not ours: %s=%q", a.Key, a.Val)
				case a.Key == "href" && !strings.HasPrefix(a.Val, "#"):
					t.Errorf("a link to elsewhere: %q", a.Val)
				case a.Key == "id":
					if ids[a.Val] {
						t.Errorf("the id %q stands twice", a.Val)
					}
					ids[a.Val] = true
				}
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(root)
	if count["script"] != 1 || count["style"] != 1 || count["h1"] != 1 || !bytes.Contains(out, []byte("default-src 'none'")) {
		t.Errorf("%v", count)
	}
	if !bytes.HasSuffix(bytes.TrimSpace(out), []byte("</html>")) {
		t.Error("the page does not end")
	}
}

// The verdict stands on top and is that of the exit code; what is waived is told apart; what is not judged is no success.
func TestHTML(t *testing.T) {
	run := sampleRun()
	out := string(render(t, "html", run, Summary{Successful: true, Targets: 1}, sample()))
	for _, want := range []string{"This does not pass.", "Waived findings", "What to do first", "For the record", run.Revision, "Signature", "Not judged, because a fact is missing"} {
		if !strings.Contains(out, want) {
			t.Errorf("the report lacks %q", want)
		}
	}
	run.FailOn = finding.None
	if out := string(render(t, "html", run, Summary{Successful: true, Targets: 1}, sample())); !strings.Contains(out, "This passes, with findings") {
		t.Error("--fail-on never still fails")
	}
	if out := string(render(t, "html", run, Summary{Successful: true, Targets: 1}, finding.Result{URI: "a.toml"})); !strings.Contains(out, "Nothing was found.") {
		t.Error("a clean run does not say so")
	}
	if out := string(render(t, "html", run, Summary{}, finding.Result{URI: "a.toml"})); !strings.Contains(out, "The audit is not complete.") {
		t.Error("a run that was cut short does not say so")
	}
}

// What was found is grouped by the requirements of standards; one that no rule of the run serves is not there, and what is waived or not
// judged has not passed.
func TestHTMLByStandard(t *testing.T) {
	r := sample()
	r.Verdicts = append(r.Verdicts, finding.Verdict{Rule: rule("MIKS305"), Outcome: finding.NotJudged}, finding.Verdict{Rule: rule("MIKS306"), Outcome: finding.Passed},
		finding.Verdict{Rule: rule("MIKS602"), Outcome: finding.DoesNotApply}, finding.Verdict{Rule: rule("MIKS601"), Outcome: finding.Found})
	out := string(render(t, "html", sampleRun(), Summary{Successful: true, Targets: 1}, r))
	from, to := strings.Index(out, ">By standard<"), strings.Index(out, ">Rules<")
	if from < 0 || to < from {
		t.Fatal("there is no section of standards before the rules")
	}
	cell := regexp.MustCompile(`<td[^>]*>([^<]*)</td>`)
	found := map[string]string{} // by the requirement's words
	for row := range strings.SplitSeq(out[from:to], "<tr") {
		if cells := cell.FindAllStringSubmatch(row, -1); len(cells) == 4 {
			found[cells[1][1]] = cells[2][1]
		}
	}
	for words, want := range map[string]string{
		"“Select a key size of at least 2048 bits.”":                                "not judged everywhere",
		"“Use an SHA256 certificate.”":                                              "nothing",
		"“use TLS 1.2 and disable SSL, TLS 1.0 and 1.1”":                            "does not apply",
		"“Secure Vault to encrypt the plain-text passwords in configuration files”": "",
	} {
		if found[words] != want {
			t.Errorf("%s: %q, want %q", words, found[words], want)
		}
	}
	if !slices.Contains(slices.Collect(maps.Values(found)), "1 finding") || !slices.Contains(slices.Collect(maps.Values(found)), "waived findings only") {
		t.Errorf("what was found or waived is not told: %v", found)
	}
}

// Stores and certificates of hostile names stay text, in tables and pictures.
func TestHTMLOfHostileStores(t *testing.T) {
	for name, s := range hostileStrings() {
		t.Run(name, func(t *testing.T) {
			r := sample()
			r.Uses = []finding.Use{
				{Section: "keystore.primary", Title: s, Store: s, State: s, Certificates: []finding.Certificate{{Alias: s, Subject: s, Issuer: s, SHA256: s, NotBefore: s, NotAfter: s, Key: s, Signature: s, Leaf: true, Known: s}},
					Paths: []finding.Path{{Truststore: "truststore", Verdict: "no", Detail: s}}},
				{Section: "truststore", Title: s, Store: s + "/x", State: "opened", Trust: true, Anchors: 1},
			}
			out := render(t, "html", hostileRun(s), Summary{Successful: true}, r)
			for _, line := range strings.Split(string(out), "\n") {
				if at := unfit(line); at != "" {
					t.Errorf("%s in %.200q", at, line)
				}
			}
			readHTML(t, out)
		})
	}
}
