package deployment

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/mi-kscheck/mi-kscheck/checker/product"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// setting is one flat key with its text before placeholders are replaced.
type setting struct {
	key     string // mapped
	text    string
	form    form
	written *Key
	first   Hop    // the start of its origin
	raw     string // the text as written
	// What its own name says: it is a password key; its text (placeholders left as they are) may be shown.
	password bool
	harmless bool
}

// form is what a placeholder makes of a setting: a text is inserted, a boolean or a list replaces the whole value.
type form uint8

const (
	isText form = iota
	isBoolean
	isNumber
	isList
)

// index gives every written key its mapped name and makes it findable.
func (d *Document) index() {
	d.byKey, d.twice = make(map[string]*Key, len(d.Keys)), map[string][]*Key{}
	for _, k := range d.Keys {
		if k.Array == "" {
			if mapped, ok := d.table.KeyMappings[k.Written]; ok {
				k.Mapped = mapped
			}
			name := plain(k.Mapped)
			if before := d.byKey[name]; before != nil {
				if d.twice[name] == nil {
					d.twice[name] = []*Key{before}
				}
				d.twice[name] = append(d.twice[name], k)
			}
			d.byKey[name] = k
			continue
		}
		array := k.Array
		if mapped, ok := d.table.KeyMappings[array]; ok {
			array = mapped
		}
		inner := strings.TrimPrefix(k.Written, k.Array+".")
		if mapped, ok := d.table.KeyMappings[array+":"+inner]; ok {
			if _, to, ok := strings.Cut(mapped, ":"); ok {
				inner = to
			}
		}
		k.Mapped = array + "." + inner
	}
}

// configure computes the effective configuration: written keys, what they infer, defaults key by key, then placeholders.
func (d *Document) configure() {
	c := &configuration{doc: d, settings: make(map[string]*setting, len(d.Keys)+len(d.table.Default)), results: map[string]*result{}, elements: map[*Element][]*setting{}}
	c.lists()
	for _, k := range d.Keys {
		if k.Array == "" && k.Type != Inline && !lost(k.Written) {
			c.write(k)
		}
	}
	c.infer()
	c.defaults()
	c.secrets()
	d.inElement = map[*Key]*Value{}
	d.values = make(map[string]*Value, len(c.order))
	d.sorted = make([]*Value, 0, len(c.order))
	for _, key := range c.order {
		if s := c.settings[key]; strings.Contains(s.text, "$") {
			c.results[key] = c.expand(s)
		}
	}
	c.circles()
	for _, key := range c.order {
		v := c.value(c.settings[key], c.resolve(key, 0))
		d.values[key] = v
		d.sorted = append(d.sorted, v)
	}
	slices.SortFunc(d.sorted, func(a, b *Value) int { return strings.Compare(a.Key, b.Key) })
	if product.Compare(d.Version, "4.0.0") < 0 {
		c.internalOfOld()
	}
	for _, name := range d.names {
		for _, e := range d.lists[name] {
			for _, s := range c.elements[e] {
				r := c.expand(s)
				c.refs(s, r, true, 0)
				v := c.value(s, r)
				e.Values = append(e.Values, v)
				if s.written != nil {
					d.inElement[s.written] = v
				}
			}
		}
	}
	if c.exceeded != nil {
		d.Problems = append(d.Problems, Problem{Kind: Limit, Span: c.exceeded.Span, Detail: "The references of the file expand to more than the checker follows."})
	}
}

func (c *configuration) write(k *Key) {
	s := c.settingOf(k)
	if s.form == isList && c.doc.lists[k.Mapped] != nil {
		s.text = "" // of tables: the placeholders in it are those of its elements
	}
	s.first = c.doc.hop(Written, k.Mapped, "", k)
	c.set(s)
}

// set adds a setting, or replaces the one of the same key. Values are computed in the order of the first setting of each key,
// so that what a limit cuts is the same in every run.
func (c *configuration) set(s *setting) {
	key := plain(s.key)
	if c.settings[key] == nil {
		c.order = append(c.order, key)
	}
	s.judge()
	c.settings[key] = s
}

func (c *configuration) settingOf(k *Key) *setting {
	s := c.someSettings.new()
	*s = setting{key: k.Mapped, text: k.Raw.Reveal(), written: k}
	s.raw = s.text
	switch k.Type {
	case String:
	case Boolean:
		s.form = isBoolean
	case Integer:
		s.form = isNumber
		if text, ok := integer(s.text); ok {
			s.text = text // 9_443 and 0x24E3 reach the templates as 9443
		}
	case Float:
		s.form = isNumber
		if text, ok := floating(s.text); ok {
			s.text = text
		}
	case Time:
		s.form = isNumber
		if text, ok := moment(s.text); ok {
			s.text = text
		}
	default:
		s.form = isList
	}
	return s
}

// hop makes a step of an origin.
func (d *Document) hop(kind HopKind, key, name string, written *Key) Hop {
	h := Hop{Kind: kind, Key: key, Name: name}
	if written != nil {
		h.Span = written.Span
		h.Line = d.Lines.Region(written.Span).StartLine
	}
	return h
}

// lists collects the arrays of tables, written as [[…]] or as arrays of inline tables, with their elements' keys.
func (c *configuration) lists() {
	d := c.doc
	d.lists = map[string][]*Element{}
	element := func(name string, index int, at source.Span) *Element {
		if _, known := d.lists[name]; !known {
			d.names = append(d.names, name)
		}
		for len(d.lists[name]) <= index {
			d.lists[name] = append(d.lists[name], &Element{Array: name, Index: len(d.lists[name]), Span: at})
		}
		return d.lists[name][index]
	}
	for _, t := range d.Tables {
		if !t.Array || lost(t.Name) {
			continue
		}
		name := t.Name
		if mapped, ok := d.table.KeyMappings[name]; ok {
			name = mapped
		}
		if outer := c.around(name); outer != "" {
			c.inside(outer, name, t)
			continue
		}
		element(name, len(d.lists[name]), t.Span)
		if _, known := c.settings[plain(name)]; !known {
			k := &Key{Written: t.Name, Mapped: name, Table: t.Name, Span: t.Span, Value: t.Span, Type: Array}
			c.set(&setting{key: name, form: isList, written: k, first: d.hop(Written, name, "", k)})
		}
	}
	for _, k := range d.Keys {
		if k.Array == "" || k.Type == Inline || k.buried || lost(k.Written) {
			continue
		}
		name := k.Array
		if mapped, ok := d.table.KeyMappings[name]; ok {
			name = mapped
		}
		e := element(name, k.Index, k.Span)
		s := c.settingOf(k)
		s.key = strings.TrimPrefix(k.Mapped, name+".")
		s.first = d.hop(Written, k.Mapped, "", k)
		s.judge()
		c.elements[e] = append(c.elements[e], s)
	}
}

// around gives the list that is known in whose elements a list of that name lies; empty where there is none.
func (c *configuration) around(name string) string {
	for i := range len(name) {
		if name[i] == '.' {
			if _, ok := c.doc.lists[name[:i]]; ok {
				return name[:i]
			}
		}
	}
	return ""
}

// inside notes a list that lies in the last element of another one, of which it is one value.
func (c *configuration) inside(outer, name string, t Table) {
	elements := c.doc.lists[outer]
	e, key := elements[len(elements)-1], name[len(outer)+1:]
	if slices.ContainsFunc(c.elements[e], func(s *setting) bool { return s.key == key }) {
		return // a further element of it
	}
	k := &Key{Written: t.Name, Mapped: name, Table: t.Name, Array: outer, Index: e.Index, Span: t.Span, Value: t.Span, Type: Array}
	s := &setting{key: key, form: isList, written: k, first: c.doc.hop(Written, name, "", k)}
	s.judge()
	c.elements[e] = append(c.elements[e], s)
}

// infer adds the keys that a written value brings with it; what is written wins. It runs before defaults and placeholders,
// so neither a default nor "$env{X}" infers anything. The product takes the keys of infer.json for patterns, in which a dot
// stands for any character.
func (c *configuration) infer() {
	written := c.order // what is inferred infers nothing
	for _, pattern := range slices.Sorted(maps.Keys(c.doc.table.Infer)) {
		for _, key := range written {
			s := c.settings[key]
			if !matches(pattern, s.key) || s.form == isList || s.written == nil {
				continue
			}
			for _, inferred := range slices.Sorted(maps.Keys(c.doc.table.Infer[pattern][s.text])) {
				if c.settings[plain(inferred)] == nil {
					c.add(inferred, c.doc.table.Infer[pattern][s.text][inferred], c.doc.hop(Inferred, inferred, s.key, s.written))
				}
			}
		}
	}
}

// matches tells whether a key is what a pattern of infer.json means.
func matches(pattern, key string) bool {
	if len(pattern) != len(key) {
		return false
	}
	for i := range len(key) {
		if pattern[i] != key[i] && pattern[i] != '.' {
			return false
		}
	}
	return true
}

// defaults gives every key that is still missing its default, each by itself.
func (c *configuration) defaults() {
	for _, key := range slices.Sorted(maps.Keys(c.doc.table.Default)) {
		if c.settings[plain(key)] == nil {
			c.add(key, c.doc.table.Default[key], Hop{Kind: Default, Key: key, Name: c.doc.Version})
		}
	}
}

// add sets a key to a value of the product's JSON files.
func (c *configuration) add(key string, value any, first Hop) {
	s := &setting{key: key, first: first}
	switch v := value.(type) {
	case string:
		s.text = v
	case bool:
		s.text, s.form = strconv.FormatBool(v), isBoolean
	case float64:
		s.text, s.form = javaDouble(v), isNumber
	case []any:
		s.form = isList
		c.addList(key, v, first)
	default:
		s.form = isList
	}
	s.raw = s.text
	c.set(s)
}

func (c *configuration) addList(name string, list []any, first Hop) {
	d := c.doc
	for i, item := range list {
		m, ok := item.(map[string]any)
		if !ok {
			return
		}
		e := &Element{Array: name, Index: i}
		for _, key := range slices.Sorted(maps.Keys(m)) {
			s := &setting{key: key, text: fmt.Sprint(m[key]), first: first}
			if _, ok := m[key].(bool); ok {
				s.form = isBoolean
			}
			s.raw = s.text
			s.judge()
			c.elements[e] = append(c.elements[e], s)
		}
		if i == 0 {
			d.names = append(d.names, name)
		}
		d.lists[name] = append(d.lists[name], e)
	}
}

// internalOfOld models 1.2.0, whose carbon.xml names the default store as the internal one: [keystore.internal] is not read
// (mi-semantics section 1, last paragraph). The mapper resolves it all the same, so that what fails in it stops the start, and a
// $ref to it finds what is written.
func (c *configuration) internalOfOld() {
	d := c.doc
	d.unread = map[*Key]*Value{}
	for key, text := range map[string]string{"file_name": "wso2carbon.jks", "type": "JKS", "password": "wso2carbon", "alias": "wso2carbon", "key_password": "wso2carbon"} {
		key = "keystore.internal." + key
		s := &setting{key: key, text: text, raw: text, first: Hop{Kind: Default, Key: key, Name: d.Version}}
		s.judge()
		v := c.value(s, c.expand(s))
		if before := d.values[key]; before != nil && before.Written != nil {
			d.unread[before.Written] = before
		}
		if i, found := slices.BinarySearchFunc(d.sorted, key, func(v *Value, key string) int { return strings.Compare(v.Key, key) }); found {
			d.sorted[i] = v
		} else {
			d.sorted = slices.Insert(d.sorted, i, v)
		}
		d.values[key] = v
	}
}
