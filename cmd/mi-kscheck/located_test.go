package main

import (
	"encoding/json"
	"os"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// located is "located SARIF RULE FILE TEXT": every result of the rule names FILE (by the end of its path), and what stands in that file at the result's
// line and columns is TEXT.
func located(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 4 {
		ts.Fatalf("usage: located SARIF RULE FILE TEXT")
	}
	b, err := os.ReadFile(ts.MkAbs(args[0]))
	ts.Check(err)
	var log struct {
		Runs []struct {
			Results []struct {
				RuleID    string
				Locations []struct {
					PhysicalLocation struct {
						ArtifactLocation struct{ URI string }
						Region           struct{ StartLine, StartColumn, EndLine, EndColumn int }
					}
				}
			}
		}
	}
	ts.Check(json.Unmarshal(b, &log))
	found := 0
	for _, run := range log.Runs {
		for _, r := range run.Results {
			if r.RuleID != args[1] {
				continue
			}
			found++
			at := r.Locations[0].PhysicalLocation
			if !strings.HasSuffix("/"+args[2], "/"+at.ArtifactLocation.URI) {
				ts.Fatalf("%s is told of %s, want %s", r.RuleID, at.ArtifactLocation.URI, args[2])
			}
			outer, err := os.ReadFile(ts.MkAbs(args[2]))
			ts.Check(err)
			lines := strings.Split(string(outer), "\n")
			if at.Region.StartLine < 1 || at.Region.StartLine > len(lines) || at.Region.EndLine > at.Region.StartLine {
				ts.Fatalf("%s is told at %+v", r.RuleID, at.Region)
			}
			line := []rune(lines[at.Region.StartLine-1])
			if got := string(line[at.Region.StartColumn-1 : min(at.Region.EndColumn-1, len(line))]); got != args[3] {
				ts.Fatalf("%s points at %q on line %d of %s, want %q", r.RuleID, got, at.Region.StartLine, args[2], args[3])
			}
		}
	}
	if found == 0 {
		ts.Fatalf("no result of %s", args[1])
	}
}
