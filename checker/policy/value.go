package policy

import (
	"fmt"
	"reflect"
	"strings"
	"sync"

	"github.com/open-policy-agent/opa/v1/ast"
)

// value turns the document that a pointer leads to into OPA's terms, as encoding/json would write it. Going through JSON text takes twice as long as
// all policies together.
func value(doc any) (ast.Value, error) {
	t, err := term(reflect.ValueOf(doc).Elem())
	if err != nil {
		return nil, err
	}
	return t.Value, nil
}

// field is a field of a document's struct with its key.
type field struct {
	index     int
	key       *ast.Term
	omitEmpty bool
}

// fields caches the fields of each struct type, so that the keys are made once a process.
var fields sync.Map // reflect.Type → []field

func fieldsOf(t reflect.Type) []field {
	if known, ok := fields.Load(t); ok {
		if fs, ok := known.([]field); ok {
			return fs
		}
	}
	var fs []field
	for i := range t.NumField() {
		name, options, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		fs = append(fs, field{index: i, key: ast.StringTerm(name), omitEmpty: options == "omitempty"})
	}
	fields.Store(t, fs)
	return fs
}

var (
	trueTerm  = ast.BooleanTerm(true)
	falseTerm = ast.BooleanTerm(false)
	emptyTerm = ast.StringTerm("")
)

func term(v reflect.Value) (*ast.Term, error) {
	switch v.Kind() {
	case reflect.String:
		if v.Len() == 0 {
			return emptyTerm, nil
		}
		return ast.StringTerm(v.String()), nil
	case reflect.Bool:
		if v.Bool() {
			return trueTerm, nil
		}
		return falseTerm, nil
	case reflect.Int, reflect.Int64:
		return ast.IntNumberTerm(int(v.Int())), nil
	case reflect.Pointer:
		if v.IsNil() {
			return ast.NullTerm(), nil
		}
		return term(v.Elem())
	case reflect.Slice:
		terms := make([]*ast.Term, v.Len())
		for i := range terms {
			t, err := term(v.Index(i))
			if err != nil {
				return nil, err
			}
			terms[i] = t
		}
		return ast.ArrayTerm(terms...), nil
	case reflect.Struct:
		fs := fieldsOf(v.Type())
		pairs := make([][2]*ast.Term, 0, len(fs))
		for _, f := range fs {
			x := v.Field(f.index)
			if f.omitEmpty && x.IsZero() {
				continue
			}
			t, err := term(x)
			if err != nil {
				return nil, err
			}
			pairs = append(pairs, [2]*ast.Term{f.key, t})
		}
		return ast.ObjectTerm(pairs...), nil
	}
	return nil, fmt.Errorf("a %s has no place in the document", v.Type())
}
