package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// located is "located SARIF RULE FILE TEXT": every result of the rule names FILE (by the end of its path), and what stands in that file at the result's
// line and columns is TEXT. ARCHIVE!/FILE is a file in an archive, which SARIF has to name as well; it is read out of the archive, of an image as
// its upper layers have it.
func located(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 4 {
		ts.Fatalf("usage: located SARIF RULE FILE TEXT")
	}
	b, err := os.ReadFile(ts.MkAbs(args[0]))
	ts.Check(err)
	var log struct {
		Runs []struct {
			Artifacts []struct {
				Location    struct{ URI string }
				ParentIndex *int
			}
			Results []struct {
				RuleID    string
				Locations []struct {
					PhysicalLocation struct {
						ArtifactLocation struct {
							URI   string
							Index int
						}
						Region struct{ StartLine, StartColumn, EndLine, EndColumn int }
					}
				}
			}
		}
	}
	ts.Check(json.Unmarshal(b, &log))
	archive, file, packed := strings.Cut(args[2], "!/")
	if !packed {
		archive, file = "", args[2]
	}
	outer, err := os.ReadFile(ts.MkAbs(strings.TrimSuffix(args[2], "!/"+file)))
	ts.Check(err)
	if packed {
		outer = inArchive(ts, outer, file)
	}
	lines := strings.Split(string(outer), "\n")
	found := 0
	for _, run := range log.Runs {
		for _, r := range run.Results {
			if r.RuleID != args[1] {
				continue
			}
			found++
			at := r.Locations[0].PhysicalLocation
			if !strings.HasSuffix("/"+file, "/"+at.ArtifactLocation.URI) {
				ts.Fatalf("%s is told of %s, want %s", r.RuleID, at.ArtifactLocation.URI, args[2])
			}
			if packed {
				parent := run.Artifacts[at.ArtifactLocation.Index].ParentIndex
				if parent == nil || !strings.HasSuffix("/"+archive, "/"+run.Artifacts[*parent].Location.URI) {
					ts.Fatalf("%s is not told of a file in %s", r.RuleID, archive)
				}
			}
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

// inArchive reads a file of a zip, a tar or an image by Go's own packages: the last that has its name.
func inArchive(ts *testscript.TestScript, data []byte, name string) (content []byte) {
	if z, err := zip.NewReader(bytes.NewReader(data), int64(len(data))); err == nil {
		content, err = fs.ReadFile(z, name)
		ts.Check(err)
		return content
	}
	if content = inTar(data, name); content == nil {
		ts.Fatalf("there is no %s in the archive", name)
	}
	return content
}

// inTar looks into what may be a tar, compressed or not, and into the files in it, which may be layers.
func inTar(data []byte, name string) (content []byte) {
	if z, err := gzip.NewReader(bytes.NewReader(data)); err == nil {
		if data, err = io.ReadAll(z); err != nil {
			return nil
		}
	}
	for r := tar.NewReader(bytes.NewReader(data)); ; {
		h, err := r.Next()
		if err != nil {
			return content
		}
		file, err := io.ReadAll(r)
		if err != nil {
			return content
		}
		if h.Name != name {
			file = inTar(file, name)
		}
		if file != nil {
			content = file
		}
	}
}
