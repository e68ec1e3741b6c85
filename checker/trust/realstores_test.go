package trust

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mi-kscheck/mi-kscheck/checker/keystore"
)

// TestJavaRealStores asks about every identity of the product's stores under every truststore among them. Each certificate of
// a truststore is an identity too: so Java's verdict on real roots and intermediates is compared as well.
func TestJavaRealStores(t *testing.T) {
	const dir = "../../../shared/realstores"
	index, err := os.ReadFile(filepath.Join(dir, "INDEX.tsv"))
	if err != nil {
		t.Skipf("no real stores to compare: %v", err)
	}
	o := newOracle(t)
	type truststore struct {
		name  string
		store *keystore.Store
	}
	var stores []truststore
	var chains [][]*keystore.Certificate
	seen := map[string]bool{}
	for line := range strings.Lines(string(index)) {
		f := strings.Split(line, "\t")
		if len(f) < 2 || f[0] == "file" {
			continue
		}
		data, err := os.ReadFile(filepath.Join(dir, f[0]))
		if err != nil {
			t.Fatal(err)
		}
		s, err := keystore.OpenBytes(data, keystore.Options{Passwords: []string{f[1]}})
		if err != nil || s == nil {
			continue
		}
		if len(NewAnchors(s).All()) > 2 && len(stores) < 4 {
			stores = append(stores, truststore{f[0], s})
		}
		for _, e := range s.Entries {
			if len(e.Chain) > 0 && !seen[e.Chain[0].SHA256()] && (e.Kind == keystore.PrivateKeyEntry || len(seen) < 200) {
				seen[e.Chain[0].SHA256()] = true
				chains = append(chains, e.Chain)
			}
		}
	}
	now := time.Now()
	asked, agreed, accepted := 0, 0, 0
	for _, ts := range stores {
		anchors := NewAnchors(ts.store)
		for _, chain := range chains {
			p := pki{chain: chain}
			for _, a := range anchors.All() {
				p.anchors, p.asKey = append(p.anchors, a.Certificate), append(p.asKey, false)
			}
			got := anchors.Validate(chain, Options{Dates: true, Now: now})
			want, why := o.ask(t, p.words())
			if got.Trusted && (strings.Contains(why, "permit use for") || strings.Contains(why, "KeyUsage does not allow")) {
				continue // the path stands; what the leaf may be used for is not judged here
			}
			asked++
			if want {
				accepted++
			}
			if got.Trusted != want {
				t.Errorf("%s and '%s':\n Java: %v %s\n here: %v %s", ts.name, chain[0].Subject, want, why, got.Trusted, got.Reason)
				continue
			}
			agreed++
		}
	}
	t.Logf("%d truststores, %d chains: %d/%d agree, %d trusted", len(stores), len(chains), agreed, asked, accepted)
}
