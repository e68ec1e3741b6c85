package source

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"strings"
)

// maxPacked is the largest zip that is held in memory, in bytes: one that itself lies in an archive, or in git.
const maxPacked = 64 << 20

// Entries looks into a zip that is a file of a source, as CApps are: visit gets the names of its regular files in the order of
// the zip's list, and a function that reads one; false ends it. The zip is read where it lies, and nothing in it is looked into
// in turn. Files have the URI of the zip, "!/" and their name. Errors are sentences.
func Entries(src Source, name string, visit func(entry string, read func() (*File, error)) bool) error {
	uri := src.URI(name)
	at, size, done, err := randomAccess(src, name)
	if err != nil {
		return err
	}
	defer done() //nolint:errcheck // read-only
	listing := &allowance{r: at, left: maxDirectory + 1<<17}
	r, err := zip.NewReader(listing, size)
	if errors.Is(err, errListing) {
		return say(ErrArchive, "%q can't be looked into: the list of its entries is larger than %d MiB", uri, maxDirectory>>20)
	}
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return say(errors.Join(ErrArchive, err), "%q can't be looked into: it is no zip, or a damaged one (%v)", uri, err)
	}
	listing.done = true
	for _, f := range r.File[:min(len(r.File), MaxEntries)] {
		entry, _, ok := cleanEntry(strings.ReplaceAll(f.Name, `\`, "/"))
		if !ok || !f.Mode().IsRegular() {
			continue
		}
		read := func() (*File, error) {
			in, err := zipEntry(f)()
			if err != nil {
				return nil, say(errors.Join(ErrArchive, err), "%q can't be read: %v", JoinEntry(uri, entry), err)
			}
			data, err := readAll(in, int64(min(f.UncompressedSize64, 1<<62)), MaxFile, JoinEntry(uri, entry))
			if errors.Is(err, ErrTooLarge) {
				return nil, errors.Join(err, in.Close())
			}
			if err := errors.Join(err, in.Close()); err != nil {
				return nil, say(errors.Join(ErrArchive, err), "%q can't be read: %v", JoinEntry(uri, entry), err)
			}
			return &File{Name: entry, URI: JoinEntry(uri, entry), Data: data, Packed: true}, nil
		}
		if !visit(entry, read) {
			break
		}
	}
	return nil
}

// randomAccess opens a file to be read from anywhere: one of a folder where it lies, any other in memory.
func randomAccess(src Source, name string) (at io.ReaderAt, size int64, done func() error, err error) {
	if folder, ok := src.(*Folder); ok {
		file, info, err := folder.unlimited(name)
		if err != nil {
			return nil, 0, nil, err
		}
		return file, info.Size(), file.Close, nil
	}
	var data []byte
	if a, ok := src.(*Archive); ok {
		data, err = a.large(name)
	} else {
		var file *File
		if file, err = src.Read(name); err == nil {
			data = file.Data
		}
	}
	return bytes.NewReader(data), int64(len(data)), func() error { return nil }, err
}

// large reads a file that may be larger than others.
func (a *Archive) large(name string) ([]byte, error) {
	n, err := a.resolve(name)
	if err != nil {
		return nil, err
	}
	if !n.mode.IsRegular() {
		return nil, notRegular(a.URI(name), n.mode)
	}
	r, err := n.open()
	if err != nil {
		return nil, a.damaged(name, err)
	}
	defer r.Close() //nolint:errcheck // read-only
	data, err := io.ReadAll(io.LimitReader(r, maxPacked+1))
	switch {
	case err != nil:
		return nil, a.damaged(name, err)
	case len(data) > maxPacked:
		return nil, say(ErrTooLarge, "%q was not looked into: it lies in an archive and is larger than %d MiB", a.URI(name), maxPacked>>20)
	}
	return data, nil
}

// carMark ends a CApp's name before a name in it.
const carMark = ".car" + entryMark

// splitCar tells the URI of a file in a CApp.
func splitCar(uri string) (archive, entry string, ok bool) {
	before, entry, ok := strings.Cut(uri, carMark)
	return before + strings.TrimSuffix(carMark, entryMark), entry, ok && entry != ""
}
