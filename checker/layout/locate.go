package layout

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// securityFolder is where the product keeps its stores, relative to MI home.
const securityFolder = "repository/resources/security"

// Locate resolves a path as the product would: relative to MI home (java.io.File with MI home as working directory), through
// the COPY lines of the image, else, in a checkout, as resources/X, security/X and X beside the file. path is the effective
// value of a file_name or location, taken as it stands (no trimming; a backslash is a character like any other). It is safe
// for concurrent use.
func (t *Target) Locate(value string) Location {
	l := Location{Status: Missing}
	switch {
	case value == "":
	case t.mounted(value):
		l.Status = Mounted
	case absolute(value):
		l.OutsideHome = true
		t.absolute(&l, path.Clean(value))
	default:
		name := path.Clean(value)
		l.OutsideHome = leaves(name)
		t.relative(&l, name)
		if !strings.Contains(value, "/") && name != "." && name != ".." {
			l.InSecurity = t.inSecurity(value)
		}
	}
	return l
}

// absolute tells a path that does not hang on the working directory; one with a drive letter is one wherever the checker runs.
func absolute(value string) bool {
	return strings.HasPrefix(value, "/") || len(value) > 2 && value[1] == ':' && (value[2] == '/' || value[2] == '\\') &&
		'a' <= value[0]|0x20 && value[0]|0x20 <= 'z'
}

// leaves tells whether a clean relative path leads out of where it starts.
func leaves(name string) bool { return name == ".." || strings.HasPrefix(name, "../") }

// mounted tells a path that the user declared to exist only at run time, as it stands or below a folder that is.
func (t *Target) mounted(value string) bool {
	return slices.ContainsFunc(t.options.Mounts, func(m string) bool {
		return m != "" && source.Below(path.Clean(m), path.Clean(value))
	})
}

// relative looks for a clean path relative to MI home.
func (t *Target) relative(l *Location, name string) {
	if t.mountedFrom(l, name) {
		return
	}
	if t.Kind == Home && t.try(l, t.HomeSource, path.Join(t.Home, name)) {
		return
	}
	if leaves(name) && t.Kind != Home {
		l.Status = Outside // where home lies is not known, so neither is what lies around it
	}
	if leaves(name) || t.Complete {
		return
	}
	if t.Image != nil {
		found, unsure := t.copied(l, name)
		if found {
			return
		}
		if !unsure && t.brings(name) {
			l.Status = Shipped
			return
		}
	}
	t.beside(l, name)
}

// places are where checkouts keep stores, from the folders that belong to a deployment.
var places = []string{"resources", "Resources", "security", ""}

// beside looks where checkouts keep what the image or the server gets later: at the same path from the file's folder, then by
// the name alone.
func (t *Target) beside(l *Location, name string) {
	dir := path.Dir(t.Path)
	dirs := []string{dir}
	if path.Base(dir) == "conf" && t.Kind != Home {
		dirs = append(dirs, path.Dir(dir))
	}
	if t.Kind == Project {
		dirs = append(dirs, path.Join(dir, "docker"))
	}
	if t.Image != nil {
		dirs = append(dirs, path.Dir(t.Image.File))
	}
	if t.manifest != "" {
		dirs = append(dirs, path.Dir(t.manifest))
	}
	base := path.Base(name)
	for _, dir := range dirs {
		if name != base && t.try(l, t.Source, path.Join(dir, name)) {
			return
		}
	}
	for _, dir := range dirs {
		for _, place := range places {
			if t.try(l, t.Source, path.Join(dir, place, base)) {
				return
			}
		}
	}
}

// absolute looks for an absolute path: in MI home as the image or the source has it, else where the user allowed.
func (t *Target) absolute(l *Location, name string) {
	if len(t.mounts) > 0 { // it runs in a container
		if rel, ok := t.homeRelative(name); ok {
			t.relative(l, rel)
			return
		}
		if t.mountedFrom(l, name) {
			l.OutsideHome = false // as with what [[mount]] declares
			return
		}
	}
	if t.Image != nil {
		if rel, ok := t.Image.home(name); ok {
			t.relative(l, rel)
			return
		}
		if found, _ := t.copied(l, name); found {
			return
		}
	}
	for _, src := range []source.Source{t.HomeSource, t.Source} {
		if f, ok := src.(interface{ Within(string) (string, bool) }); ok {
			if rel, ok := f.Within(name); ok {
				t.try(l, src, rel)
				return
			}
		}
	}
	t.beyond(l, name)
}

// onDisk is a source that knows where in the file system it lies.
type onDisk interface {
	Within(abs string) (name string, ok bool)
	OSPath(name string) string
	Resolve(name string) (abs string, err error)
}

// try looks for one name in a source; true ends the search: the file is there, readable or not, or it is out of bounds.
func (t *Target) try(l *Location, src source.Source, name string) bool {
	disk, onDisk := src.(onDisk)
	if leaves(name) {
		if !onDisk {
			l.Status = Outside
			return true
		}
		return t.beyond(l, disk.OSPath(name))
	}
	uri := src.URI(name)
	if slices.Contains(l.Looked, uri) {
		return false
	}
	l.Looked = append(l.Looked, uri)
	err := openable(src, name)
	if errors.Is(err, source.ErrOutside) && !errors.Is(err, source.ErrCircle) {
		// A link that leaves the root may lead to where the user allowed.
		if l.Status, l.Err = Outside, err; onDisk {
			if real, err := disk.Resolve(name); err == nil {
				t.beyond(l, real)
			}
		}
		return true
	}
	return settle(l, src, name, err)
}

// beyond looks for an absolute path outside the roots: found only in folders that the user allowed. It always ends the search.
func (t *Target) beyond(l *Location, abs string) bool {
	l.Status = Outside
	src, name, ok := t.scene.outside.find(abs, t.trusted())
	if !ok {
		return true
	}
	l.Looked = append(l.Looked, src.URI(name))
	err := openable(src, name)
	if errors.Is(err, source.ErrOutside) && !errors.Is(err, source.ErrCircle) {
		l.Err = err
		return true
	}
	if l.Status, l.Err = Missing, nil; !settle(l, src, name, err) {
		return true
	}
	return true
}

// trusted tells whether the whole file system may be read: for an installation that was itself named on the command line. One
// in a git work tree does not count, since a change that someone proposes could then name any file of the machine.
func (t *Target) trusted() bool {
	if _, disk := t.Source.(onDisk); !disk || t.options.NoOutside || t.Kind != Home || !t.Complete || t.Source.Git(t.Path).WorkTree {
		return false
	}
	return len(t.options.Paths) == 0 && t.Home == "." || slices.ContainsFunc(t.options.Paths, func(p string) bool {
		p = path.Clean(p)
		return p == t.Home || p == t.Path || p == path.Dir(t.Path)
	})
}

// settle turns what became of opening a file into the location's status.
func settle(l *Location, src source.Source, name string, err error) bool {
	switch {
	case err == nil:
		l.Status, l.Source, l.Name = Found, src, name
	case errors.Is(err, fs.ErrNotExist):
		return false
	default:
		l.Status, l.Source, l.Name, l.Err = Unreadable, src, name, err
	}
	return true
}

// inSecurity tells whether a bare name exists in the folder where the cipher tool looks for it.
func (t *Target) inSecurity(base string) bool {
	there := Location{Status: Missing}
	t.relative(&there, path.Join(securityFolder, base))
	return there.Status == Found || there.Status == Unreadable || there.Status == Shipped
}
