package source

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
)

// maxDirectory is how many bytes the list of a zip's entries may take: its reader makes an entry of every 46 of them.
const maxDirectory = 16 << 20

// loadZip takes the entries from the list at the archive's end.
func (a *Archive) loadZip(size int64, b *budget) error {
	listing := &allowance{r: a.file, left: maxDirectory + 1<<17}
	r, err := zip.NewReader(listing, size)
	switch {
	case errors.Is(err, errListing):
		return fmt.Errorf("the list of its entries is larger than %d MiB", maxDirectory>>20)
	case err != nil && !errors.Is(err, zip.ErrInsecurePath):
		return fmt.Errorf("its list of entries is damaged (%w)", err)
	}
	listing.done = true
	for _, f := range r.File {
		if err := b.entry(); err != nil {
			return err
		}
		// Old programs on Windows write backslashes.
		name, climbs, ok := cleanEntry(strings.ReplaceAll(f.Name, `\`, "/"))
		if climbs {
			b.climbing++
		}
		if !ok {
			continue
		}
		n := &node{mode: f.Mode(), size: int64(min(f.UncompressedSize64, 1<<62)), open: zipEntry(f)}
		switch {
		case n.mode.IsDir() || strings.HasSuffix(f.Name, "/"):
			n = newFolder()
		case n.mode&fs.ModeSymlink != 0:
			if n.link, err = zipLink(n); err != nil {
				return fmt.Errorf("the link %q in it can't be read: %w", name, err)
			}
		}
		a.root.put(name, n)
	}
	return nil
}

func zipEntry(f *zip.File) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) {
		if f.Flags&1 != 0 {
			return nil, errors.New("it is encrypted")
		}
		return f.Open()
	}
}

// zipLink reads where a link leads, which is the entry's content.
func zipLink(n *node) (string, error) {
	r, err := n.open()
	if err != nil {
		return "", err
	}
	defer r.Close() //nolint:errcheck // read-only
	text, err := io.ReadAll(io.LimitReader(r, maxEntry+1))
	if err == nil && len(text) > maxEntry {
		err = ErrTooLarge
	}
	return string(text), err
}

// allowance gives no more of a file than is left, until it is done.
type allowance struct {
	r    io.ReaderAt
	left int64
	done bool
}

var errListing = errors.New("the list is too long")

func (a *allowance) ReadAt(p []byte, off int64) (int, error) {
	if !a.done {
		if a.left -= int64(len(p)); a.left < 0 {
			return 0, errListing
		}
	}
	return a.r.ReadAt(p, off)
}
