package product_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mi-kscheck/mi-kscheck/checker/packed"
	"github.com/mi-kscheck/mi-kscheck/checker/product"
)

func TestTables(t *testing.T) {
	want := "1.2.0 4.0.0 4.1.0 4.2.0 4.3.0 4.4.0 4.5.0 4.6.0"
	if got := strings.Join(product.Versions(), " "); got != want {
		t.Fatalf("Versions() = %s, want %s", got, want)
	}
	if product.Newest() != "4.6.0" {
		t.Errorf("Newest() = %s", product.Newest())
	}
	for _, v := range product.Versions() {
		table := product.For(v)
		if table.Version != v || table.Default["keystore.primary.password"] != "wso2carbon" || len(table.KeyMappings) < 40 || len(table.Infer) != 4 || !table.Read["truststore.file_name"] {
			t.Errorf("%s: incomplete table (version %s, %d defaults, %d mappings, %d infer, %d read)", v, table.Version, len(table.Default), len(table.KeyMappings), len(table.Infer), len(table.Read))
		}
	}
}

func TestForTakesTheNearestOlder(t *testing.T) {
	for asked, want := range map[string]string{
		"": "4.6.0", "4.4.0": "4.4.0", "v4.4": "4.4.0", "4.2.0.17": "4.2.0", "4.4.1": "4.4.0", "5.0.0": "4.6.0", "1.1.0": "1.2.0",
		"4.5.0-beta": "4.5.0", "nonsense": "4.6.0", "3": "1.2.0", "4": "4.0.0", "99999999999999999999": "4.6.0",
	} {
		if got := product.For(asked).Version; got != want {
			t.Errorf("For(%q) is the table of %s, want %s", asked, got, want)
		}
	}
}

func TestVersionsDiffer(t *testing.T) {
	key := "transport.http.listener.keystore.location"
	if got := product.For("1.2.0").Default[key]; got != "repository/resources/security/$ref{keystore.primary.file_name}" {
		t.Errorf("1.2.0: %v", got)
	}
	if got := product.For("4.0.0").Default[key]; got != "$ref{keystore.primary.file_name}" {
		t.Errorf("4.0.0: %v", got)
	}
	if _, ok := product.For("4.0.0").Default["transport.netty.https.sender.keystore.location"]; ok {
		t.Error("4.0.0 has a default of the netty sender, which came with 4.1")
	}
	if !product.For("4.6.0").Read["jce_provider.provider_name"] {
		t.Error("4.6.0 does not read jce_provider.provider_name")
	}
}

func TestCompare(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"4.4.0", "4.5.0", -1}, {"4.5.0", "4.5", 0}, {"4.10.0", "4.9.0", 1}, {"", "4.6.0", 1}, {"1.2.0", "4.0.0", -1}} {
		if got := product.Compare(c.a, c.b); got != c.want {
			t.Errorf("Compare(%q, %q) = %d, want %d", c.a, c.b, got, c.want)
		}
	}
}

func TestKnownKeys(t *testing.T) {
	for _, v := range product.Versions() {
		k, ok := product.ShippedKey(v)
		if !ok {
			t.Errorf("no shipped key of %s", v)
			continue
		}
		again, ok := product.Known(k.SPKI)
		if !ok || again.Certificate != k.Certificate || !k.SelfSigned || k.Alias != "wso2carbon" || !k.NotBefore.Before(k.NotAfter) {
			t.Errorf("%s: %+v", v, k)
		}
	}
	// mi-semantics section 7.
	if k, _ := product.ShippedKey("4.4"); k.NotAfter.Format("2006-01-02") != "2026-12-14" {
		t.Errorf("4.4's key ends %v", k.NotAfter)
	}
	if _, ok := product.ShippedKey("4.4.1"); ok {
		t.Error("a release that is not in the table has a shipped key")
	}
	if _, ok := product.Known(strings.Repeat("0", 64)); ok {
		t.Error("an unknown public key is known")
	}
}

// TestPacked holds the tables that are embedded to those that people read.
func TestPacked(t *testing.T) {
	files, err := filepath.Glob("data/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("%v: %v", files, err)
	}
	for _, file := range files {
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(file + ".gz")
		if err != nil {
			t.Fatal(err)
		}
		if got := packed.New(data).Read(filepath.Base(file)); string(got) != string(want) {
			t.Errorf("%s.gz does not hold %s: run go generate ./checker/product", file, file)
		}
	}
}

// TestGenerated holds the committed data to the files that it was made from, where they are at hand.
func TestGenerated(t *testing.T) {
	shared := filepath.Join("..", "..", "..", "shared", "data")
	if _, err := os.Stat(shared); err != nil {
		t.Skip("../shared is not there: the committed data is not compared with its source")
	}
	out := t.TempDir()
	c := exec.Command("go", "run", "./generate", "-config", filepath.Join(shared, "mi-config.json"), "-keys", filepath.Join(shared, "known-default-keys.tsv"), "-out", out)
	if text, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	made, err := filepath.Glob(filepath.Join(out, "*"))
	if err != nil || len(made) < 8 {
		t.Fatalf("%v: %v", made, err)
	}
	committed, err := filepath.Glob("data/*")
	if err != nil || len(committed) != len(made)+1 { // demo-keys.tsv is written by hand
		t.Errorf("data has %d files, the generator makes %d", len(committed), len(made))
	}
	for _, file := range made {
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(filepath.Join("data", filepath.Base(file)))
		if table, ok := strings.CutSuffix(filepath.Base(file), ".gz"); ok { // versions of Go compress differently
			want, got = packed.New(want).Read(table), packed.New(got).Read(table)
			if len(want) == 0 {
				t.Errorf("%s holds nothing", file)
			}
		}
		if err != nil || string(got) != string(want) {
			t.Errorf("data/%s is not what go generate makes (%v)", filepath.Base(file), err)
		}
	}
}

func BenchmarkFor(b *testing.B) {
	for b.Loop() {
		product.ParseForBenchmark("4.6.0")
	}
}
