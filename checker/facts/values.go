package facts

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mi-kscheck/mi-kscheck/checker/deployment"
	"github.com/mi-kscheck/mi-kscheck/checker/layout"
	"github.com/mi-kscheck/mi-kscheck/checker/product"
	"github.com/mi-kscheck/mi-kscheck/checker/secret"
)

func pointerOf(key string) string { return "/values/" + key }

// value describes a value without its secret; nil gives the value of a key that the section does not have.
func (b *builder) value(v *deployment.Value) Value {
	if v == nil {
		return noValue()
	}
	out := Value{
		Pointer: pointerOf(v.Key), Key: v.Key, State: string(v.State), Reason: string(v.Reason), Shown: v.Display(),
		Tainted: v.Tainted, Clear: v.Clear, Defaulted: v.Defaulted(), Root: rootOf(v), Via: via(v), Origin: b.origin(v),
	}
	out.Written = v.Written != nil && (v.File != nil || v.Written.Array != "") || v.File == nil && b.in.Deployment.KeyOf(v.Key) != nil
	if !out.Written {
		out.Inherited = b.inherited(v)
	}
	if v.State == deployment.Known && !v.Tainted && !v.Password {
		out.Text = v.Text.Reveal()
	}
	if v.State == deployment.Known {
		text := v.Text.Reveal()
		out.Markup, out.Backslash, out.CarbonHome = v.Markup, strings.Contains(text, `\`), strings.HasPrefix(text, "${carbon.home}")
		out.Control = strings.ContainsFunc(text, unicode.IsControl)
	}
	if v.State == deployment.Known && v.Password {
		out.Password = password(v.Text, b.in.Own.Passwords)
		out.Password.Default = out.Password.Default || v.Text.Equal(b.shippedText(v.Key))
	}
	b.placeOf(v)
	return out
}

// noValue is that of a key that there is not.
func noValue() Value { return Value{State: string(deployment.Absent), Origin: []string{}} }

// maxOrigin is how many steps of an origin are listed.
const maxOrigin = 32

// origin lists the steps by which a value came about.
func (b *builder) origin(v *deployment.Value) []string {
	var file deployment.Text = b.in.Deployment
	steps := []string{}
	if v.File != nil {
		if file = b.inProfiles(v.File, Place{}).File; file == nil {
			return append(steps, "…") // which file it is must not be told
		}
	}
	for _, h := range v.Origin[:min(len(v.Origin), maxOrigin)] {
		var step string
		switch h.Kind {
		case deployment.Written:
		case deployment.Default:
			step = "default of " + b.whose()
		case deployment.Inferred:
			step = "set because of '" + h.Name + "'"
		case deployment.Ref:
			step = h.Kind.Placeholder(cmp.Or(h.Name, h.Key))
		default:
			step = h.Kind.Placeholder(h.Name)
			if i := slices.IndexFunc(b.in.HostFrom, func(s *layout.Setting) bool { return s.Name == h.Name }); i >= 0 && h.Kind == deployment.Env {
				step += ", set in " + lineOf(b.in.HostFrom[i])
			}
		}
		if h.Line > 0 && h.Kind != deployment.Ref { // what a $ref leads to is the next step
			at := fmt.Sprintf("%s:%d", file.URI(), file.Region(h.Span).StartLine)
			if step != "" {
				at = step + ", " + at
			}
			step = at
		}
		steps = append(steps, step)
	}
	return steps
}

// placeOf records where a value is written and where it is defined.
func (b *builder) placeOf(v *deployment.Value) {
	d := b.in.Deployment
	if v.File != nil {
		b.place(b.inProfiles(v.File, Place{Pointer: pointerOf(v.Key), Key: v.Key, Root: pointerOf(v.Key), Value: v, Span: v.Span, Written: v.Written != nil}))
		return
	}
	if k := v.Written; k != nil && k.Array != "" {
		b.place(Place{Pointer: pointerOf(v.Key), Key: v.Key, Root: pointerOf(v.Key), Value: v, Span: k.Span, Written: true})
		return
	}
	add := func(key, root string, v *deployment.Value) {
		b.place(Place{
			Pointer: pointerOf(key), Key: key, Root: pointerOf(root), Value: v,
			Span: d.Nearest(key), Written: d.KeyOf(key) != nil,
		})
	}
	root := rootOf(v)
	if root != v.Key {
		if _, ok := b.places[pointerOf(root)]; !ok {
			add(root, root, d.Value(root))
		}
	}
	add(v.Key, root, v)
}

// rootOf follows a value through $ref and defaults to the key where its text is defined. A value that is made of several
// $refs is defined where it stands.
func rootOf(v *deployment.Value) string {
	root := v.Key
	for range v.Variables { // each step uses up one of them, so that a circle ends
		next, n := "", 0
		for _, p := range v.Variables {
			if p.Kind == deployment.Ref && p.Key == root && p.Resolved {
				next = p.Name
				n++
			}
		}
		if n != 1 {
			break
		}
		root = next
	}
	return root
}

// via names the first variable that hides a value.
func via(v *deployment.Value) string {
	for _, p := range v.Variables {
		if p.Kind != deployment.Ref {
			return p.Kind.Placeholder(p.Name)
		}
	}
	return ""
}

// inherited says in words where a value comes from that the file does not write at its key.
func (b *builder) inherited(v *deployment.Value) string {
	if v.State == deployment.Absent {
		return ""
	}
	root := rootOf(v)
	switch k := b.in.Deployment.KeyOf(root); {
	case root != v.Key && k != nil:
		return fmt.Sprintf("nothing sets '%s', so it takes the value of '%s' in line %d", v.Key, root, b.in.Deployment.Lines.Region(k.Span).StartLine)
	case root != v.Key:
		return fmt.Sprintf("nothing sets '%s' nor '%s', so it is the default of %s", v.Key, root, b.whose())
	default:
		return fmt.Sprintf("nothing sets '%s', so it is the default of %s", v.Key, b.whose())
	}
}

// whose names what the defaults are of.
func (b *builder) whose() string {
	if b.in.Deployment.Data().Installed {
		return "this installation"
	}
	return "MI " + b.in.Deployment.Version
}

// shippedText is the default of a key that is no reference to another one; a text that nobody writes where there is none.
func (b *builder) shippedText(key string) secret.Value {
	if text, ok := b.in.Deployment.Data().Default[key].(string); ok && text != "" && !strings.Contains(text, "$") {
		return secret.New(text)
	}
	return secret.New("\x00")
}

// depend notes that the check depends on a value and on all that it is made of.
func (b *builder) depend(v *deployment.Value) {
	if v == nil {
		return
	}
	b.matters[v.Key] = true
	for _, h := range v.Origin {
		if h.Key != "" {
			b.matters[h.Key] = true
		}
	}
}

// lengthClasses are what the document tells of a password's length (MIKS109), in characters.
var lengthClasses = []int{24, 16, 12, 8}

// password tells of a password what rules need, and nothing by which it could be searched for.
func password(p secret.Value, forbidden map[string]bool) *Password {
	text := p.Reveal()
	lower := strings.ToLower(text)
	out := &Password{Common: commonPasswords[lower] || forbidden[lower]}
	for _, d := range product.DefaultPasswords() {
		out.Default = out.Default || text == d
	}
	n := utf8.RuneCountInString(text)
	for _, c := range lengthClasses {
		if n >= c {
			out.Length = c
			break
		}
	}
	return out
}

// commonPasswords are those that keystores are given by example pages, tools and habit, beside the shipped defaults.
var commonPasswords = func() map[string]bool {
	m := map[string]bool{}
	for _, p := range strings.Fields(`changeit changeme password passw0rd password1 password123 p@ssw0rd p@ssword 123456 1234567
		12345678 123456789 1234567890 111111 000000 admin admin123 administrator secret secret123 test test123 testtest tester
		demo default keystore truststore storepass keypass keypassword mypassword mykeystore letmein welcome welcome1 qwerty
		qwerty123 abc123 abcd1234 abcdef iloveyou master root toor server client java javajava oracle tomcat jboss wildfly
		weblogic glassfish spring wso2 wso2123 wso2admin wso2am wso2is wso2mi wso2esb carbon integrator localhost example
		pass pass123 passphrase s3cret supersecret security private public dummy sample temp temp123 foobar openssl`) {
		m[p] = true
	}
	return m
}()
