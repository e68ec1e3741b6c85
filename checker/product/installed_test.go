package product_test

import (
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
	for _, files := range [][3]string{{"{", "{}", "{}"}, {"{}", "[]", "{}"}, {"{}", "{}", `{"a": 1}`}} {
		if _, err := product.Installed("4.4.0", []byte(files[0]), []byte(files[1]), []byte(files[2])); err == nil {
			t.Errorf("%v is taken", files)
		}
	}
}
