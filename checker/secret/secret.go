// Package secret holds the type of every text that must not reach an output: passwords, keys, and values that came through
// a variable. Its String, GoString, JSON, text and log forms are redacted; only Reveal gives the text, and a call of Reveal
// is what a reviewer looks for.
package secret

import (
	"encoding/json"
	"fmt"
	"log/slog"
)

// Redacted is what every printed form of a Value shows.
const Redacted = "•••"

// Value is a text that must not be shown. The zero value is the empty text. Values are compared by Equal; == does not compile.
//
// The text lies behind a pointer, not in the struct: fmt does not call methods on unexported fields of other types, and
// would print a text that is reached through one.
type Value struct {
	_    [0]func() // not comparable: == would compare pointers
	text *string
}

// New wraps a text.
//
//go:noinline
func New(text string) Value {
	if text == "" {
		return Value{}
	}
	return Value{text: &text}
}

// Reveal gives the text itself, for opening stores and comparing with defaults; never for output.
func (v Value) Reveal() string {
	if v.text == nil {
		return ""
	}
	return *v.text
}

// Equal tells whether two values have the same text.
func (v Value) Equal(w Value) bool {
	if v.text == nil || w.text == nil {
		return v.text == w.text
	}
	return *v.text == *w.text
}

// Empty tells whether the text is empty.
func (v Value) Empty() bool { return v.text == nil }

// String implements fmt.Stringer: always Redacted.
func (Value) String() string { return Redacted }

// GoString implements fmt.GoStringer: always Redacted.
func (Value) GoString() string { return Redacted }

// Format implements fmt.Formatter, so that no verb (%x, %q, %d …) shows the text.
func (Value) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(Redacted)) }

// MarshalJSON implements json.Marshaler: always Redacted.
func (Value) MarshalJSON() ([]byte, error) { return json.Marshal(Redacted) }

// MarshalText implements encoding.TextMarshaler: always Redacted.
func (Value) MarshalText() ([]byte, error) { return []byte(Redacted), nil }

// LogValue implements slog.LogValuer: always Redacted.
func (Value) LogValue() slog.Value { return slog.StringValue(Redacted) }
