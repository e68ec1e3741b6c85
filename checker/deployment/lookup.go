package deployment

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/mi-kscheck/mi-kscheck/checker/product"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// Value gives the effective value of a flat, mapped key; never nil (State Absent where nothing sets it). Quotes in the key do
// not count.
func (d *Document) Value(key string) *Value {
	if v, ok := d.values[plain(key)]; ok {
		return v
	}
	v := &Value{Key: key, State: Absent, Password: passwordKey(key)}
	if !d.Parsed {
		v.State, v.Reason = Unknown, NotParsed
	}
	return v
}

// Values lists the effective values of all keys that are written, inferred or defaulted, sorted by key. Keys inside arrays of
// tables are not among them: see Elements. The slice is not to be changed.
func (d *Document) Values() []*Value { return d.sorted }

// ValueOf gives the effective value that a written key sets, in an array of tables that of its element; nil for a key without
// effect: another definition counts, the release does not read it, or it is an inline table, whose keys stand for themselves.
func (d *Document) ValueOf(k *Key) *Value {
	if k.Array != "" {
		return d.inElement[k]
	}
	if v := d.values[plain(k.Mapped)]; v != nil && v.Written == k {
		return v
	}
	return nil
}

// Resolved is ValueOf, and else what the config mapper makes of a key that the release does not read: a placeholder that fails
// in it stops the start all the same.
func (d *Document) Resolved(k *Key) *Value {
	if v := d.unread[k]; v != nil {
		return v
	}
	return d.ValueOf(k)
}

// Element is one table of an array of tables ([[transport.rabbitmq.listener]]), written or defaulted.
type Element struct {
	Array  string // mapped name of the array
	Index  int
	Span   source.Span // of its header, or of its first key where it is an inline table; zero for a default
	Values []*Value    // by file order; their keys are mapped and relative to the element
}

// Value gives the effective value of a key of the element; never nil. Quotes in the key do not count.
func (e *Element) Value(key string) *Value {
	for _, v := range slices.Backward(e.Values) {
		if plain(v.Key) == plain(key) {
			return v
		}
	}
	return &Value{Key: key, State: Absent, Password: passwordKey(key)}
}

// Path is the key with the number of the element that it is in, from 1 on: "transport.rabbitmq.sender[2].parameter.x". Outside
// arrays of tables it is the flat, mapped key.
func (k *Key) Path() string {
	if k.Array == "" {
		return k.Mapped
	}
	return inArray(k.Array, k.Index, strings.TrimPrefix(k.Mapped, k.Array+"."))
}

// Path is that of a key of the element, as Key.Path has it.
func (e *Element) Path(key string) string { return inArray(e.Array, e.Index, key) }

func inArray(array string, index int, key string) string {
	return fmt.Sprintf("%s[%d].%s", array, index+1, plain(key))
}

// Arrays lists the mapped names of the arrays of tables, in file order, then those that only a default sets.
func (d *Document) Arrays() []string { return slices.Clone(d.names) }

// Elements gives the elements of an array of tables by its mapped name. $ref stays text in them: such a value is Unknown
// (RefInArray). The slice is not to be changed.
func (d *Document) Elements(array string) []*Element { return d.lists[array] }

// Table gives the headers of a flat name, in file order: none, one, or several of an array of tables (or of a duplicate).
func (d *Document) Table(name string) []Table {
	var found []Table
	for _, t := range d.Tables {
		if plain(t.Name) == plain(name) {
			found = append(found, t)
		}
	}
	return found
}

// KeyOf gives the written key that sets a flat, mapped key; nil where none does. Where two do (one setting under both its
// names, see Conflicts) it is the last one.
func (d *Document) KeyOf(mapped string) *Key {
	return d.byKey[plain(mapped)]
}

// Conflict is one setting that is written under two names; the product's hash order decides which one counts.
type Conflict struct {
	Mapped string
	Keys   []*Key // in file order, two at least
}

// Conflicts lists the settings that are written under several names, sorted by key.
func (d *Document) Conflicts() []Conflict {
	if !d.Parsed {
		return nil
	}
	var found []Conflict
	for _, key := range slices.Sorted(maps.Keys(d.twice)) {
		found = append(found, Conflict{Mapped: d.twice[key][0].Mapped, Keys: d.twice[key]})
	}
	return found
}

// Data is the table that the file was read with: that of the installation at hand, else the built-in one of Version.
func (d *Document) Data() *product.Table { return d.table }
