package report

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/chavacava/garif"

	"github.com/mi-kscheck/mi-kscheck/checker/finding"
)

// shardHead is what a shard holds beside its results.
type shardHead struct {
	artifacts     []artifact
	driver        *garif.ToolComponent
	sum           [sha256.Size]byte // of the driver as JSON
	taxonomies    []*garif.ToolComponent
	notifications []*garif.Notification
	provenance    []*garif.VersionControlDetails
	profile       string
	successful    bool
}

// notSARIF ends the sentence about a file that is something else.
const notSARIF = "it is no SARIF report of version 2.1.0"

// shardReader walks through one file. Its members come in any order, so nothing depends on one that came before.
type shardReader struct {
	*json.Decoder
	in    leash
	m     *merger
	shard int
	runs  int
	head  shardHead
	// toolSize is how many bytes the description of the program has.
	toolSize int64
}

// read takes a shard's head and the index of its results.
func (m *merger) read(i int) error {
	s := m.shards[i]
	bad := func(why string, args ...any) error { return &ShardError{s.Name, fmt.Sprintf(why, args...)} }
	if s.Size > MaxShard {
		return bad("it is larger than %d MiB", MaxShard>>20)
	}
	r := shardReader{in: leash{r: io.NewSectionReader(s.Data, 0, s.Size)}, m: m, shard: i}
	r.Decoder = json.NewDecoder(&r.in)
	r.loosen()
	version := ""
	err := r.object(func(key string) error {
		switch key {
		case "version":
			return r.take(&version)
		case "runs":
			return r.list(r.run)
		}
		return r.skip()
	})
	if err == nil {
		if _, err = r.Token(); err == io.EOF { //nolint:errorlint // as the decoder says it
			err = nil
		} else {
			err = errSyntax
		}
	}
	var own *ShardError
	switch {
	case errors.As(err, &own):
		return err
	case errors.Is(err, errTooLong):
		return bad("a part of it is larger than %d MiB", maxMember>>20)
	case isSyntax(err):
		return bad(notSARIF)
	case err != nil:
		return fmt.Errorf("'%s': %w: %w", s.Name, ErrReading, err)
	case version != "2.1.0":
		return bad(notSARIF)
	case r.runs != 1:
		return bad("it holds %d runs, and a report of mi-kscheck holds one", r.runs)
	}
	m.heads = append(m.heads, &r.head)
	if m.shardOf == nil {
		m.shardOf = map[int]*shardHead{}
	}
	m.shardOf[r.shard] = &r.head
	return nil
}

// leash ends a part of a file that is longer than any that this program writes, before all of it is in memory.
type leash struct {
	r           io.Reader
	read, until int64
}

// maxMember is how long a part may be that is read as one, in bytes; maxHeads what the shards may hold beside their results.
const (
	maxMember = 4 << 20
	maxHeads  = 64 << 20
)

var errTooLong = errors.New("too long")

func (l *leash) Read(b []byte) (int, error) {
	if l.read >= l.until {
		return 0, errTooLong
	}
	n, err := l.r.Read(b[:min(int64(len(b)), l.until-l.read)])
	l.read += int64(n)
	return n, err
}

// loosen lets the next part be read.
func (r *shardReader) loosen() { r.in.until = r.InputOffset() + maxMember }

// take reads a value as a whole that belongs to the head.
func (r *shardReader) take(v any) error {
	from := r.InputOffset()
	err := r.Decode(v)
	if r.m.headSize += r.InputOffset() - from; err == nil && r.m.headSize > maxHeads {
		err = r.bad("with it there are more than %d MiB beside the results", maxHeads>>20)
	}
	return err
}

// errSyntax is JSON that is not of the form that is expected.
var errSyntax = errors.New("unexpected JSON")

func isSyntax(err error) bool {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	return errors.Is(err, errSyntax) || errors.As(err, &syntax) || errors.As(err, &kind) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF)
}

func (r *shardReader) bad(why string, args ...any) error {
	return &ShardError{r.m.shards[r.shard].Name, fmt.Sprintf(why, args...)}
}

func (r *shardReader) delim(want json.Delim) error {
	t, err := r.Token()
	if err == nil && t != want {
		err = errSyntax
	}
	return err
}

// object calls member for each member of an object, which has to take the value.
func (r *shardReader) object(member func(key string) error) error {
	if err := r.delim('{'); err != nil {
		return err
	}
	for r.loosen(); r.More(); r.loosen() {
		t, err := r.Token()
		if err != nil {
			return err
		}
		key, ok := t.(string)
		if !ok {
			return errSyntax
		}
		if err := member(key); err != nil {
			return err
		}
	}
	return r.delim('}')
}

// list calls element for each element of an array, which has to take it.
func (r *shardReader) list(element func() error) error {
	if err := r.delim('['); err != nil {
		return err
	}
	for r.loosen(); r.More(); r.loosen() {
		if err := element(); err != nil {
			return err
		}
	}
	return r.delim(']')
}

func (r *shardReader) skip() error {
	var v json.RawMessage
	return r.Decode(&v)
}

func (r *shardReader) run() error {
	r.runs++
	var tool garif.Tool
	invocations := 0
	var properties struct {
		Profile string `json:"profile"`
	}
	err := r.object(func(key string) error {
		switch key {
		case "tool":
			before := r.m.headSize
			err := r.take(&tool)
			r.toolSize = r.m.headSize - before
			return err
		case "results":
			return r.list(r.result)
		case "invocations":
			return r.list(func() error {
				invocations++
				return r.invocation()
			})
		case "artifacts":
			return r.take(&r.head.artifacts)
		case "taxonomies":
			return r.take(&r.head.taxonomies)
		case "versionControlProvenance":
			return r.take(&r.head.provenance)
		case "properties":
			return r.take(&properties)
		}
		return r.skip()
	})
	switch {
	case err != nil:
		return err
	case tool.Driver == nil || tool.Driver.Name != toolName:
		return r.bad("it is not a report of mi-kscheck")
	case invocations != 1:
		return r.bad("it does not say whether the run was successful")
	}
	r.head.driver, r.head.profile = tool.Driver, properties.Profile
	return r.check()
}

// maxDescribed is far more rules than there are, those of policy folders included.
const maxDescribed = 2000

// maxNotes is more than a report says of its run.
const maxNotes = 2 * (maxNotices + maxUnjudged)

// invocation takes whether a run was successful and what it said, one by one.
func (r *shardReader) invocation() error {
	return r.object(func(key string) error {
		switch key {
		case "executionSuccessful":
			return r.take(&r.head.successful)
		case "toolExecutionNotifications":
			return r.list(func() error {
				if len(r.head.notifications) == maxNotes {
					return r.bad("it has more notifications than mi-kscheck writes")
				}
				var n *garif.Notification
				err := r.take(&n)
				r.head.notifications = append(r.head.notifications, n)
				return err
			})
		}
		return r.skip()
	})
}

// check holds what the report brings along to what this program writes: a shard is input like any other.
func (r *shardReader) check() error {
	h := &r.head
	if len(h.driver.Rules)+len(h.driver.Notifications) > maxDescribed {
		return r.bad("it describes more than %d rules", maxDescribed)
	}
	for _, list := range [][]*garif.ReportingDescriptor{h.driver.Rules, h.driver.Notifications} {
		for _, d := range list {
			if d == nil {
				return errSyntax
			}
		}
	}
	for _, t := range h.taxonomies {
		if t == nil {
			return errSyntax
		}
		for _, x := range t.Taxa {
			if x == nil {
				return errSyntax
			}
		}
	}
	for _, n := range h.notifications {
		if n == nil || n.Message == nil {
			return errSyntax
		}
	}
	for _, v := range h.provenance {
		if v == nil {
			return errSyntax
		}
	}
	h.sum = sha256.Sum256([]byte(canonical(h.driver)))
	for _, o := range r.m.heads {
		if o.sum == h.sum {
			h.driver = o.driver // shards of one version describe the same rules
			r.m.headSize -= r.toolSize
		}
	}
	for _, v := range []any{h.driver, h.taxonomies, h.artifacts, h.notifications, h.provenance, h.profile} {
		if !fit([]byte(canonical(v))) {
			return r.bad(unfitText)
		}
	}
	return nil
}

const unfitText = "it holds characters that mi-kscheck never writes, so it is not as mi-kscheck wrote it"

// result takes one result into the index.
func (r *shardReader) result() error {
	var raw json.RawMessage
	if err := r.Decode(&raw); err != nil {
		return err
	}
	if len(r.m.entries) >= maxMerged {
		return r.bad("with it there are more than %d results", maxMerged)
	}
	v, line, err := readResult(raw)
	if err != nil {
		return err
	}
	if !fit(line) {
		return r.bad(unfitText)
	}
	p := v.Locations[0].PhysicalLocation
	uri, mark := p.ArtifactLocation.Uri, v.PartialFingerprints[fingerprint]
	if len(uri) > maxURI || len(v.RuleId)+len(mark) > 2*maxText*utf8.UTFMax {
		return r.bad("a result has a longer address, rule or fingerprint than mi-kscheck writes")
	}
	e := mergeEntry{
		uri: r.m.intern(uri), rule: r.m.intern(v.RuleId), mark: mark, class: classOfResult(v.Result),
		sum: sha256.Sum256(line), shard: r.shard, to: r.InputOffset(),
	}
	e.from = e.to - int64(len(raw))
	if p.Region != nil {
		e.line, e.column = p.Region.StartLine, p.Region.StartColumn
	}
	if v.BaselineState != nil {
		r.m.stated++
	}
	r.m.entries = append(r.m.entries, e)
	return nil
}

// maxURI is how long the address of a file can be: each byte of a path may take three.
const maxURI = 3*utf8.UTFMax*maxPath + len("file:///")

// intern keeps one copy of what many results share.
func (m *merger) intern(s string) string {
	if m.strings == nil {
		m.strings = map[string]string{}
	}
	if kept, ok := m.strings[s]; ok {
		return kept
	}
	m.strings[s] = s
	return s
}

// readResult reads a result, and writes it as this program would, but for its index of the rule, which is the shard's own.
func readResult(raw []byte) (*result, []byte, error) {
	v := &result{}
	if err := json.Unmarshal(raw, v); err != nil {
		return nil, nil, err
	}
	if v.Result == nil || v.RuleId == "" || v.Message == nil || len(v.Locations) == 0 || v.Locations[0] == nil || v.Locations[0].PhysicalLocation == nil ||
		v.Locations[0].PhysicalLocation.ArtifactLocation == nil {
		return nil, nil, errSyntax
	}
	v.RuleIndex = nil
	line, err := json.Marshal(v)
	return v, line, err
}

func classOfResult(r *garif.Result) int {
	if len(r.Suppressions) > 0 {
		return classOther
	}
	return classOther - min(finding.Level(r.Level).Rank(), classOther)
}

// fit reports whether the texts of a JSON value are such as the sanitiser leaves. Line breaks are in the rules' help.
func fit(b []byte) bool {
	var v any
	return json.Unmarshal(b, &v) == nil && fitValue(v)
}

func fitValue(v any) bool {
	switch v := v.(type) {
	case map[string]any:
		for k, e := range v {
			if !fitValue(k) || !fitValue(e) {
				return false
			}
		}
	case []any:
		for _, e := range v {
			if !fitValue(e) {
				return false
			}
		}
	case string:
		line := strings.NewReplacer("\n", " ", "\t", " ").Replace(v)
		return escape(line) == line && !strings.HasPrefix(strings.TrimSpace(v), "::") && !holdsBracketCommand(line)
	}
	return true
}

func holdsBracketCommand(s string) bool {
	for i := range len(s) {
		if s[i] == '#' && bracketCommand(s[i:]) {
			return true
		}
	}
	return false
}
