package deployment

import (
	"strings"

	"github.com/mi-kscheck/mi-kscheck/checker/product"
	"github.com/mi-kscheck/mi-kscheck/checker/secret"
)

// What the replacement of placeholders may cost in one file.
const (
	maxSteps     = 300_000  // placeholders replaced and hops kept
	maxExpansion = 16 << 20 // bytes of all texts that a $ref inserted
	maxChain     = 200      // $refs behind each other
	maxText      = 64 << 10 // bytes of a value whose placeholders are replaced
)

// configuration computes values from settings.
type configuration struct {
	doc      *Document
	settings map[string]*setting // by plain key
	order    []string            // the plain keys in the order in which they were set
	results  map[string]*result
	elements map[*Element][]*setting // of arrays of tables
	aliases  map[string]bool         // of [secrets] and [runtime_secrets]
	circle   map[string]int          // of keys that refer to themselves in the end: which circle
	runtime  bool
	steps    int
	bytes    int
	exceeded *Key // the first key at which a limit was passed

	someSettings slab[setting]
	someResults  slab[result]
	someValues   slab[Value]
	someHops     slab[Hop]
}

// result is a setting with $sys, $env and $ref replaced; $secret stays in the text, as in the product.
type result struct {
	done    bool // $ref is replaced as well
	text    string
	form    form
	reason  Reason // "": known
	tainted bool
	shown   bool // nothing in the text came from a key that is not harmless
	hops    []Hop
	vars    []Placeholder
}

// resolve gives the result of a key, computed once; nil where nothing sets the key.
func (c *configuration) resolve(key string, depth int) *result {
	s, r := c.settings[key], c.results[key]
	if s == nil {
		return nil
	}
	if r == nil {
		r = c.expand(s)
		c.results[key] = r
	}
	if !r.done {
		r.done = true
		c.refs(s, r, false, depth)
	}
	return r
}

// expand replaces $sys and $env in one setting, in the product's order.
func (c *configuration) expand(s *setting) *result {
	r := c.someResults.new()
	*r = result{text: s.text, form: s.form, hops: c.someHops.slice(), shown: s.harmless}
	r.hops[0] = s.first
	if s.written != nil && !rendered(s.text) {
		r.fail(NotRendered)
	}
	if !strings.Contains(s.text, "$") {
		return r
	}
	if len(s.text) > maxText {
		c.exceed(s)
		r.fail(TooLarge)
		return r
	}
	c.secretsOf(s, r, r.text, true)
	c.variables(s, r, Sys, SysNotGiven, c.doc.options.Sys)
	c.variables(s, r, Env, EnvNotGiven, c.doc.options.Env)
	if r.text != s.text {
		c.secretsOf(s, r, r.text, false)
	}
	return r
}

func (r *result) fail(reason Reason) {
	if r.reason == "" || r.reason == SecretNotGiven {
		r.reason = reason
	}
}

// next finds a placeholder of a kind at or after an offset: its bounds and name.
func next(text string, kind HopKind, from int) (start, end int, name string, ok bool) {
	mark := "$" + string(kind) + "{"
	i := strings.Index(text[from:], mark)
	if i < 0 {
		return 0, 0, "", false
	}
	start = from + i
	j := strings.IndexByte(text[start:], '}')
	if j < 0 {
		return 0, 0, "", false
	}
	return start, start + j + 1, text[start+len(mark) : start+j], true
}

// variable is the step of a placeholder. One that came through another variable is not named: its name is what that one holds.
func (s *setting) variable(kind HopKind, name string) Hop {
	if !strings.Contains(s.text, kind.Placeholder(name)) {
		name = "…"
	}
	return Hop{Kind: kind, Key: s.key, Name: name}
}

// variables replaces $sys{name} or $env{NAME}.
func (c *configuration) variables(s *setting, r *result, kind HopKind, missing Reason, given map[string]secret.Value) {
	if !strings.Contains(r.text, "$"+string(kind)+"{") {
		return
	}
	var b strings.Builder
	at := 0
	for {
		start, end, name, ok := next(r.text, kind, at)
		if !ok {
			break
		}
		b.WriteString(r.text[at:start])
		at = end
		if strings.Contains(name, "{") || !c.step(s, len(r.hops)) {
			b.WriteString(r.text[start:end]) // the name holds a placeholder of its own, which was not resolved
			r.fail(missing)
			continue
		}
		r.tainted = true
		r.hops = append(r.hops, s.variable(kind, name))
		p := Placeholder{Kind: kind, Name: name, Key: s.key}
		value, found := given[name]
		text := value.Reveal()
		switch {
		case !found:
			p.Reason = missing
			b.WriteString(r.text[start:end])
		case kind == Sys && text == "":
			p.Reason = EnvEmpty
		default:
			p.Resolved = true
			if kind == Sys || product.Compare(c.doc.Version, "4.5.0") < 0 {
				text, p.Breaks = replacement(text, r.text[start:end])
			}
			// The product replaces all places of a name at once, also those that the value of one before brought.
			if built := b.String(); strings.Contains(built, r.text[start:end]) && len(built) <= maxText {
				b.Reset()
				b.WriteString(strings.ReplaceAll(built, r.text[start:end], text))
			}
			b.WriteString(text)
		}
		if p.Reason != "" {
			r.fail(p.Reason)
		}
		r.vars = append(r.vars, p)
	}
	b.WriteString(r.text[at:])
	r.text = b.String()
}

// replacement is what Java's Matcher.replaceAll makes of a text that is not quoted for it, where the placeholder itself is all
// that was matched: a backslash vanishes and keeps the next character as it is, "$0" is the placeholder, and any other "$", or a
// backslash at the end, throws.
func replacement(text, placeholder string) (result string, breaks bool) {
	if !strings.ContainsAny(text, `\$`) {
		return text, false
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\':
			if i+1 < len(text) {
				i++
				b.WriteByte(text[i])
			}
		case c == '$' && i+1 < len(text) && text[i+1] == '0':
			i++
			b.WriteString(placeholder)
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), true
}

// refs replaces $ref{flat.key}; in an array of tables it stays text.
func (c *configuration) refs(s *setting, r *result, inArray bool, depth int) {
	if !strings.Contains(r.text, "$"+string(Ref)+"{") {
		return
	}
	var b strings.Builder
	at := 0
	for {
		start, end, name, ok := next(r.text, Ref, at)
		if !ok {
			break
		}
		b.WriteString(r.text[at:start])
		at = end
		target := c.referred(s, r, name, inArray, depth)
		if target == nil {
			b.WriteString(r.text[start:end])
			continue
		}
		c.follow(r, name, target)
		if target.reason != "" {
			b.WriteString(r.text[start:end])
			r.fail(target.reason)
			continue
		}
		if target.form == isBoolean || target.form == isList {
			rest := r.text[at:]
			r.form, r.text = target.form, target.text
			c.behind(s, r, rest, depth)
			return
		}
		b.WriteString(target.text)
	}
	b.WriteString(r.text[at:])
	r.text = b.String()
}

// referred notes a $ref and gives what it leads to; nil where it leads nowhere, which the result says then.
func (c *configuration) referred(s *setting, r *result, name string, inArray bool, depth int) *result {
	p := Placeholder{Kind: Ref, Name: name, Key: s.key}
	target := c.target(s, r, &p, inArray, depth)
	p.Resolved = p.Reason == ""
	r.vars = append(r.vars, p)
	if target == nil {
		r.fail(p.Reason)
	}
	return target
}

// behind looks at the $refs that follow one that replaced the whole value: they count for nothing, and one that leads nowhere
// stops the start all the same.
func (c *configuration) behind(s *setting, r *result, rest string, depth int) {
	for at := 0; ; {
		_, end, name, ok := next(rest, Ref, at)
		if !ok {
			return
		}
		at = end
		c.referred(s, r, name, false, depth)
	}
}

// target gives what a $ref leads to; nil where the placeholder's reason says why it leads nowhere. A $ref that leads to a key
// whose own value is unknown is resolved: the placeholder that fails is in that key's text, and follows in the list. In a
// circle the references from member to member fail, and no other.
func (c *configuration) target(s *setting, r *result, p *Placeholder, inArray bool, depth int) *result {
	switch {
	case inArray:
		p.Reason = RefInArray
		return nil
	case c.circle[plain(s.key)] != 0 && c.circle[plain(s.key)] == c.circle[plain(p.Name)]:
		p.Reason = RefCircle
		return nil
	case depth > maxChain || !c.step(s, len(r.hops)):
		c.exceed(s)
		p.Reason = TooLarge
		return nil
	}
	target := c.resolve(plain(p.Name), depth+1)
	switch {
	case target == nil:
		p.Reason = RefMissing
	default:
		if c.bytes += len(target.text); c.bytes > maxExpansion || c.steps+len(target.hops)+len(target.vars) > maxSteps {
			c.exceed(s)
			p.Reason = TooLarge
			return nil
		}
		c.steps += len(target.hops) + len(target.vars)
	}
	return target
}

// follow adds the origin of a target and what flows from it.
func (c *configuration) follow(r *result, name string, target *result) {
	h := Hop{Kind: Ref, Key: name}
	if t := c.settings[plain(name)]; t != nil {
		h.Key = t.key
		if t.written != nil {
			h = c.doc.hop(Ref, t.key, "", t.written)
		}
		r.tainted = r.tainted || t.password
	}
	r.hops = append(r.hops, h)
	r.hops = append(r.hops, target.hops...)
	r.vars = append(r.vars, target.vars...)
	r.tainted = r.tainted || target.tainted
	r.shown = r.shown && target.shown
}

// step counts work; false when there has been enough.
func (c *configuration) step(s *setting, hops int) bool {
	c.steps++
	if c.steps > maxSteps || hops > maxSteps {
		c.exceed(s)
		return false
	}
	return true
}

func (c *configuration) exceed(s *setting) {
	if c.exceeded == nil {
		c.exceeded = &Key{}
		if s.written != nil {
			c.exceeded = s.written
		}
	}
}

// value makes the exported value of a setting.
func (c *configuration) value(s *setting, r *result) *Value {
	v := c.someValues.new()
	*v = Value{Key: s.key, State: Known, Written: s.written, Tainted: r.tainted, Origin: r.hops, Variables: r.vars}
	v.Password = s.password
	v.Clear = true
	for _, p := range r.vars {
		if p.Kind != Ref {
			v.Clear = false
		}
	}
	text, markup := unescape(r.text)
	v.Markup = markup
	if r.form == isList {
		v.State, v.Reason, v.Clear = Unknown, NotText, false
	} else if len(text) > maxText {
		v.State, v.Reason, v.Clear = Unknown, TooLarge, false
	} else if text, reason := c.reveal(text, r.reason); reason != "" {
		v.State, v.Reason, v.Clear = Unknown, reason, false
	} else {
		v.Text = secret.New(text)
		if s.written != nil && text == s.raw {
			v.Text = s.written.Raw
		}
	}
	v.display = display(s, r, v)
	return v
}
