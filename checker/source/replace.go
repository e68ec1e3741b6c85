package source

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// ErrChanged tells that a file that was to be replaced is no longer what was read.
var ErrChanged = errors.New("changed meanwhile")

// Replacer is a source whose files can be replaced.
type Replacer interface {
	// Replace puts a new text in place of a file's, in one step: who reads it meanwhile sees the one or the other. The file
	// must still hold the old text (else ErrChanged), and neither it nor a folder on the way may be a link (ErrOutside), since
	// what is written would lie elsewhere than the name says. Mode bits are kept.
	Replace(name string, old, text []byte) error
}

// Replace implements Replacer.
func (f *Folder) Replace(name string, old, text []byte) error {
	if !valid(name) || name == "." {
		return explain(f.URI(name), fs.ErrInvalid)
	}
	for at := name; at != "."; at = path.Dir(at) {
		info, err := f.root.Lstat(filepath.FromSlash(at))
		if err != nil {
			return explain(f.URI(name), err)
		}
		if info.Mode()&fs.ModeSymlink != 0 {
			return say(ErrOutside, "%q is not repaired: %q is a link, and nothing is written through links", f.URI(name), f.URI(at))
		}
	}
	now, err := f.Read(name)
	if err != nil {
		return err
	}
	if !bytes.Equal(now.Data, old) {
		return say(ErrChanged, "%q is not repaired: it was changed meanwhile; run the check again", f.URI(name))
	}
	return f.swap(name, text, now.Mode)
}

// swap writes a file beside the one that it then takes the place of.
func (f *Folder) swap(name string, text []byte, mode fs.FileMode) (err error) {
	target := filepath.FromSlash(name)
	beside := filepath.FromSlash(path.Join(path.Dir(name), "."+strings.TrimPrefix(path.Base(name), ".")+".mi-kscheck"))
	w, err := f.root.OpenFile(beside, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return say(fs.ErrExist, "%q is not repaired: %q is in the way, left by a run that was cut off; remove it", f.URI(name), f.URI(filepath.ToSlash(beside)))
	}
	if err != nil {
		return explain(f.URI(name), err)
	}
	defer func() {
		if err != nil {
			err = explain(f.URI(name), errors.Join(err, f.root.Remove(beside)))
		}
	}()
	_, err = w.Write(text)
	err = errors.Join(err, w.Chmod(mode), w.Sync(), w.Close())
	if err != nil {
		return err
	}
	return f.root.Rename(beside, target)
}

// Overlay is a source in which some files read as another text; all else is the source beneath.
type Overlay struct {
	Source
	Texts map[string][]byte // by name
}

// Read gives the other text of a file that has one.
func (o Overlay) Read(name string) (*File, error) {
	f, err := o.Source.Read(name)
	if text, ok := o.Texts[name]; ok && err == nil {
		changed := *f
		changed.Data = text
		return &changed, nil
	}
	return f, err
}
