package secret_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/mi-kscheck/mi-kscheck/checker/secret"
)

const text = "hunter2-unique"

// holder reaches a Value through an unexported field, where fmt calls no method of it.
type holder struct {
	Exported secret.Value
	hidden   secret.Value
	nested   struct{ deep []secret.Value }
}

func TestNoFormShowsTheText(t *testing.T) {
	v := secret.New(text)
	h := holder{Exported: v, hidden: v}
	h.nested.deep = []secret.Value{v}
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%T %v"} {
		fmt.Fprintf(&out, verb, v)
		fmt.Fprintf(&out, verb, &v)
		fmt.Fprintf(&out, verb, h)
		fmt.Fprintf(&out, verb, &h)
		fmt.Fprintf(&out, verb, map[string]secret.Value{"k": v})
		fmt.Fprintf(&out, verb, []any{v, h})
	}
	for _, x := range []any{v, h, &h, map[string]secret.Value{"v": v}} {
		b, err := json.Marshal(x)
		if err != nil {
			t.Fatal(err)
		}
		out.Write(b)
	}
	slog.New(slog.NewJSONHandler(&out, nil)).Info("m", "v", v, "h", h)
	slog.New(slog.NewTextHandler(&out, nil)).Info("m", "v", v, "h", h)
	for _, form := range []string{text, fmt.Sprintf("%x", text), fmt.Sprintf("%X", text)} {
		if strings.Contains(out.String(), form) {
			t.Errorf("%q is shown in %s", form, out.String())
		}
	}
}

func TestReveal(t *testing.T) {
	if got := secret.New(text).Reveal(); got != text {
		t.Errorf("Reveal() = %q", got)
	}
	var zero secret.Value
	if zero.Reveal() != "" || !zero.Empty() || !secret.New("").Equal(zero) || secret.New(text).Empty() {
		t.Error("the zero value is not the empty text")
	}
	if !secret.New(text).Equal(secret.New(strings.Clone(text))) || secret.New(text).Equal(secret.New("x")) {
		t.Error("equality is not that of the texts")
	}
}
