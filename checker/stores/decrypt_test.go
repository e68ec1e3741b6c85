package stores_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mi-kscheck/mi-kscheck/checker/deployment"
	"github.com/mi-kscheck/mi-kscheck/checker/keystore"
	"github.com/mi-kscheck/mi-kscheck/checker/layout"
	"github.com/mi-kscheck/mi-kscheck/checker/secret"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
	"github.com/mi-kscheck/mi-kscheck/checker/stores"
)

const internalPassword = "Internal-only-for-tests-93b2" // of testdata/homes/clean

// seal asks Java for what the cipher tool makes of texts.
func seal(t *testing.T, args ...string) []string {
	t.Helper()
	if _, err := exec.LookPath("java"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("needs Java, which seals the texts")
	}
	java := exec.CommandContext(t.Context(), "java", append([]string{"testdata/Sealer.java"}, args...)...)
	java.Stderr = t.Output()
	out, err := java.Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Fields(string(out))
}

// home is an MI home with the internal store of the clean one, and what else is written in it.
func home(t *testing.T, files map[string]string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("../../testdata/homes/clean")); err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		write(t, filepath.Join(dir, name), text)
	}
	return dir
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func scene(t *testing.T, dir string, o deployment.Options) stores.Scene {
	t.Helper()
	opened, err := source.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = opened.Close() })
	targets, _ := layout.Find(t.Context(), opened.Source, layout.Options{})
	f, err := targets[0].Source.Read(targets[0].Path)
	if err != nil {
		t.Fatal(err)
	}
	o.Env = map[string]secret.Value{"INTERNAL": secret.New(internalPassword)}
	return stores.Read(t.Context(), targets[0], f, o, true, stores.NewCache(keystore.Limits{}))
}

// configuration has an internal store, and a primary one whose password is sealed.
func configuration(file, kind, sealed string) string {
	return fmt.Sprintf(`[keystore.internal]
file_name = "repository/resources/security/%s"
type = "%s"
password = "$env{INTERNAL}"
alias = "internal"
key_password = "$env{INTERNAL}"
[keystore.primary]
password = "$secret{primary}"
[secrets]
primary = "%s"
`, file, kind, sealed)
}

// What Java sealed as the cipher tool does is opened again: RSA by the padding that secret-conf.properties names, else by either
// of those that the releases use, and 4.6's symmetric form with an AES key of each format that can keep one.
func TestDecryptsWhatJavaSealed(t *testing.T) {
	const text, oaep, pkcs1, oaep256 = "wso2carbon", "RSA/ECB/OAEPwithSHA1andMGF1Padding", "RSA/ECB/PKCS1Padding", "RSA/ECB/OAEPWithSHA-256AndMGF1Padding"
	conf := func(algorithm string) string {
		return "secretRepositories=file\nsecretRepositories.file.algorithm=" + algorithm + "\nkeystore.identity.location=repository/resources/security/internal.p12\nkeystore.identity.alias=internal\n"
	}
	cases := []struct {
		kind, algorithm, conf string
		opens                 bool
	}{
		{"PKCS12", oaep, "", true},
		{"PKCS12", pkcs1, "", true},
		{"PKCS12", oaep256, "", false},
		{"PKCS12", oaep, conf(oaep), true},
		{"PKCS12", pkcs1, conf("RSA"), true},
		{"PKCS12", oaep256, conf(oaep256), true},
		{"PKCS12", oaep256, conf(oaep), false},
		{"PKCS12", oaep, conf("RSA"), false},
		{"PKCS12", oaep, conf("ECIES"), false},
		{"PKCS12", "AES:256", "", true},
		{"PKCS12", "AES:128", "", true},
		{"JCEKS", "AES:256", "", true},
		{"JCEKS", "AES:192", "", true},
	}
	all, jobs := t.TempDir(), []string{}
	for i, c := range cases {
		file := "../../testdata/homes/clean/repository/resources/security/internal.p12"
		if strings.HasPrefix(c.algorithm, "AES") {
			file = filepath.Join(all, fmt.Sprint(i))
		}
		jobs = append(jobs, c.kind, file, internalPassword, "internal", c.algorithm, text)
	}
	sealed := seal(t, jobs...)
	for i, c := range cases {
		t.Run(c.kind+" "+c.algorithm+" "+c.conf, func(t *testing.T) {
			dir := home(t, nil)
			file := "internal.p12"
			if strings.HasPrefix(c.algorithm, "AES") {
				file = "aes.store"
				if err := os.Rename(filepath.Join(all, fmt.Sprint(i)), filepath.Join(dir, "repository/resources/security", file)); err != nil {
					t.Fatal(err)
				}
			}
			write(t, filepath.Join(dir, "conf/deployment.toml"), configuration(file, c.kind, sealed[i]))
			if c.conf != "" {
				write(t, filepath.Join(dir, "conf/security/secret-conf.properties"), c.conf)
			}
			v := scene(t, dir, deployment.Options{}).Deployment.Value("keystore.primary.password")
			if opens := v.Text.Reveal() == text; opens != c.opens {
				t.Errorf("opens: %v, want %v (%s %s)", opens, c.opens, v.State, v.Reason)
			}
		})
	}
}

// The store of secret-conf.properties counts before those of deployment.toml where it is another one; where it is the same it is no use
// of its own. It matters only where there are secrets.
func TestStoreOfTheSecureVault(t *testing.T) {
	const start = "secretRepositories=file\nkeystore.identity.location="
	const internal = "repository/resources/security/internal.p12"
	const asked = "\nkeystore.identity.store.password=identity.store.password\nkeystore.identity.store.secretProvider=org.wso2.carbon.securevault.DefaultSecretCallbackHandler\n"
	for name, c := range map[string]struct {
		conf, decrypts string
		inForce, opens bool
	}{
		"none":                     {"", "keystore.internal", true, true},
		"no repositories":          {"keystore.identity.location=x.jks", "keystore.internal", true, true},
		"another repository":       {"secretRepositories=vault\nkeystore.identity.location=x.jks", "keystore.internal", true, true},
		"one of several":           {"secretRepositories=vault, file\nkeystore.identity.location=x.jks", stores.VaultSection, true, false},
		"the same":                 {start + internal + "\nkeystore.identity.alias=INTERNAL\nkeystore.identity.type=PKCS12" + asked, "keystore.internal", true, true},
		"the same, elsewhere":      {start + "/opt/wso2mi-4.4.0/" + internal + "\nkeystore.identity.alias=internal" + asked, "keystore.internal", true, true},
		"the primary":              {start + "repository/resources/security/wso2carbon.jks\nkeystore.identity.alias=wso2carbon" + asked, "keystore.primary", true, false},
		"another alias":            {start + internal + "\nkeystore.identity.alias=other" + asked, stores.VaultSection, true, false},
		"no alias":                 {start + internal + asked, stores.VaultSection, true, false},
		"another type":             {start + internal + "\nkeystore.identity.type=JCEKS\nkeystore.identity.alias=internal" + asked, stores.VaultSection, true, true},
		"a store of its own":       {start + "repository/resources/security/own.p12", stores.VaultSection, true, false},
		"a password of its own":    {start + internal + "\nkeystore.identity.alias=internal\nkeystore.identity.store.password=" + internalPassword, stores.VaultSection, true, true},
		"elsewhere, and not known": {start + "/opt/vault/own.p12" + asked, stores.VaultSection, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			files := map[string]string{"conf/deployment.toml": configuration("internal.p12", "PKCS12", "aXM=")}
			if c.conf != "" {
				files["conf/security/secret-conf.properties"] = c.conf
			}
			var decrypts []string
			for _, r := range scene(t, home(t, files), deployment.Options{}).References {
				if !r.Decrypts {
					continue
				}
				decrypts = append(decrypts, r.Section)
				if opens := r.Opened != nil && r.Opened.Entry != nil; opens != c.opens || r.InForce != c.inForce {
					t.Errorf("its key is at hand: %v, in force: %v; %+v", opens, r.InForce, r.Why)
				}
			}
			if fmt.Sprint(decrypts) != fmt.Sprint([]string{c.decrypts}) {
				t.Errorf("decrypts: %v, want %s", decrypts, c.decrypts)
			}
		})
	}
	files := map[string]string{"conf/deployment.toml": "", "conf/security/secret-conf.properties": start + "none.p12"}
	for _, r := range scene(t, home(t, files), deployment.Options{}).References {
		if r.Section == stores.VaultSection && r.InForce {
			t.Error("without secrets its store does not matter")
		}
	}
}
