package product_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/mi-kscheck/mi-kscheck/checker/product"
)

func TestInstalled(t *testing.T) {
	table, err := product.Installed("4.4.0", []byte(`{"keystore.primary.type": "PKCS12", "flag": true}`), nil, []byte(`{"a": {"true": {"b": "c"}}}`))
	if err != nil {
		t.Fatal(err)
	}
	built := product.For("4.4.0")
	if table.Version != "4.4.0" || table.Default["keystore.primary.type"] != "PKCS12" || len(table.Default) != 2 || table.Infer["a"]["true"]["b"] != "c" || len(table.KeyMappings) != len(built.KeyMappings) || !table.Read["truststore.type"] {
		t.Errorf("%+v", table)
	}
	if built.Default["keystore.primary.type"] != "JKS" {
		t.Error("the built-in table changed")
	}
	for _, c := range []struct{ name, defaults, mappings, infer, want string }{
		{"broken", "{\n\"a\": 1,\n}", "{}", "{}", "default.json: line 3 is no JSON"},
		{"cut", "{", "{}", "{}", "default.json: line 1 is no JSON"},
		{"a list", `{"a": 1}`, "[]", "{}", "key-mappings.json: line 1 is not what the product has there: an object of keys with the keys that they stand for"},
		{"another shape", `{"a": 1}`, `{"a": "b"}`, "{\n\"a\": 1}", "infer.json: line 2 is not what the product has there: an object of keys, of values, of the keys that these bring"},
		{"two", `{"a": 1} {}`, "{}", "{}", "default.json: something stands behind its last brace"},
		{"deep", strings.Repeat(`{"a":`, 100_000), "{}", "{}", "default.json: line 1 is no JSON"},
		{"large", strings.Repeat(" ", product.MaxInstalled+1), "{}", "{}", "default.json: it is larger than 1 MiB"},
		{"many", "{" + keys(20_001) + "}", "{}", "{}", "default.json: it has more than 20000 keys"},
	} {
		_, err := product.Installed("4.4.0", []byte(c.defaults), []byte(c.mappings), []byte(c.infer))
		if err == nil || err.Error() != c.want {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
}

func keys(n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `"k%d": "v"`, i)
	}
	return b.String()
}
