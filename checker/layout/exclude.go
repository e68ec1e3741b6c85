package layout

import (
	"fmt"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// Limits of a pattern: alternatives multiply, and a pattern may come from a configuration that someone else wrote.
const (
	maxPattern      = 1024
	maxAlternatives = 8
)

// CheckPattern tells what is wrong with a glob of Options.Exclude; the error is a sentence.
func CheckPattern(pattern string) error {
	switch {
	case pattern == "":
		return fmt.Errorf("an empty pattern excludes nothing; leave it out")
	case len(pattern) > maxPattern:
		return fmt.Errorf("the pattern %.40q… is longer than %d characters", pattern, maxPattern)
	case strings.Count(pattern, "{") > maxAlternatives:
		return fmt.Errorf("the pattern %q holds more than %d alternatives {…}; write several patterns", pattern, maxAlternatives)
	case !doublestar.ValidatePattern(pattern):
		return fmt.Errorf("%q is no pattern: * stands for a part of a name, ** for any folders, [ and { must be closed", pattern)
	}
	return nil
}

// patterns are the globs that can be used; the others become problems.
func (f *finder) patterns() []string {
	var ok []string
	for _, p := range f.o.Exclude {
		if err := CheckPattern(p); err != nil {
			f.problem(".", err)
			continue
		}
		ok = append(ok, strings.TrimSuffix(strings.TrimPrefix(p, "./"), "/"))
	}
	return ok
}

// matches tells whether a URI matches; a pattern without a slash is about any part of the path.
func matches(pattern, uri string) bool {
	if !strings.Contains(pattern, "/") {
		uri = uri[strings.LastIndexByte(uri, '/')+1:]
	}
	return doublestar.MatchUnvalidated(pattern, uri)
}
