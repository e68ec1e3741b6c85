package inspect

import (
	"os"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/mi-kscheck/mi-kscheck/checker/keystore"
)

func TestWeaknesses(t *testing.T) {
	cipher := func(name string, n int) []keystore.Cipher { return []keystore.Cipher{{Algorithm: name, Iterations: n}} }
	good := cipher("PBES2-AES256-CBC-HMAC-SHA256", 10_000)
	for _, test := range []struct {
		name   string
		format keystore.Format
		p      keystore.Protection
		want   []string
	}{
		{"today's", keystore.PKCS12, keystore.Protection{Integrity: "HMAC-SHA256", Iterations: 10_000, Keys: good, Certificates: good}, nil},
		{"PBMAC1 without a count", keystore.PKCS12, keystore.Protection{Integrity: "PBMAC1", Keys: good}, nil},
		{"old", keystore.PKCS12, keystore.Protection{Integrity: "HMAC-SHA1", Iterations: 999, Keys: cipher("PBE-SHA1-3DES", 1000), Certificates: cipher("PBE-SHA1-RC2-40", 1)},
			[]string{"keys encrypted with PBE-SHA1-3DES", "certificates encrypted with PBE-SHA1-RC2-40", "1 iteration for certificates", "999 iterations for the MAC"}},
		{"no MAC", keystore.PKCS12, keystore.Protection{Keys: good}, []string{"no MAC"}},
		{"no choice", keystore.JKS, keystore.Protection{Integrity: "SHA-1 digest", Keys: cipher("JKS", 0)}, nil},
	} {
		if got := weaknesses(test.format, test.p); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

// TestWeaknessesAreTheRules: inspect and MIKS519 call the same weak.
func TestWeaknessesAreTheRules(t *testing.T) {
	policy, err := os.ReadFile("../../policies/configuration/weak-store-protection/weak_store_protection.rego")
	if err != nil {
		t.Fatal(err)
	}
	if want := "regex.match(`" + strings.Join(oldCiphers, "|") + "`, c.algorithm)"; !strings.Contains(string(policy), want) {
		t.Errorf("the rule does not say %s", want)
	}
	limits := regexp.MustCompile(`iterations < (\d+)`).FindAllStringSubmatch(string(policy), -1)
	if len(limits) == 0 {
		t.Error("the rule has no limit of iterations")
	}
	for _, l := range limits {
		if l[1] != strconv.Itoa(fewIterations) {
			t.Errorf("the rule says %s iterations, inspect %d", l[1], fewIterations)
		}
	}
}
