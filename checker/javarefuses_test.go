package checker_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/mi-kscheck/mi-kscheck/checker"
	"github.com/mi-kscheck/mi-kscheck/checker/secret"
)

// A sound file that JDK 17 does not load (checker/keystore asks Java itself about it) is MIKS512, and no wrong password.
func TestStoreThatJavaRefuses(t *testing.T) {
	store, err := os.ReadFile("../testdata/vectors/rfc9579-a1.p12")
	if err != nil {
		t.Fatal(err)
	}
	home := copyTo(t, "../testdata/homes/clean")
	write(t, filepath.Join(home, "repository/resources/security/pbmac1.p12"), string(store))
	toml := `[keystore.primary]
file_name = "repository/resources/security/pbmac1.p12"
type = "PKCS12"
password = "$env{P}"
key_password = "$env{P}"
`
	write(t, filepath.Join(home, "conf/deployment.toml"), toml)
	found := func(toml string) (ids []string, message string) {
		write(t, filepath.Join(home, "conf/deployment.toml"), toml)
		o := run{paths: []string{home}, values: checker.Values{Env: map[string]secret.Value{"P": secret.New("1234")}}}.do(t)
		for _, f := range o.findings(t) {
			ids = append(ids, f.Rule.ID)
			if f.Rule.ID == "MIKS512" {
				message = f.Message
			}
		}
		return ids, message
	}
	ids, message := found(toml)
	if !slices.Contains(ids, "MIKS512") || slices.Contains(ids, "MIKS502") || !strings.Contains(message, "Java 17 does not know PBMAC1") {
		t.Errorf("found %q: %s", ids, message)
	}
	if ids, _ := found(toml + "[jce_provider]\nprovider_name = \"BC\"\n"); slices.Contains(ids, "MIKS512") {
		t.Errorf("with another provider: found %q", ids)
	}
}
