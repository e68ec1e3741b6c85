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
// value of a file_name or location, taken as it stands (no trimming; a backslash is a character like any other).
func (t *Target) Locate(value string) Location {
	l := Location{Status: Missing}
	if t.mounted(value) {
		l.Status = Mounted
		return l
	}
	if value == "" {
		return l
	}
	if absolute(value) {
		l.OutsideHome = true
		t.absolute(&l, value)
		return l
	}
	name := path.Clean(value)
	if name == ".." || strings.HasPrefix(name, "../") {
		l.OutsideHome = true
	}
	t.relative(&l, name)
	if !strings.Contains(value, "/") {
		l.InSecurity = t.inSecurity(value)
	}
	return l
}

// absolute tells a path that does not hang on the working directory; a drive letter is one wherever the checker runs.
func absolute(value string) bool {
	if strings.HasPrefix(value, "/") {
		return true
	}
	return len(value) > 2 && value[1] == ':' && (value[2] == '/' || value[2] == '\\') &&
		('a' <= value[0]|0x20 && value[0]|0x20 <= 'z')
}

// mounted tells a path that the user declared to exist only at run time, as it stands or below a folder that is.
func (t *Target) mounted(value string) bool {
	return value != "" && slices.ContainsFunc(t.options.Mounts, func(m string) bool {
		return m != "" && source.Below(path.Clean(m), path.Clean(value))
	})
}

// relative looks for a clean path relative to MI home.
func (t *Target) relative(l *Location, name string) {
	if t.Kind == Home && t.try(l, path.Join(t.Home, name)) {
		return
	}
	if t.Complete || l.OutsideHome {
		return
	}
	t.beside(l, path.Base(name))
}

// beside looks where checkouts keep what the image gets later.
func (t *Target) beside(l *Location, base string) {
	dir := path.Dir(t.Path)
	for _, place := range []string{"resources", "security", ""} {
		if t.try(l, path.Join(dir, place, base)) {
			return
		}
	}
}

// try looks for one name in the target's source; true ends the search: the file is there, readable or not.
func (t *Target) try(l *Location, name string) bool {
	if name == ".." || strings.HasPrefix(name, "../") {
		l.Status = Outside
		return true
	}
	uri := t.Source.URI(name)
	if slices.Contains(l.Looked, uri) {
		return false
	}
	l.Looked = append(l.Looked, uri)
	return settle(l, t.Source, name, openable(t.Source, name))
}

// settle turns what became of opening a file into the location's status.
func settle(l *Location, src source.Source, name string, err error) bool {
	switch {
	case err == nil:
		l.Status, l.Source, l.Name = Found, src, name
	case errors.Is(err, fs.ErrNotExist):
		return false
	case errors.Is(err, source.ErrOutside) && !errors.Is(err, source.ErrCircle):
		l.Status, l.Err = Outside, err
	default:
		l.Status, l.Source, l.Name, l.Err = Unreadable, src, name, err
	}
	return true
}

// absolute looks for an absolute path: in the source itself, else in the folders that the user allowed.
func (t *Target) absolute(l *Location, value string) {
	l.Status = Outside
	if f, ok := t.Source.(interface{ Within(string) (string, bool) }); ok {
		if name, ok := f.Within(value); ok {
			l.Status = Missing
			t.try(l, name)
			return
		}
	}
	src, name, ok := t.scene.outside.find(value)
	if !ok {
		return
	}
	l.Status = Missing
	l.Looked = append(l.Looked, src.URI(name))
	settle(l, src, name, openable(src, name))
}

// inSecurity tells whether a bare name exists in the folder where the cipher tool looks for it.
func (t *Target) inSecurity(base string) bool {
	if t.Kind == Home {
		return t.scene.exists(path.Join(t.Home, securityFolder, base))
	}
	return false
}
