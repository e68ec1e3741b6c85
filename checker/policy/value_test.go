package policy

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/mi-kscheck/mi-kscheck/checker/facts"
)

// fill sets every field to something, lists to two elements, so that no kind of field is left untried.
func fill(v reflect.Value, n *int) {
	*n++
	switch v.Kind() {
	case reflect.String:
		v.SetString([]string{"", "a", "ünï\u2028<&>\"\\"}[*n%3])
	case reflect.Bool:
		v.SetBool(*n%2 == 0)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(*n - 40))
	case reflect.Pointer:
		if *n%2 == 0 {
			v.Set(reflect.New(v.Type().Elem()))
			fill(v.Elem(), n)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range 2 {
			fill(v.Index(i), n)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), n)
		}
	default:
		panic(v.Kind())
	}
}

// TestValueIsTheJSON holds the direct conversion to what encoding/json writes.
func TestValueIsTheJSON(t *testing.T) {
	for start := range 6 {
		doc, n := &facts.Document{}, start
		fill(reflect.ValueOf(doc).Elem(), &n)
		text, err := json.Marshal(doc)
		if err != nil {
			t.Fatal(err)
		}
		want, err := ast.ValueFromReader(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		got, err := value(doc)
		if err != nil {
			t.Fatal(err)
		}
		if ast.Compare(got, want) != 0 {
			t.Errorf("the conversion differs from the JSON\n got %v\nwant %v", got, want)
		}
	}
}
