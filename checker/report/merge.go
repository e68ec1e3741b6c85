package report

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/chavacava/garif"

	"github.com/mi-kscheck/mi-kscheck/checker/finding"
	"github.com/mi-kscheck/mi-kscheck/rules"
)

// Shard is a SARIF report of a run over a part of a tree.
type Shard struct {
	Name string // for messages
	Data io.ReaderAt
	Size int64 // in bytes
}

// ShardError tells why a file can't be merged: it is no SARIF 2.1.0, or not a report of this program.
type ShardError struct {
	Name, Why string
}

func (e *ShardError) Error() string { return fmt.Sprintf("'%s' can't be merged: %s", e.Name, e.Why) }

// ErrReading tells that the system would not give a file, or not a second time.
var ErrReading = errors.New("it could not be read")

// Limits of what is merged.
const (
	MaxShard  = 128 << 20 // bytes of one file
	maxMerged = 250_000   // results of all files, of which an index is held
)

// Merge writes the reports of several runs as one: each result once, in the order of their places, the rules of all, and what the
// runs had to say. It holds an index of the results and reads them again as it writes them, within the limits of a report (see
// resultList). The order of the shards makes no difference. The error is a *ShardError where one can't be merged; then nothing is
// written.
func Merge(w io.Writer, shards []Shard) error {
	m := merger{shards: shards}
	for i := range shards {
		if err := m.read(i); err != nil {
			return err
		}
	}
	m.unite()
	return m.write(newOutput(w))
}

type merger struct {
	shards  []Shard
	heads   []*shardHead
	shardOf map[int]*shardHead // by number of the shard
	artifacts
	entries []mergeEntry
	stated  int // results with a baselineState
	// What is held must not grow without end.
	headSize int64
	strings  map[string]string

	driver     *garif.ToolComponent
	taxonomies []*garif.ToolComponent
	rules      ruleIndex
	notes      []*garif.Notification
	provenance []*garif.VersionControlDetails
	profile    string
	successful bool
}

// mergeEntry is what is held of a result: where it lies in its file, and what orders and identifies it.
type mergeEntry struct {
	uri, rule, mark string
	line, column    int
	class           int
	sum             [sha256.Size]byte
	shard           int
	from, to        int64
}

// unite sorts what was read, and puts the heads together.
func (m *merger) unite() {
	slices.SortFunc(m.entries, func(a, b mergeEntry) int {
		return cmp.Or(a.place(&b), cmp.Compare(a.class, b.class), bytes.Compare(a.sum[:], b.sum[:]))
	})
	// Of what several shards say of one place the most severe counts, and what nobody waived.
	m.entries = slices.CompactFunc(m.entries, func(a, b mergeEntry) bool {
		return a.place(&b) == 0 && (a.mark != "" || a.sum == b.sum)
	})
	// Of two descriptions of a rule that of the newer version counts.
	slices.SortFunc(m.heads, func(a, b *shardHead) int {
		return cmp.Or(compareVersions(b.driver.Version, a.driver.Version), bytes.Compare(a.sum[:], b.sum[:]))
	})
	m.driver, m.rules = m.drivers()
	m.describe()
	m.taxonomies = m.taxa()
	m.notifications()
	m.successful = true
	var profiles []string
	seen := map[string]bool{}
	for _, h := range m.heads {
		m.successful = m.successful && h.successful
		if h.profile != "" {
			profiles = append(profiles, strings.Split(h.profile, ", ")...)
		}
		for _, v := range h.provenance {
			if key := canonical(v); !seen[key] {
				seen[key] = true
				m.provenance = append(m.provenance, v)
			}
		}
	}
	slices.SortFunc(m.provenance, func(a, b *garif.VersionControlDetails) int { return strings.Compare(canonical(a), canonical(b)) })
	slices.Sort(profiles)
	m.profile = strings.Join(slices.Compact(profiles), ", ")
}

// place orders results by where they are, and tells by 0 that they are about the same.
func (e *mergeEntry) place(o *mergeEntry) int {
	return cmp.Or(strings.Compare(e.uri, o.uri), cmp.Compare(e.line, o.line), cmp.Compare(e.column, o.column), strings.Compare(e.rule, o.rule), strings.Compare(e.mark, o.mark))
}

// describe lists the files in archives that the shards name, in an order that is not that of the shards.
func (m *merger) describe() {
	type named struct{ archive, base, entry string }
	var all []named
	for _, h := range m.heads {
		for _, x := range h.artifacts {
			if outer := parentOf(x, h.artifacts); outer != nil {
				all = append(all, named{outer.Uri, outer.UriBaseId, x.Location.Uri})
			}
		}
	}
	sort.Slice(all, func(i, j int) bool {
		a, b := &all[i], &all[j]
		return cmp.Or(strings.Compare(a.archive, b.archive), strings.Compare(a.base, b.base), strings.Compare(a.entry, b.entry)) < 0
	})
	for _, n := range all {
		m.nest(&garif.ArtifactLocation{Uri: n.archive, UriBaseId: n.base}, n.entry)
	}
}

func (m *merger) drivers() (*garif.ToolComponent, ruleIndex) {
	driver := *m.heads[0].driver
	described, notices := map[string]*garif.ReportingDescriptor{}, map[string]*garif.ReportingDescriptor{}
	for _, h := range m.heads {
		for _, r := range h.driver.Rules {
			if described[r.Id] == nil {
				described[r.Id] = r
			}
		}
		for _, r := range h.driver.Notifications {
			if notices[r.Id] == nil {
				notices[r.Id] = r
			}
		}
		if len(driver.SupportedTaxonomies) == 0 {
			driver.SupportedTaxonomies = h.driver.SupportedTaxonomies
		}
	}
	driver.Rules, driver.Notifications = byID(described), byID(notices)
	index := ruleIndex{}
	for i, r := range driver.Rules {
		index[r.Id] = i
	}
	return &driver, index
}

func byID(set map[string]*garif.ReportingDescriptor) []*garif.ReportingDescriptor {
	var all []*garif.ReportingDescriptor
	for _, d := range set {
		all = append(all, d)
	}
	slices.SortFunc(all, func(a, b *garif.ReportingDescriptor) int { return strings.Compare(a.Id, b.Id) })
	return all
}

// taxa unites the weaknesses that the shards' rules name.
func (m *merger) taxa() []*garif.ToolComponent {
	var taxonomy *garif.ToolComponent
	seen := map[string]bool{}
	for _, h := range m.heads {
		for _, t := range h.taxonomies {
			if t.Guid != cweGUID {
				continue
			}
			if taxonomy == nil {
				head := *t
				head.Taxa = nil
				taxonomy = &head
			}
			for _, x := range t.Taxa {
				if !seen[x.Id] {
					seen[x.Id] = true
					taxonomy.Taxa = append(taxonomy.Taxa, x)
				}
			}
		}
	}
	if taxonomy == nil {
		return nil
	}
	number := func(s string) int {
		n, _ := strconv.Atoi(s) //nolint:errcheck // what is no number comes first
		return n
	}
	slices.SortFunc(taxonomy.Taxa, func(a, b *garif.ReportingDescriptor) int {
		return cmp.Or(cmp.Compare(number(a.Id), number(b.Id)), strings.Compare(a.Id, b.Id))
	})
	return []*garif.ToolComponent{taxonomy}
}

// notifications unites what the runs said, and adds what merging them can't make up for.
func (m *merger) notifications() {
	index := map[string]*garif.Notification{}
	for _, h := range m.heads {
		for _, n := range h.notifications {
			for _, l := range n.Locations {
				m.adoptPlace(l, h.artifacts)
			}
			where := n.Locations
			n.Locations = nil // not part of what is said
			key := canonical(n)
			if index[key] == nil {
				index[key] = n
				m.notes = append(m.notes, n)
			}
			index[key].Locations = append(index[key].Locations, where...)
		}
	}
	for _, n := range m.notes {
		slices.SortFunc(n.Locations, func(a, b *garif.Location) int { return strings.Compare(canonical(a), canonical(b)) })
		n.Locations = slices.CompactFunc(n.Locations, func(a, b *garif.Location) bool { return canonical(a) == canonical(b) })
		n.Locations = n.Locations[:min(len(n.Locations), maxPlaces)]
	}
	m.limited()
	rank := func(n *garif.Notification) int { return finding.Level(fmt.Sprint(n.Level)).Rank() }
	slices.SortFunc(m.notes, func(a, b *garif.Notification) int {
		return cmp.Or(cmp.Compare(rank(b), rank(a)), strings.Compare(canonical(a), canonical(b)))
	})
	if more := len(m.notes) - maxNotices - maxUnjudged; more > 0 {
		m.notes = append(m.notes[:maxNotices+maxUnjudged], note(fmt.Sprintf("%d more notifications were left out.", more)))
	}
}

// limited says what several runs can't know that one would.
func (m *merger) limited() {
	if len(m.heads) < 2 {
		return
	}
	for _, rule := range rules.All() {
		i, ok := m.rules[rule.ID]
		if rule.Fleet == "" || !ok {
			continue
		}
		n := note(fmt.Sprintf("The rule '%s' also compares the targets of one run with each other. These results are of several runs, each of which compared its own targets only. "+
			"Check all targets in one run to have them compared with each other.", kebabCase(m.driver.Rules[i].Name)))
		n.AssociatedRule = &garif.ReportingDescriptorReference{Id: rule.ID}
		m.notes = appendNote(m.notes, n)
	}
	if last := m.heads[len(m.heads)-1].driver.Version; last != m.driver.Version {
		m.notes = appendNote(m.notes, note(fmt.Sprintf("The results are of several versions of mi-kscheck, from %s to %s. The rules are described as in the newest.", last, m.driver.Version)))
	}
}

// appendNote adds a notification that merged reports may hold already.
func appendNote(list []*garif.Notification, n *garif.Notification) []*garif.Notification {
	if slices.ContainsFunc(list, func(o *garif.Notification) bool { return canonical(o) == canonical(n) }) {
		return list
	}
	return append(list, n)
}

func note(text string) *garif.Notification {
	return &garif.Notification{Level: string(finding.Note), Message: message(text)}
}

// kebabCase turns "SharedKey" into "shared-key".
func kebabCase(name string) string {
	var b strings.Builder
	for i, r := range name {
		if r >= 'A' && r <= 'Z' {
			if i > 0 {
				b.WriteByte('-')
			}
			r += 'a' - 'A'
		}
		b.WriteRune(r)
	}
	return b.String()
}

func (m *merger) write(out *output) error {
	s := sarif{out: out, results: resultList{out: out}, artifacts: m.artifacts}
	s.head(&garif.Run{
		Tool: &garif.Tool{Driver: m.driver}, Taxonomies: m.taxonomies, VersionControlProvenance: m.provenance,
	}, m.profile)
	for i := range m.entries {
		e := &m.entries[i]
		raw := make([]byte, e.to-e.from)
		if _, err := m.shards[e.shard].Data.ReadAt(raw, e.from); err != nil {
			return fmt.Errorf("'%s': %w: %w", m.shards[e.shard].Name, ErrReading, err)
		}
		r, line, err := readResult(raw)
		if err != nil || sha256.Sum256(line) != e.sum {
			return fmt.Errorf("'%s': %w: it was changed meanwhile", m.shards[e.shard].Name, ErrReading)
		}
		if m.stated < len(m.entries) { // either all results have a state or none
			r.BaselineState = nil
		}
		s.adoptAll(r.Result, m.shardOf[e.shard].artifacts)
		if i, ok := m.rules[r.RuleId]; ok {
			r.RuleIndex = &i
		}
		s.results.add(e.class, s.marshal(r))
		if out.err != nil {
			return out.err
		}
	}
	return s.tail(m.successful, m.notes)
}

// canonical is a value as JSON: equal values are equal texts.
func canonical(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(b)
}

// compareVersions compares semantic versions by their numbers; a pre-release comes before its release.
func compareVersions(a, b string) int {
	x, pre, _ := strings.Cut(strings.TrimPrefix(a, "v"), "-")
	y, post, _ := strings.Cut(strings.TrimPrefix(b, "v"), "-")
	p, q := strings.Split(x, "."), strings.Split(y, ".")
	for i := range max(len(p), len(q)) {
		var n, m int
		if i < len(p) {
			n, _ = strconv.Atoi(p[i]) //nolint:errcheck // what is no number counts as 0
		}
		if i < len(q) {
			m, _ = strconv.Atoi(q[i]) //nolint:errcheck // likewise
		}
		if n != m {
			return cmp.Compare(n, m)
		}
	}
	if (pre == "") != (post == "") {
		return cmp.Compare(post, pre) // the one without a suffix is the release
	}
	return cmp.Or(strings.Compare(pre, post), strings.Compare(a, b))
}
