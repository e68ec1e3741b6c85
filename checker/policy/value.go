package policy

import (
	"bytes"
	"encoding/json"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/mi-kscheck/mi-kscheck/checker/facts"
)

// value turns a document into OPA's terms.
func value(doc *facts.Document) (ast.Value, error) {
	b, err := json.Marshal(doc)
	if err != nil {
		return nil, err
	}
	return ast.ValueFromReader(bytes.NewReader(b))
}
