package policy

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/util"

	"github.com/mi-kscheck/mi-kscheck/rules"
)

// Limits of custom policies (docs/limits.md).
const (
	maxFiles   = 10_000    // files of one folder or bundle
	maxDepth   = 32        // folders in folders
	maxPolicy  = 1 << 20   // bytes of a policy or a page
	maxData    = 8 << 20   // bytes of a data file
	maxTotal   = 32 << 20  // bytes of all that is read of one folder or bundle
	maxEntries = 2 * 10000 // entries of the folders that are looked at
	maxBundle  = 16 << 20  // bytes of a bundle as it lies there
)

// Error is one fault of a custom policy, with the place that it is at.
type Error struct {
	File string
	Line int    // 1-based; 0: the file as a whole
	Text string // without a full stop
}

func (e *Error) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("%s: %s", e.File, e.Text)
	}
	return fmt.Sprintf("%s, line %d: %s", e.File, e.Line, e.Text)
}

// Origin is where custom policies come from: a folder or a bundle (.tar.gz) in a tree, which need not be on a disk. The tree
// bounds what can be reached; a source.Source is one.
type Origin struct {
	FS   fs.FS
	Path string // of the folder or of the bundle, in FS
	Name string // how messages call it
}

// Custom are the policies of an organisation, with the data that they use. It is never changed.
type Custom struct {
	Rules []*rules.Rule // in ID order
	// Abort ends the process where a policy that can't be stopped takes more and more memory; nil: nothing does.
	Abort func(error)

	deadline time.Duration          // of the compilation; 0: compileDeadline
	modules  map[string]*ast.Module // policies and what they share, by file
	tests    map[string]*ast.Module // beside them, by file
	sources  map[string][]byte      // of both
	data     map[string]any
	packages map[string]*rules.Rule
	places   map[*rules.Rule]Error // where the METADATA of each begins; Text is empty
}

// file is one that was read. Name is how messages call it, rel its path in the folder.
type file struct {
	name, rel string
	data      []byte
}

// Load reads custom policies: Rego, the data beside it (JSON and YAML, under the path of their folder), and a page for each rule
// (Markdown, named as the policy). Key is the public key in PEM that bundles must be signed with; nil: none. Errors join every
// fault, each an *Error with its place.
func Load(origins []Origin, key []byte) (*Custom, error) {
	c := &Custom{
		modules: map[string]*ast.Module{}, tests: map[string]*ast.Module{}, sources: map[string][]byte{}, data: map[string]any{},
		packages: map[string]*rules.Rule{}, places: map[*rules.Rule]Error{},
	}
	var faults []error
	for _, o := range origins {
		files, err := o.read(key)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		faults = append(faults, c.add(files)...)
	}
	faults = append(faults, c.check()...)
	if err := joined(faults); err != nil {
		return nil, err
	}
	slices.SortFunc(c.Rules, func(a, b *rules.Rule) int { return strings.Compare(a.ID, b.ID) })
	return c, nil
}

// maxFaults is how many faults are told; one typing error may lead to many.
const maxFaults = 10

func joined(faults []error) error {
	slices.SortStableFunc(faults, func(a, b error) int {
		var x, y *Error
		if !errors.As(a, &x) || !errors.As(b, &y) {
			return 0
		}
		return cmp.Or(strings.Compare(x.File, y.File), cmp.Compare(x.Line, y.Line))
	})
	if more := len(faults) - maxFaults; more > 0 {
		faults = append(faults[:maxFaults:maxFaults], fmt.Errorf("there are %d more faults in the policies", more))
	}
	return errors.Join(faults...)
}

// read gives the files of a folder or a bundle.
func (o Origin) read(key []byte) ([]file, error) {
	info, err := fs.Stat(o.FS, o.Path)
	if err != nil {
		return nil, &Error{File: o.Name, Text: "the policies could not be read: " + reason(err)}
	}
	if !info.IsDir() {
		return o.bundle(key)
	}
	r := reader{}
	err = fs.WalkDir(o.FS, o.Path, func(p string, d fs.DirEntry, err error) error {
		rel := strings.TrimPrefix(strings.TrimPrefix(p, o.Path), "/")
		if o.Path == "." {
			rel = p
		}
		name := path.Join(o.Name, rel)
		if err != nil {
			return &Error{File: name, Text: "it could not be read: " + reason(err)}
		}
		if r.entries++; r.entries > maxEntries {
			return &Error{File: o.Name, Text: fmt.Sprintf("there are more than %d entries in it; name the folder that holds the policies alone", maxEntries)}
		}
		switch {
		case p == o.Path:
			return nil
		case strings.HasPrefix(d.Name(), ".") && d.IsDir():
			return fs.SkipDir
		case d.IsDir() && strings.Count(rel, "/") >= maxDepth:
			return &Error{File: name, Text: fmt.Sprintf("it lies deeper than %d folders", maxDepth)}
		case d.IsDir() || kindOf(rel) == other:
			return nil
		}
		f, err := o.FS.Open(p)
		if err != nil {
			return &Error{File: name, Text: "it could not be read: " + reason(err)}
		}
		defer f.Close() //nolint:errcheck // read-only: nothing is lost
		return r.take(name, rel, f)
	})
	return r.files, err
}

// reader gathers files within the limits.
type reader struct {
	files   []file
	entries int
	total   int
}

func (r *reader) take(name, rel string, from io.Reader) error {
	limit := maxPolicy
	if kindOf(rel) == data {
		limit = maxData
	}
	b, err := io.ReadAll(io.LimitReader(from, int64(limit)+1))
	r.total += len(b)
	switch {
	case err != nil:
		return &Error{File: name, Text: "it could not be read: " + reason(err)}
	case len(b) > limit:
		return &Error{File: name, Text: fmt.Sprintf("it is larger than %d MiB", limit>>20)}
	case r.total > maxTotal:
		return &Error{File: name, Text: fmt.Sprintf("the policies are larger than %d MiB in all", maxTotal>>20)}
	case len(r.files) == maxFiles:
		return &Error{File: name, Text: fmt.Sprintf("there are more than %d files of policies", maxFiles)}
	}
	r.files = append(r.files, file{name: name, rel: rel, data: b})
	return nil
}

// reason says why something could not be read, without the path that the message around it tells.
func reason(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "it does not exist"
	case errors.Is(err, fs.ErrPermission):
		return "the system denies access"
	}
	var p *fs.PathError
	if errors.As(err, &p) {
		err = p.Err
	}
	return err.Error()
}

type kind int

const (
	other kind = iota
	policy
	test
	data
	page
)

// kindOf tells what a file is by its name.
func kindOf(name string) kind {
	switch ext := path.Ext(name); {
	case strings.HasPrefix(path.Base(name), "."):
		return other
	case strings.HasSuffix(name, "_test.rego"):
		return test
	case ext == ".rego":
		return policy
	case ext == ".json" || ext == ".yaml" || ext == ".yml":
		return data
	case ext == ".md":
		return page
	}
	return other
}

// add takes the files of one origin.
func (c *Custom) add(files []file) []error {
	var faults []error
	pages := map[string]string{} // by the name of the policy
	for _, f := range files {
		if kindOf(f.rel) == page {
			pages[strings.TrimSuffix(f.name, ".md")+".rego"] = string(f.data)
		}
	}
	for _, f := range files {
		switch kindOf(f.rel) {
		case data:
			if err := c.addData(f); err != nil {
				faults = append(faults, err)
			}
		case policy, test:
			faults = append(faults, c.addModule(f, pages[f.name])...)
		case page, other:
		}
	}
	return faults
}

// addData puts the content of a JSON or YAML file under the path of its folder, as OPA does.
func (c *Custom) addData(f file) error {
	var content any
	if err := util.Unmarshal(f.data, &content); err != nil {
		return &Error{File: f.name, Text: "it is neither JSON nor YAML: " + oneLine(err.Error())}
	}
	object, ok := content.(map[string]any)
	if !ok {
		return &Error{File: f.name, Text: "data is an object at its top, whose keys come under the path of the folder"}
	}
	if dir := path.Dir(f.rel); dir != "." {
		parts := strings.Split(dir, "/")
		for _, p := range slices.Backward(parts) {
			object = map[string]any{p: object}
		}
	}
	for _, reserved := range []string{"mikscheck", "custom"} {
		if _, ok := object[reserved]; ok {
			return &Error{File: f.name, Text: fmt.Sprintf("data.%s is where policies live; data needs another path", reserved)}
		}
	}
	if at := merge(c.data, object, "data"); at != "" {
		return &Error{File: f.name, Text: fmt.Sprintf("another file says something else of %s", at)}
	}
	return nil
}

// merge adds one object to another, and names the path where both say something.
func merge(into, from map[string]any, at string) (conflict string) {
	for k, v := range from {
		here := at + "." + k
		old, ok := into[k]
		if !ok {
			into[k] = v
			continue
		}
		a, okA := old.(map[string]any)
		b, okB := v.(map[string]any)
		if !okA || !okB {
			return here
		}
		if at := merge(a, b, here); at != "" {
			return at
		}
	}
	return ""
}

// oneLine makes a message of a library one line.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
