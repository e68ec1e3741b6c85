package inspect

import (
	"strings"

	"github.com/mi-kscheck/mi-kscheck/checker/trust"
)

// trust draws the path that Java finds, or says why it finds none.
func (t *text) trust(e *Entry) {
	v := e.Trust
	if v == nil {
		return
	}
	if !v.Trusted {
		word := "NOT TRUSTED"
		if v.Unknown {
			word = "unknown"
		}
		t.line("Trust: %s: %s%s", word, v.result.Sentence(t.clean), t.java(v.Reason))
		return
	}
	last := v.result.Path[len(v.result.Path)-1]
	if v.result.Anchor.Certificate.SHA256() == last.SHA256() {
		t.line("Trust: trusted, for the truststore holds this certificate itself as '%s'", t.clean(v.Anchor))
		return
	}
	t.line("Trust: trusted by this path:")
	for i, c := range v.result.Path {
		t.line("%s%s", branch(i), t.clean(c.Subject))
	}
	t.line("%s%s  <- trust anchor '%s'", branch(len(v.result.Path)), t.clean(v.result.Anchor.Certificate.Subject), t.clean(v.Anchor))
}

func (t *text) java(r trust.Reason) string {
	if s := r.Java(); s != "" {
		return ` (Java: "` + s + `")`
	}
	return ""
}

// branch indents a step of a path.
func branch(step int) string {
	if step == 0 {
		return "  "
	}
	return "  " + strings.Repeat("   ", step-1) + "`- issued by "
}
