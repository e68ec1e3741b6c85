package keystore

import (
	"errors"
	"math"

	"golang.org/x/crypto/cryptobyte"
)

// Java, NSS and BouncyCastle write PKCS12 files with BER's liberties: indefinite lengths, and strings in pieces. cryptobyte
// reads DER only, so such files are rewritten first: one pass measures, one writes, so that nothing is copied per level.

var (
	errBER      = errors.New("the ASN.1 structure is damaged")
	errBERDepth = errors.New("the ASN.1 structure is nested too deeply")
	errBERCount = errors.New("the ASN.1 structure has too many parts")
)

// maxRewritten bounds the constructed elements of a file that needs rewriting, and with them the memory for their sizes.
const maxRewritten = 1 << 20

type berReader struct {
	data     []byte
	maxDepth int
	contents []int32 // sizes, once rewritten, of the contents of constructed elements, in the order met
	err      error
	at       int // where err was met
}

// toDER gives the first element of data in DER, and how many bytes of data it took. Data that needs no rewriting comes back
// itself, not copied. Tags of strings in pieces lose their constructed bit; an implicitly tagged string is left as it is.
func toDER(data []byte, maxDepth int) (der []byte, used int, at int, err error) {
	r := &berReader{data: data, maxDepth: maxDepth}
	if len(data) > math.MaxInt32 {
		return nil, 0, 0, errBERCount
	}
	if end, needs := r.scan(); !needs && r.err == nil {
		return data[:end], end, 0, nil
	} else if r.err != nil {
		return nil, 0, r.at, r.err
	}
	size, end := r.measure(0, 0, 0)
	if head, content, _ := header(data); errors.Is(r.err, errBER) && content >= 0 && !pieces(data[0]) {
		return data[:head+content], head + content, 0, nil // as in scan: the damage may lie where nobody looks
	}
	if r.err != nil {
		return nil, 0, r.at, r.err
	}
	w := &berWriter{data: data, contents: r.contents, out: make([]byte, 0, size)}
	w.write(0, false)
	return w.out, end, 0, nil
}

// scan tells in one flat pass whether anything has to be rewritten, and bounds the nesting on the way. Damage inside is
// not its matter: Java reads a file whose broken part it never looks at.
func (r *berReader) scan() (end int, needs bool) {
	size, content, ok := header(r.data)
	if !ok || content >= 0 && content > len(r.data)-size {
		r.fail(errBER, 0)
		return 0, false
	}
	if content < 0 || pieces(r.data[0]) {
		return 0, true
	}
	ends := make([]int, 0, r.maxDepth+1)
	ends = append(ends, size+content)
	off := size
	if r.data[0]&0x20 == 0 {
		return size + content, false
	}
	for len(ends) > 0 {
		top := ends[len(ends)-1]
		if off == top {
			ends = ends[:len(ends)-1]
			continue
		}
		size, content, ok := header(r.data[off:top])
		switch {
		case !ok || content >= 0 && content > top-off-size:
			return ends[0], false // whoever reads that part will say what is wrong
		case content < 0 || pieces(r.data[off]):
			return 0, true
		case r.data[off]&0x20 != 0:
			if len(ends) >= r.maxDepth {
				r.fail(errBERDepth, off)
				return 0, false
			}
			off += size
			ends = append(ends, off+content)
		default:
			off += size + content
		}
	}
	return off, false
}

func (r *berReader) fail(err error, at int) {
	if r.err == nil {
		r.err, r.at = err, at
	}
}

// pieces tells whether the tag is that of a universal string type in constructed form.
func pieces(tag byte) bool {
	switch tag {
	case 0x24, 0x2c, 0x32, 0x33, 0x34, 0x36, 0x3a, 0x3b, 0x3c, 0x3e:
		return true
	}
	return false
}

// measure gives the rewritten size of the element at off, header included, and where it ends. In a joined string only the
// contents of the pieces count; joining is its tag, 0 outside of one.
func (r *berReader) measure(off, depth int, joining byte) (size, end int) {
	if depth >= r.maxDepth {
		r.fail(errBERDepth, off)
		return 0, off
	}
	head, content, ok := header(r.data[off:])
	if !ok || content >= 0 && content > len(r.data)-off-head {
		r.fail(errBER, off)
		return 0, off
	}
	tag := r.data[off]
	joined := joining != 0
	// A piece has the type of the whole, or is an OCTET STRING (X.690, 8.21.5).
	if joined && tag&^0x20 != joining&^0x20 && tag&^0x20 != 0x04 {
		r.fail(errBER, off)
		return 0, off
	}
	if tag&0x20 == 0 {
		if content < 0 {
			r.fail(errBER, off)
			return 0, off
		}
		if joined {
			return content, off + head + content
		}
		return headerSize(content) + content, off + head + content
	}
	if len(r.contents) >= maxRewritten {
		r.fail(errBERCount, off)
		return 0, off
	}
	index := len(r.contents)
	r.contents = append(r.contents, 0)
	total := 0
	at := off + head
	for r.err == nil {
		if content >= 0 {
			if at == off+head+content {
				break
			}
			if at > off+head+content {
				r.fail(errBER, off)
				break
			}
		} else if at+1 < len(r.data) && r.data[at] == 0 && r.data[at+1] == 0 {
			at += 2
			break
		}
		if at >= len(r.data) {
			r.fail(errBER, off)
			break
		}
		whole := byte(0)
		if pieces(tag) {
			whole = tag
		}
		n, next := r.measure(at, depth+1, whole)
		total += n
		at = next
	}
	r.contents[index] = int32(total) // a file has 16 MiB, or what the caller allows below 2 GiB
	if joined {
		return total, at
	}
	return headerSize(total) + total, at
}

func headerSize(content int) int {
	switch {
	case content < 0x80:
		return 2
	case content < 1<<8:
		return 3
	case content < 1<<16:
		return 4
	case content < 1<<24:
		return 5
	}
	return 6
}

// berWriter writes what berReader has measured, element by element in the same order.
type berWriter struct {
	data     []byte
	contents []int32
	out      []byte
}

func (w *berWriter) write(off int, joined bool) int {
	head, content, _ := header(w.data[off:])
	tag := w.data[off]
	if tag&0x20 == 0 {
		if !joined {
			w.header(tag, content)
		}
		w.out = append(w.out, w.data[off+head:off+head+content]...)
		return off + head + content
	}
	size := int(w.contents[0])
	w.contents = w.contents[1:]
	join := pieces(tag)
	if join {
		tag &^= 0x20
	}
	if !joined {
		w.header(tag, size)
	}
	at := off + head
	for {
		if content >= 0 {
			if at == off+head+content {
				return at
			}
		} else if w.data[at] == 0 && w.data[at+1] == 0 {
			return at + 2
		}
		at = w.write(at, join)
	}
}

func (w *berWriter) header(tag byte, content int) {
	w.out = append(w.out, tag)
	switch n := headerSize(content) - 2; n {
	case 0:
		w.out = append(w.out, byte(content))
	default:
		w.out = append(w.out, 0x80|byte(n))
		for i := n - 1; i >= 0; i-- {
			w.out = append(w.out, byte(content>>(8*i)))
		}
	}
}

// der is toDER for a reader of one format: the element as a cryptobyte.String, or the error that a user gets.
func (in *input) der(f Format, data []byte, what string) (cryptobyte.String, error) {
	der, _, at, err := toDER(data, in.limits.Depth)
	switch {
	case errors.Is(err, errBER):
		if size, content, ok := header(data); ok && content > len(data)-size {
			return nil, damaged(f, 0, "%s claims %d bytes but %d are there: it is truncated", what, content, len(data)-size)
		}
		return nil, damaged(f, at, "%s has a damaged ASN.1 structure", what)
	case err != nil:
		return nil, problem(ErrTooCostly, f, "%s: %s", what, err)
	}
	return der, nil
}
