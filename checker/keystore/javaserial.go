package keystore

import (
	"encoding/binary"
	"math"
)

// JCEKS keeps secret keys as serialised Java objects. Nothing is deserialised here: the stream is parsed as the grammar of
// the "Java Object Serialization Specification", section 6.4, as far as sealed keys use it, into plain values. Depth and the
// number of parts are bounded, and every length is held against what is left.

const (
	serialNull         = 0x70
	serialReference    = 0x71
	serialClassDesc    = 0x72
	serialObjectTag    = 0x73
	serialString       = 0x74
	serialArray        = 0x75
	serialBlockData    = 0x77
	serialEndBlockData = 0x78
	serialBlockLong    = 0x7a
	serialLongString   = 0x7c
	serialEnumTag      = 0x7e

	bytesClass = "[B"

	serialHandleBase = 0x7e0000
	maxSerialDepth   = 32
	maxSerialParts   = 4096
)

// serialClass is a class description.
type serialClass struct {
	name   string
	uid    int64 // serialVersionUID
	flags  byte
	fields []serialField
	super  *serialClass
}

type serialField struct {
	kind byte // 'I', 'J', … 'L', '['
	name string
}

// serialObject is an object with the values of its fields: nil, string, []byte, *serialObject or uint64.
type serialObject struct {
	class  *serialClass
	fields map[string]any
}

// is tells whether the object's class or a super class of it has the name.
func (o *serialObject) is(name string) bool {
	for c := o.class; c != nil; c = c.super {
		if c.name == name {
			return true
		}
	}
	return false
}

// serialReader parses one stream; after the first damage everything it reads is empty.
type serialReader struct {
	data    []byte
	off     int
	depth   int
	parts   int
	handles []any
	failed  bool
}

// parseSerial reads the stream header and one object, and tells where the object ends.
func parseSerial(data []byte) (o *serialObject, end int, ok bool) {
	r := &serialReader{data: data}
	if r.uint(2) != 0xaced || r.uint(2) != 5 {
		return nil, 0, false
	}
	o, _ = r.content().(*serialObject)
	return o, r.off, o != nil && !r.failed
}

func (r *serialReader) fail() any {
	r.failed = true
	return nil
}

func (r *serialReader) take(n int) []byte {
	if r.failed || n < 0 || n > len(r.data)-r.off {
		r.failed = true
		return nil
	}
	b := r.data[r.off : r.off+n : r.off+n]
	r.off += n
	return b
}

// uint reads n bytes, at most 8.
func (r *serialReader) uint(n int) uint64 {
	var b [8]byte
	copy(b[8-n:], r.take(n))
	return binary.BigEndian.Uint64(b[:])
}

func (r *serialReader) utf(lengthBytes int) string {
	n := r.uint(lengthBytes)
	if n > math.MaxInt32 {
		r.failed = true
		return ""
	}
	s, ok := modifiedUTF8(r.take(int(n)))
	if !ok {
		r.failed = true
	}
	return s
}

// enter bounds nesting and the number of parts.
func (r *serialReader) enter() bool {
	r.depth++
	r.parts++
	if r.depth > maxSerialDepth || r.parts > maxSerialParts {
		r.failed = true
	}
	return !r.failed
}

func (r *serialReader) content() any {
	defer func() { r.depth-- }()
	if !r.enter() {
		return nil
	}
	switch tag := byte(r.uint(1)); tag {
	case serialNull:
		return nil
	case serialReference:
		return r.reference()
	case serialClassDesc:
		return r.newClass()
	case serialObjectTag:
		return r.object()
	case serialString, serialLongString:
		n := 2
		if tag == serialLongString {
			n = 8
		}
		s := r.utf(n)
		r.handles = append(r.handles, s)
		return s
	case serialArray:
		return r.array()
	case serialEnumTag:
		return r.enum()
	}
	return r.fail()
}

func (r *serialReader) reference() any {
	h := r.uint(4)
	if h < serialHandleBase || h-serialHandleBase >= uint64(len(r.handles)) {
		return r.fail()
	}
	return r.handles[h-serialHandleBase]
}

// class reads a class description, or a reference to one, or null.
func (r *serialReader) class() *serialClass {
	c, _ := r.content().(*serialClass)
	return c
}

func (r *serialReader) newClass() any {
	c := &serialClass{name: r.utf(2)}
	c.uid = int64(r.uint(8))
	r.handles = append(r.handles, c)
	c.flags = byte(r.uint(1))
	for range int16(r.uint(2)) { // Java takes a negative number for none
		f, ok := r.field()
		// Numbers come before objects, which a reader of the fields relies on.
		if !ok || fieldSize(f.kind) > 0 && len(c.fields) > 0 && fieldSize(c.fields[len(c.fields)-1].kind) == 0 {
			return r.fail()
		}
		c.fields = append(c.fields, f)
	}
	if !c.consistent() {
		return r.fail()
	}
	r.annotation()
	c.super = r.class()
	// A description that refers to itself would never end.
	for s, n := c.super, 0; s != nil; s, n = s.super, n+1 {
		if s == c || n > maxSerialDepth {
			return r.fail()
		}
	}
	return c
}

// field reads a field's description. An object's has its type as a string, whose first letter decides (ObjectStreamField).
func (r *serialReader) field() (serialField, bool) {
	f := serialField{kind: byte(r.uint(1)), name: r.utf(2)}
	if f.kind == '[' || f.kind == 'L' {
		signature, isString := r.content().(string)
		if !isString || signature == "" {
			return f, false
		}
		f.kind = signature[0]
	}
	return f, !r.failed && (f.kind == '[' || f.kind == 'L' || fieldSize(f.kind) > 0)
}

// The flags of a class description.
const (
	flagWriteMethod    = 0x01
	flagSerializable   = 0x02
	flagExternalizable = 0x04
	flagEnum           = 0x10
)

// consistent tells whether the flags agree with each other (ObjectStreamClass.readNonProxy). The arrays of bytes, the one class
// here that Java resolves and that is read by its name, are no enumeration.
func (c *serialClass) consistent() bool {
	const both = flagSerializable | flagExternalizable
	return c.flags&both != both && (c.flags&flagEnum == 0 || c.uid == 0 && len(c.fields) == 0 && c.name != bytesClass)
}

// annotation skips what follows a class or an object that wrote more than its fields.
func (r *serialReader) annotation() {
	for !r.failed {
		if r.off >= len(r.data) {
			r.failed = true
			return
		}
		switch r.data[r.off] {
		case serialEndBlockData:
			r.off++
			return
		case serialBlockData:
			r.off++
			r.take(int(r.uint(1)))
		case serialBlockLong:
			r.off++
			n := r.uint(4)
			r.take(int(min(n, math.MaxInt32)))
		default:
			r.content()
		}
	}
}

func fieldSize(kind byte) int {
	switch kind {
	case 'B', 'Z':
		return 1
	case 'C', 'S':
		return 2
	case 'F', 'I':
		return 4
	case 'D', 'J':
		return 8
	}
	return 0
}

func (r *serialReader) object() any {
	c := r.class()
	if c == nil || r.failed {
		return r.fail()
	}
	o := &serialObject{class: c, fields: map[string]any{}}
	r.handles = append(r.handles, o)
	var classes []*serialClass
	for s := c; s != nil; s = s.super {
		classes = append(classes, s)
	}
	for i := len(classes) - 1; i >= 0; i-- { // the super class comes first
		s := classes[i]
		if s.flags&flagSerializable == 0 || s.flags&flagEnum != 0 {
			return r.fail() // Externalizable, whose form only the class knows
		}
		for _, f := range s.fields {
			if n := fieldSize(f.kind); n > 0 {
				o.fields[f.name] = r.uint(n)
			} else {
				o.fields[f.name] = r.content()
			}
			if r.failed {
				return nil
			}
		}
		if s.flags&flagWriteMethod != 0 {
			r.annotation()
		}
	}
	return o
}

func (r *serialReader) array() any {
	c := r.class()
	if c == nil || c.name != bytesClass {
		return r.fail()
	}
	i := len(r.handles)
	r.handles = append(r.handles, nil)
	n := r.uint(4)
	b := r.take(int(min(n, math.MaxInt32)))
	r.handles[i] = b
	return b
}

// enum gives the constant's name.
func (r *serialReader) enum() any {
	if r.class() == nil {
		return r.fail()
	}
	i := len(r.handles)
	r.handles = append(r.handles, nil)
	name, isString := r.content().(string)
	if !isString {
		return r.fail()
	}
	r.handles[i] = name
	return name
}
