package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// originPlace is a step of an origin that a file writes.
var originPlace = regexp.MustCompile(`^(?:.*, )?(.+):(\d+)$`)

// origins is "origins DOCUMENTS FOLDER TARGET": in each of the documents that 'input' printed whose target matches TARGET, every value of every store has
// an origin; a step that names a line of a file below FOLDER is read there, and the key stands on that line.
func origins(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: origins DOCUMENTS FOLDER TARGET")
	}
	b, err := os.ReadFile(ts.MkAbs(args[0]))
	ts.Check(err)
	wanted := regexp.MustCompile(args[2])
	type value struct {
		Key, State string
		Origin     []string
		Written    bool
	}
	targets, values := 0, 0
	for d := json.NewDecoder(bytes.NewReader(b)); d.More(); {
		var doc struct {
			Target     struct{ URI string }
			References []struct {
				Section                     string
				File, Type, Password, Alias value
				KeyPassword                 value `json:"key_password"`
			}
		}
		ts.Check(d.Decode(&doc))
		if !wanted.MatchString(doc.Target.URI) {
			continue
		}
		targets++
		if len(doc.References) == 0 {
			ts.Fatalf("%s uses no store", doc.Target.URI)
		}
		for _, r := range doc.References {
			for _, v := range []value{r.File, r.Type, r.Password, r.Alias, r.KeyPassword} {
				if v.State == "absent" {
					continue
				}
				values++
				if len(v.Origin) == 0 || v.Written && !originPlace.MatchString(v.Origin[0]) {
					ts.Fatalf("%s: the origin of %s is %q", doc.Target.URI, v.Key, v.Origin)
				}
				key := v.Key
				for _, step := range v.Origin {
					if to, ok := strings.CutPrefix(step, "$ref{"); ok {
						key = strings.TrimSuffix(to, "}")
					}
					if m := originPlace.FindStringSubmatch(step); m != nil {
						name := key[strings.LastIndexAny(key, "./")+1:]
						if line := lineOf(ts, filepath.Join(args[1], m[1]), m[2]); !strings.Contains(line, name) {
							ts.Fatalf("%s: %s is said to come from %s, where there is %q", doc.Target.URI, key, step, line)
						}
					}
				}
			}
		}
	}
	if targets == 0 || values < 3*targets {
		ts.Fatalf("%d targets, %d values", targets, values)
	}
}

// lineOf reads one line of a file.
func lineOf(ts *testscript.TestScript, name, number string) string {
	n, err := strconv.Atoi(number)
	ts.Check(err)
	b, err := os.ReadFile(ts.MkAbs(name))
	ts.Check(err)
	s := bufio.NewScanner(bytes.NewReader(b))
	for i := 0; s.Scan(); {
		if i++; i == n {
			return s.Text()
		}
	}
	ts.Fatalf("%s has no line %s", name, number)
	return ""
}
