package layout

import (
	"encoding/json"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// maxSources is how many files one COPY is followed for.
const maxSources = 1000

// homeFolders exist in every MI home: a file that is copied to one of these names lands in the folder.
var homeFolders = []string{
	"", "bin", "conf", "conf/sslprofiles", "dropins", "lib", "patches", "repository", "repository/deployment",
	"repository/deployment/server", "repository/resources", "repository/resources/conf", securityFolder,
}

// copy takes one COPY or ADD.
func (m *images) copy(in instruction, st *stage) {
	e := m.expander(st.values)
	words, opaque := in.words()
	if len(words) < 2 {
		return
	}
	for i := range words {
		words[i] = e.word(words[i])
	}
	sources, last := words[:len(words)-1], words[len(words)-1]
	to, sure, ok := st.destination(last)
	if !ok {
		return
	}
	if !sure {
		st.copies = append(st.copies, Copy{Line: in.line, Span: in.span, From: unknownSource, To: to, Opaque: true, folder: true})
		return
	}
	// A file goes into a folder: one that ends in a slash, exists, or has to take several.
	into := strings.HasSuffix(last, "/") || last == "." || len(sources) > 1 || slices.Contains(homeFolders, to) ||
		slices.ContainsFunc(st.copies, func(c Copy) bool { return c.folder && c.To == to })
	for _, src := range sources {
		c := Copy{Line: in.line, Span: in.span, From: src, To: to}
		if opaque || in.opaque(src) {
			// Something that looks like a file is that file; of anything else every name may come.
			c.Opaque, c.folder = true, true
			if into && path.Ext(src) != "" && !archive(src) && !strings.Contains(src, "\x00") {
				c.To, c.folder = path.Join(to, path.Base(src)), false
			}
			c.From = strings.NewReplacer(unknownMark, unknownSource, homeMark, unknownSource).Replace(src)
			st.copies = append(st.copies, c)
			continue
		}
		st.copies = append(st.copies, m.follow(c, src, to, into)...)
	}
}

// unknownSource stands for a name that only the build knows.
const unknownSource = "?"

// destination gives where in the image a copy goes: relative to MI home, or absolute where it lies elsewhere. It is not sure
// where only a folder above is known, and not ok where nothing is.
func (st *stage) destination(last string) (to string, sure, ok bool) {
	dest := join(st.workdir, last)
	to, inHome := st.homeRelative(dest)
	if !inHome {
		if !strings.HasPrefix(dest, "/") {
			return "", false, false
		}
		to = dest
	}
	known, _, unsure := strings.Cut(to, "\x00")
	if !unsure {
		return to, true, true
	}
	to = strings.TrimSuffix(known[:strings.LastIndexByte("/"+known, '/')], "/")
	return to, false, inHome || to != ""
}

// opaque tells a source whose content can't be looked at: an address, an archive that is unpacked, a here-document, a name
// that is not known.
func (in instruction) opaque(src string) bool {
	return strings.Contains(src, "\x00") || strings.Contains(src, "://") || strings.HasPrefix(src, "git@") ||
		slices.Contains(in.here, src) || in.name == "ADD" && archive(src)
}

// follow finds what a source names in the checkout.
func (m *images) follow(c Copy, src, to string, into bool) []Copy {
	found, ok := m.files.glob(src)
	if !ok {
		c.Opaque, c.folder = true, true
		return []Copy{c}
	}
	if len(found) == 0 && output.MatchString(cleanSource(src)) {
		c.folder = into
		return []Copy{c.unknown()}
	}
	if len(found) == 0 {
		c.Missing = true
		c.From = path.Join(m.files.first(), cleanSource(src))
		switch base := path.Base(src); {
		case strings.ContainsAny(base, "*?["):
			c.folder, c.pattern = true, base
		case path.Ext(base) == "" || strings.HasSuffix(src, "/"): // whether it is a file shows only in its name
			c.folder = true
		case into:
			c.To = path.Join(to, base)
		}
		return []Copy{c}
	}
	var copies []Copy
	for _, f := range found {
		c.From, c.To, c.folder = f.name, to, f.dir
		if !f.dir && into {
			c.To = path.Join(to, path.Base(f.name))
		}
		copies = append(copies, c)
	}
	return copies
}

// output is a folder that a build makes: what is not in it in a checkout is no fault.
var output = regexp.MustCompile(`(^|/)(target|build|dist|out)/`)

// unknown is a copy of which it is not known what it brings to where it goes.
func (c Copy) unknown() Copy {
	if !c.folder {
		if c.To = path.Dir(c.To); c.To == "." {
			c.To = ""
		}
	}
	c.Missing, c.Opaque, c.folder = false, true, true
	return c
}

func archive(name string) bool {
	for _, ext := range []string{".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz", ".tar.zst"} {
		if strings.HasSuffix(name, ext) {
			return true
		}
	}
	return false
}

// words gives the sources and the destination, from either form of the instruction. With opaque, an option makes it that what
// is copied, or where to, is not to be told from them.
func (in instruction) words() (words []string, opaque bool) {
	rest := in.text
	for strings.HasPrefix(rest, "--") {
		var flag string
		flag, rest = cutSpace(rest)
		switch name, _, _ := strings.Cut(flag, "="); name {
		case "--from", "--parents", "--exclude":
			opaque = true
		}
	}
	if strings.HasPrefix(rest, "[") {
		if json.Unmarshal([]byte(rest), &words) == nil {
			return words, opaque
		}
	}
	return strings.Fields(rest), opaque
}

// contexts are the folders that may be the build's context, the likeliest first: that of the Dockerfile, then those above it.
type contexts struct {
	src  source.Source
	dirs []string
}

type contextFile struct {
	name string
	dir  bool
}

func (c contexts) first() string { return c.dirs[0] }

// cleanSource makes a source relative to its context, which it can't leave.
func cleanSource(src string) string {
	return strings.TrimPrefix(path.Clean("/"+src), "/")
}

// glob gives what a source names in the first context that holds it; false where a pattern can't be followed.
func (c contexts) glob(src string) ([]contextFile, bool) {
	name := cleanSource(src)
	for _, dir := range c.dirs {
		found, ok := c.in(dir, name)
		if !ok || len(found) > 0 {
			return found, ok
		}
	}
	return nil, true
}

func (c contexts) in(dir, name string) ([]contextFile, bool) {
	if !strings.ContainsAny(name, `*?[`) {
		name = path.Join(dir, name)
		info, err := c.src.Stat(name)
		if err != nil {
			return nil, true
		}
		return []contextFile{{name, info.IsDir()}}, true
	}
	level := []contextFile{{dir, true}}
	for part := range strings.SplitSeq(name, "/") {
		var next []contextFile
		for _, f := range level {
			if !f.dir {
				continue
			}
			entries, err := c.src.ReadDir(f.name)
			if err != nil {
				continue
			}
			for _, d := range entries {
				ok, err := path.Match(part, d.Name())
				if err != nil || len(next) > maxSources {
					return nil, false
				}
				if ok {
					next = append(next, contextFile{path.Join(f.name, d.Name()), c.isDir(f.name, d)})
				}
			}
		}
		level = next
	}
	return level, true
}

// isDir follows a link.
func (c contexts) isDir(dir string, d fs.DirEntry) bool {
	if d.Type()&fs.ModeSymlink == 0 {
		return d.IsDir()
	}
	info, err := c.src.Stat(path.Join(dir, d.Name()))
	return err == nil && info.IsDir()
}
