package source

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync/atomic"
)

// passes counts how often a compressed archive was gone through from its start.
type passes struct{ n atomic.Int64 }

// blob is bytes in an archive: a part of the file, or what a part of it unpacks to.
type blob struct {
	at     *io.SectionReader // at hand; else
	whole  *blob             // what is unpacked, and
	entry  string            // of the tar that whole is, the entry that the blob is; empty: whole as it unpacks
	passes *passes
}

var errPasses = fmt.Errorf("more files are asked for than a compressed archive is gone through for; unpack it first: %w", ErrTooLarge)

// stream reads a blob from its start. What it unpacks is taken from the budget; with none, that of a file is the reader's matter.
func (b *blob) stream(spend *budget) (io.Reader, error) {
	if b.at != nil {
		return io.NewSectionReader(b.at, 0, b.at.Size()), nil
	}
	if b.passes != nil && b.passes.n.Add(1) > maxPasses {
		return nil, errPasses
	}
	r, err := b.whole.stream(spend)
	if err != nil {
		return nil, err
	}
	if b.entry != "" {
		t := tar.NewReader(r)
		for {
			h, err := t.Next()
			if err != nil {
				return nil, err
			}
			if name, _, ok := cleanEntry(h.Name); ok && name == b.entry && h.Typeflag == tar.TypeReg {
				return t, nil
			}
		}
	}
	r, _, err = unpack(bufio.NewReader(r), spend)
	return r, err
}

// unpack decompresses a stream, by its first bytes; compressed is false where they are those of nothing that is.
func unpack(r *bufio.Reader, spend *budget) (plain io.Reader, compressed bool, err error) {
	head, err := r.Peek(headSize)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, false, err
	}
	switch kindOf(head) {
	case gzipFile:
		plain, err = gzip.NewReader(r)
	case bzip2File:
		plain, err = bzip2.NewReader(r), nil
	case zstdFile, xzFile:
		return nil, true, errors.New("a part of it is compressed in a way that is not read here (zstd or xz); save it with gzip, or without compression")
	default:
		return r, false, nil
	}
	if err == nil && spend != nil {
		plain = &metered{plain, spend}
	}
	return plain, true, err
}

// head gives the first bytes.
func (b *blob) head() ([]byte, error) {
	head := make([]byte, headSize)
	r, err := b.stream(nil)
	if err != nil {
		return nil, err
	}
	n, err := io.ReadFull(r, head)
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		err = nil
	}
	return head[:n], err
}

// part is an entry of a tar.
type part struct {
	name string
	node *node
	hard string // the name that a hard link is another one of
	blob *blob  // of a regular file
	// layer are the entries of a regular file that is a tar itself, where it was gone through with the one around it.
	layer []part
}

// scan lists the entries of a tar in their order.
func scan(b *blob, spend *budget) ([]part, error) {
	r, err := b.stream(spend)
	if err != nil {
		return nil, err
	}
	return scanStream(r, b, spend)
}

// scanStream is scan over the stream of a blob.
func scanStream(r io.Reader, b *blob, spend *budget) ([]part, error) {
	t := tar.NewReader(r)
	var parts []part
	for {
		h, err := t.Next()
		switch {
		case errors.Is(err, io.EOF):
			return parts, nil
		case errors.Is(err, tar.ErrInsecurePath):
		case isBomb(err), spend.stopped() != nil:
			return nil, err
		case err != nil:
			return nil, fmt.Errorf("it is damaged or cut off after %d of its entries (%w)", len(parts), err)
		}
		if err := spend.entry(); err != nil {
			return nil, err
		}
		name, climbs, ok := cleanEntry(h.Name)
		if climbs {
			spend.climbing++
		}
		if !ok {
			continue
		}
		p := part{name: name, node: &node{mode: h.FileInfo().Mode(), size: h.Size}}
		switch h.Typeflag {
		case tar.TypeDir:
			p.node = newFolder()
		case tar.TypeSymlink:
			if len(h.Linkname) > maxEntry {
				continue
			}
			p.node.link = h.Linkname
		case tar.TypeLink:
			target, climbs, ok := cleanEntry(h.Linkname)
			if climbs {
				spend.climbing++
			}
			if !ok {
				continue
			}
			p.hard = target
		case tar.TypeReg:
			if h.PAXRecords["GNU.sparse.major"] != "" { // its bytes do not stand in the tar as they are
				p.node.mode = p.node.mode&fs.ModePerm | fs.ModeIrregular
				break
			}
			if err := p.content(b, t, r, h, spend); err != nil {
				return nil, err
			}
		default:
			p.node.mode = p.node.mode&fs.ModePerm | fs.ModeIrregular
		}
		parts = append(parts, p)
	}
}

// content settles how a regular file is read: from its place where the tar is at hand, from memory where it is small and likely to be
// asked for, else by going through the tar once more. The layers of a compressed image are gone through on the way.
func (p *part) content(b *blob, t *tar.Reader, r io.Reader, h *tar.Header, spend *budget) error {
	p.blob = &blob{whole: b, entry: p.name}
	p.node.open = p.blob.open
	if s, ok := r.(*io.SectionReader); ok && b.at != nil {
		off, err := s.Seek(0, io.SeekCurrent)
		p.blob = &blob{at: io.NewSectionReader(b.at, off, h.Size)}
		p.node.open = p.blob.open
		return err
	}
	cut := func(err error) error {
		if isBomb(err) {
			return err
		}
		return fmt.Errorf("it is damaged or cut off in the entry %q (%w)", p.name, err)
	}
	if path.Base(p.name) == "layer.tar" || strings.HasPrefix(p.name, "blobs/") {
		buffered := bufio.NewReader(t)
		plain, compressed, err := unpack(buffered, spend)
		if err != nil {
			return cut(err)
		}
		inner := bufio.NewReader(plain)
		if head, _ := inner.Peek(headSize); kindOf(head) == tarFile { //nolint:errcheck // what is short is no tar
			at := p.blob
			if compressed {
				at = &blob{whole: p.blob}
			}
			p.layer, err = scanStream(inner, at, spend)
			return err
		}
		if h.Size > min(maxDescription, spend.held) {
			return nil
		}
		return p.hold(inner, spend, cut)
	}
	if h.Size <= min(maxHeldFile, spend.held) && likely(p.name) {
		return p.hold(t, spend, cut)
	}
	return nil
}

// hold keeps a small file.
func (p *part) hold(r io.Reader, spend *budget, cut func(error) error) error {
	data, err := io.ReadAll(io.LimitReader(r, maxDescription))
	if err != nil {
		return cut(err)
	}
	spend.held -= int64(len(data))
	p.blob = &blob{at: io.NewSectionReader(bytes.NewReader(data), 0, int64(len(data)))}
	p.node.open = p.blob.open
	return nil
}

func (b *blob) open() (io.ReadCloser, error) {
	r, err := b.stream(nil)
	return io.NopCloser(r), err
}

// unlikely are files that no deployment is judged by.
var unlikely = []string{
	".jar", ".class", ".so", ".js", ".css", ".html", ".png", ".svg", ".gz", ".zip", ".a", ".h", ".py", ".pyc", ".md", ".mo", ".ttf", ".war", ".car", ".jmod", ".bin", ".dat",
}

// likely tells whether a file may be asked for.
func likely(name string) bool {
	base := strings.ToLower(path.Base(name))
	for _, system := range []string{"usr/share/", "usr/lib/", "lib/", "var/", "proc/", "sys/", "dev/", "usr/bin/", "bin/", "sbin/", "usr/sbin/"} {
		if strings.HasPrefix(name, system) {
			return false
		}
	}
	return !slices.Contains(unlikely, path.Ext(base))
}

// loadTar takes the entries of a tar, or the files of the image that it holds.
func (a *Archive) loadTar(b *blob, spend *budget) error {
	parts, err := scan(b, spend)
	if err != nil {
		return err
	}
	layers, image, err := layersOf(parts)
	if err != nil {
		return err
	}
	if !image {
		a.apply(parts)
		return nil
	}
	a.image = true
	return a.loadImage(layers, spend)
}

// apply places the entries of a tar. Of several with one name the last counts, as when it is unpacked.
func (a *Archive) apply(parts []part) {
	for _, p := range parts {
		n := p.node
		if p.hard != "" {
			if n = a.root.at(p.hard); n == nil || !n.mode.IsRegular() {
				continue
			}
		}
		a.root.put(p.name, n)
	}
}
