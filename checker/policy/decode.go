package policy

import (
	"errors"
	"fmt"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/mi-kscheck/mi-kscheck/checker/repair"
	"github.com/mi-kscheck/mi-kscheck/rules"
)

// decode turns what a policy returns into a finding. It reads OPA's terms as they are: by way of JSON text it would take as long
// as a tenth of all policies.
func decode(r *rules.Rule, t *ast.Term) (Raw, error) {
	raw := Raw{Rule: r}
	err := members(t, "a finding", func(key string, v *ast.Term) (err error) {
		switch key {
		case "at":
			raw.At, err = word(v, key)
		case "variant":
			raw.Variant, err = word(v, key)
		case "related":
			raw.Related, err = list(v, key, related)
		case "args":
			raw.Args, err = arguments(v)
		case "causes":
			raw.Causes, err = list(v, key, word)
		case "repair":
			raw.Repair, err = repairOf(v, key)
		case "commands":
			raw.Commands, err = list(v, key, command)
		case "edits":
			raw.Edits, err = list(v, key, edit)
		default:
			err = fmt.Errorf("a finding has no field %.60q", key)
		}
		return err
	})
	switch {
	case err != nil:
		return Raw{}, fmt.Errorf("it returns what is no finding: %w", err)
	case raw.At == "":
		return Raw{}, errors.New("it returns a finding without a pointer ('at')")
	}
	if _, ok := r.Variants[raw.Variant]; raw.Variant != "" && !ok {
		return Raw{}, fmt.Errorf("it returns the variant %.60q, which its METADATA lacks", raw.Variant)
	}
	return raw, nil
}

func related(t *ast.Term, what string) (Related, error) {
	var out Related
	err := texts(t, what, map[string]*string{"at": &out.At, "message": &out.Message})
	return out, err
}

func edit(t *ast.Term, what string) (Edit, error) {
	var out Edit
	err := texts(t, what, map[string]*string{"at": &out.At, "change": &out.Kind, "name": &out.Name, "text": &out.Text})
	return out, err
}

func repairOf(t *ast.Term, what string) (*repair.Repair, error) {
	out := &repair.Repair{}
	words := map[string]*string{"do": &out.Do, "section": &out.Section, "alias": &out.Alias, "issuer": &out.Issuer, "comment": &out.Comment}
	lists := map[string]*[]string{"aliases": &out.Aliases, "extensions": &out.Extensions}
	err := members(t, what, func(key string, v *ast.Term) (err error) {
		if l := lists[key]; l != nil {
			*l, err = list(v, key, word)
			return err
		}
		w := words[key]
		if w == nil {
			return fmt.Errorf("%s has no field %.60q", what, key)
		}
		*w, err = word(v, key)
		return err
	})
	if err == nil && !repair.Known(out.Do) {
		err = fmt.Errorf("%s does %.60q, which is none of %s", what, out.Do, strings.Join(repair.Words(), ", "))
	}
	return out, err
}

func command(t *ast.Term, what string) (repair.Command, error) {
	var out repair.Command
	err := members(t, what, func(key string, v *ast.Term) (err error) {
		switch key {
		case "argv":
			out.Argv, err = list(v, key, word)
		case "comment":
			out.Comment, err = word(v, key)
		default:
			err = fmt.Errorf("%s has no field %.60q", what, key)
		}
		return err
	})
	return out, err
}

// arguments of a message are text; numbers and what else a policy puts there become it.
func arguments(t *ast.Term) (map[string]string, error) {
	out := map[string]string{}
	err := members(t, "args", func(key string, v *ast.Term) error {
		if s, ok := v.Value.(ast.String); ok {
			out[key] = string(s)
		} else {
			out[key] = v.String()
		}
		return nil
	})
	return out, err
}

// texts reads an object all of whose fields are text.
func texts(t *ast.Term, what string, fields map[string]*string) error {
	return members(t, what, func(key string, v *ast.Term) (err error) {
		field := fields[key]
		if field == nil {
			return fmt.Errorf("%s has no field %.60q", what, key)
		}
		*field, err = word(v, key)
		return err
	})
}

func members(t *ast.Term, what string, field func(key string, v *ast.Term) error) error {
	o, ok := t.Value.(ast.Object)
	if !ok {
		return fmt.Errorf("%s is no object but %s", what, ast.ValueName(t.Value))
	}
	return o.Iter(func(k, v *ast.Term) error {
		key, ok := k.Value.(ast.String)
		if !ok {
			return fmt.Errorf("%s has a key that is no text but %s", what, ast.ValueName(k.Value))
		}
		if _, ok := v.Value.(ast.Null); ok {
			return nil // as good as left out
		}
		return field(string(key), v)
	})
}

func list[T any](t *ast.Term, what string, of func(*ast.Term, string) (T, error)) ([]T, error) {
	var out []T
	var err error
	each := func(t *ast.Term) error {
		v, err := of(t, what)
		out = append(out, v)
		return err
	}
	switch v := t.Value.(type) {
	case *ast.Array:
		err = v.Iter(each)
	case ast.Set:
		err = v.Sorted().Iter(each)
	default:
		err = fmt.Errorf("%s is no list but %s", what, ast.ValueName(t.Value))
	}
	return out, err
}

func word(t *ast.Term, what string) (string, error) {
	s, ok := t.Value.(ast.String)
	if !ok {
		return "", fmt.Errorf("%s is no text but %s", what, ast.ValueName(t.Value))
	}
	return string(s), nil
}
