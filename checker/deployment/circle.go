package deployment

import "strings"

// circles finds the keys that refer to themselves in the end: the strongly connected parts of the graph of $refs, by Tarjan's
// algorithm without recursion, since a chain may be as long as the file. They are found before anything is followed, so that
// what a member of a circle is does not depend on where one starts.
func (c *configuration) circles() {
	c.circle = map[string]int{}
	t := tarjan{c: c, seen: map[string]*visit{}}
	for _, key := range c.order {
		if r := c.results[key]; r != nil && strings.Contains(r.text, "$ref{") && t.seen[key] == nil {
			t.search(key)
		}
	}
}

type tarjan struct {
	c       *configuration
	seen    map[string]*visit
	stack   []*visit // of the parts that are not closed
	counter int
	found   int
}

// visit is a key on the way.
type visit struct {
	key    string
	index  int
	low    int // the first key of the stack that it leads back to
	open   bool
	itself bool // it names itself
	at     int  // how far its text was read for references
	above  *visit
}

func (t *tarjan) enter(key string, above *visit) *visit {
	t.counter++
	v := &visit{key: key, index: t.counter, low: t.counter, open: true, above: above}
	t.seen[key] = v
	t.stack = append(t.stack, v)
	return v
}

func (t *tarjan) search(key string) {
	for v := t.enter(key, nil); v != nil; {
		_, end, name, ok := next(t.c.results[v.key].text, Ref, v.at)
		if !ok {
			t.leave(v)
			if v.above != nil {
				v.above.low = min(v.above.low, v.low)
			}
			v = v.above
			continue
		}
		v.at = end
		name = plain(name)
		r := t.c.results[name]
		switch known := t.seen[name]; {
		case name == v.key:
			v.itself = true
		case r == nil || t.c.settings[name] == nil: // a literal, or nothing
		case known == nil:
			v = t.enter(name, v)
		case known.open:
			v.low = min(v.low, known.index)
		}
	}
}

// leave closes the part that a key is the first of.
func (t *tarjan) leave(v *visit) {
	if v.low != v.index {
		return
	}
	t.found++
	for alone := t.stack[len(t.stack)-1] == v; ; {
		top := t.stack[len(t.stack)-1]
		t.stack = t.stack[:len(t.stack)-1]
		top.open = false
		if !alone || top.itself {
			t.c.circle[top.key] = t.found
		}
		if top == v {
			return
		}
	}
}
