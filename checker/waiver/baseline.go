package waiver

import (
	"bytes"
	"cmp"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sort"
	"strings"

	"github.com/mi-kscheck/mi-kscheck/checker/finding"
)

// InBaseline is the justification of findings that the baseline holds: it knows no reasons.
const InBaseline = "in the baseline"

// Baseline is the set of findings that are accepted as they were when it was written. It holds no reasons and no messages,
// so that no secret can be in it.
type Baseline struct {
	entries  []Entry
	accepted map[string]bool
}

// Entry is one accepted finding. Only the fingerprint counts; the rest tells a reader what it is about.
type Entry struct {
	Fingerprint string `json:"fingerprint"`
	Rule        string `json:"rule"`
	URI         string `json:"uri"`
	Key         string `json:"key"`
}

const (
	baselineVersion = 1
	baselineTool    = "mi-kscheck"
	fingerprintSize = 32 // hex digits
)

func (b *Baseline) has(fingerprint string) bool { return b != nil && b.accepted[fingerprint] }

// Len is the number of accepted findings.
func (b *Baseline) Len() int { return len(b.entries) }

// Add puts a finding into the baseline.
func (b *Baseline) Add(f *finding.Finding) {
	b.put(Entry{Fingerprint: f.Fingerprint, Rule: f.Rule.ID, URI: f.URI, Key: f.Key})
}

func (b *Baseline) put(e Entry) {
	for _, text := range []*string{&e.URI, &e.Key} {
		*text = strings.ToValidUTF8(*text, "\ufffd") // as JSON has it, which a name of a file need not be
	}
	if b.accepted == nil {
		b.accepted = map[string]bool{}
	}
	if !b.accepted[e.Fingerprint] {
		b.accepted[e.Fingerprint] = true
		b.entries = append(b.entries, e)
	}
}

// Write writes the baseline: one form for one set, a line a finding, so that version control shows and merges it well.
func (b *Baseline) Write(w io.Writer) error {
	sort.Slice(b.entries, func(i, j int) bool {
		x, y := &b.entries[i], &b.entries[j]
		return cmp.Or(strings.Compare(x.URI, y.URI), strings.Compare(x.Rule, y.Rule), strings.Compare(x.Key, y.Key), strings.Compare(x.Fingerprint, y.Fingerprint)) < 0
	})
	var out bytes.Buffer
	fmt.Fprintf(&out, "{\"version\": %d, \"tool\": %q, \"findings\": [", baselineVersion, baselineTool)
	for i, e := range b.entries {
		if i > 0 {
			out.WriteByte(',')
		}
		out.WriteByte('\n')
		var line bytes.Buffer
		enc := json.NewEncoder(&line)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(e); err != nil {
			return err
		}
		out.Write(bytes.TrimRight(line.Bytes(), "\n"))
	}
	out.WriteString("\n]}\n")
	_, err := w.Write(out.Bytes())
	return err
}

// baselineFile is the whole file as JSON.
type baselineFile struct {
	Version  json.RawMessage `json:"version"`
	Tool     string          `json:"tool"`
	Findings []Entry         `json:"findings"`
}

// ReadBaseline reads what Write wrote. Anything else is an error, a sentence that begins with the line: a baseline that someone
// edited may accept what nobody looked at.
func ReadBaseline(data []byte) (*Baseline, error) {
	data = bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n")) // git's line ends on Windows
	for n, line := range lines(data) {
		for _, mark := range []string{"<<<<<<<", ">>>>>>>", "=======", "|||||||"} {
			if strings.HasPrefix(line, mark) {
				return nil, fmt.Errorf("line %d: a merge left its conflict marks; write the baseline anew with --update-baseline", n+1)
			}
		}
	}
	var f baselineFile
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		return nil, fmt.Errorf("line %d: it is no baseline that mi-kscheck wrote; write it anew with --update-baseline", lineOf(data, err))
	}
	if f.Tool != baselineTool || len(f.Version) == 0 {
		return nil, errors.New("line 1: it is no baseline of mi-kscheck; one is written with --update-baseline")
	}
	if string(f.Version) != fmt.Sprint(baselineVersion) {
		return nil, fmt.Errorf("line 1: its version is not %d, the one that this mi-kscheck reads; write it anew with --update-baseline", baselineVersion)
	}
	b := &Baseline{}
	for _, e := range f.Findings {
		b.put(e)
	}
	var want bytes.Buffer
	if err := b.Write(&want); err != nil {
		return nil, err
	}
	if n := differ(want.Bytes(), data); n > 0 {
		return nil, fmt.Errorf("line %d: it was changed by hand; write the baseline anew with --update-baseline, and waive single findings in the configuration or by a comment", n)
	}
	for i, e := range b.entries {
		if _, err := hex.DecodeString(e.Fingerprint); err != nil || len(e.Fingerprint) != fingerprintSize {
			return nil, fmt.Errorf("line %d: the fingerprint is none that mi-kscheck writes; write the baseline anew with --update-baseline", i+2)
		}
	}
	return b, nil
}

// differ gives the first line in which two texts differ, blank ends apart; 0 where they do not.
func differ(a, b []byte) int {
	x, y := lines(bytes.TrimRight(a, " \t\n")), lines(bytes.TrimRight(b, " \t\n"))
	for i := range max(len(x), len(y)) {
		if i >= len(x) || i >= len(y) || x[i] != y[i] {
			return i + 1
		}
	}
	return 0
}

func lines(b []byte) []string { return strings.Split(string(b), "\n") }

// lineOf gives the line of a JSON error. Of a key that does not belong there no place is known, so that the first finding is
// looked for that holds one.
func lineOf(data []byte, err error) int {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return 1 + bytes.Count(data[:min(max(syntax.Offset, 0), int64(len(data)))], []byte{'\n'})
	case errors.As(err, &kind):
		return 1 + bytes.Count(data[:min(max(kind.Offset, 0), int64(len(data)))], []byte{'\n'})
	}
	for n, line := range lines(data) {
		d := json.NewDecoder(strings.NewReader(line))
		d.DisallowUnknownFields()
		if n > 0 && strings.HasPrefix(line, "{") && d.Decode(&Entry{}) != nil {
			return n + 1
		}
	}
	return 1
}
