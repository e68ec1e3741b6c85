package product

import (
	"embed"
	"encoding/json"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"

	"github.com/mi-kscheck/mi-kscheck/checker/packed"
)

//go:embed data/*.tsv data/*.gz
var data embed.FS

// versions.tsv, read once: a version and the file that holds its data (several versions share one).
var releases = sync.OnceValue(func() []release {
	var list []release
	for line := range strings.Lines(read("versions.tsv")) {
		name, file, _ := strings.Cut(strings.TrimSpace(line), "\t")
		if number, ok := parseVersion(name); ok {
			list = append(list, release{name: name, number: number, table: sync.OnceValue(func() *Table { return load(name, file) })})
		}
	}
	sort.Slice(list, func(i, j int) bool {
		a, b := &list[i], &list[j]
		return slices.Compare(a.number[:], b.number[:]) < 0
	})
	return list
})

// release is a version with its table, which is parsed when it is first asked for: a run needs one or two of them.
type release struct {
	name   string
	number [3]int
	table  func() *Table
}

// read gives an embedded file; it can only be missing in a broken build, which the tests would show.
func read(name string) string {
	b, err := data.ReadFile("data/" + name)
	if err != nil {
		return ""
	}
	return string(b)
}

func load(version, file string) *Table {
	var f struct {
		Default     map[string]any                       `json:"default"`
		KeyMappings map[string]string                    `json:"key_mappings"`
		Infer       map[string]map[string]map[string]any `json:"infer"`
		Read        []string                             `json:"read"`
	}
	// A table that does not parse would be empty; TestTables holds every version to its contents.
	_ = json.Unmarshal(packed.New([]byte(read(file+".json.gz"))).Read(file+".json"), &f)
	t := &Table{Version: version, Default: f.Default, KeyMappings: f.KeyMappings, Infer: f.Infer, Read: make(map[string]bool, len(f.Read))}
	for _, k := range f.Read {
		t.Read[k] = true
	}
	return t
}

// Versions lists the versions that have a table, oldest first.
func Versions() []string {
	list := releases()
	names := make([]string, len(list))
	for i, r := range list {
		names[i] = r.name
	}
	return names
}

// Newest is the last version that has a table.
func Newest() string {
	list := releases()
	return list[len(list)-1].name
}

// For gives the table of a version: the exact one, else that of the nearest older release, else the oldest; "" (or what is
// no version) the newest. The table is shared and must not be changed.
func For(version string) *Table {
	list := releases()
	number, ok := parseVersion(version)
	if !ok {
		return list[len(list)-1].table()
	}
	best := list[0]
	for _, r := range list {
		if slices.Compare(r.number[:], number[:]) <= 0 {
			best = r
		}
	}
	return best.table()
}

// parseVersion reads "4.4.0", "v4.4", "4.4.0.12" and "4.5.0-beta" alike: the first three numbers.
func parseVersion(s string) (number [3]int, ok bool) {
	s = strings.TrimPrefix(strings.TrimSpace(s), "v")
	for i := range number {
		digits := s
		if end := strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' }); end >= 0 {
			digits = s[:end]
		}
		n, err := strconv.Atoi(digits)
		if err != nil {
			return number, i > 0
		}
		number[i] = n
		s = s[len(digits):]
		if !strings.HasPrefix(s, ".") {
			return number, true
		}
		s = s[1:]
	}
	return number, true
}

// Compare orders two versions by their numbers: negative where a is older than b. What is no version counts as newer than
// every release, as For takes it.
func Compare(a, b string) int {
	return slices.Compare(ordinal(a), ordinal(b))
}

func ordinal(version string) []int {
	number, ok := parseVersion(version)
	if !ok {
		return []int{1 << 30}
	}
	return number[:]
}
