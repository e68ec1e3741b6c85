package stores

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mi-kscheck/mi-kscheck/checker/deployment"
	"github.com/mi-kscheck/mi-kscheck/checker/keystore"
	"github.com/mi-kscheck/mi-kscheck/checker/layout"
	"github.com/mi-kscheck/mi-kscheck/checker/secret"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// home makes an MI home (with bin/version.txt) or a checkout (without) and resolves its references.
func home(t *testing.T, version, toml string, env map[string]string, stores ...string) map[string]*Reference {
	t.Helper()
	dir := t.TempDir()
	write := func(name string, data []byte) {
		p := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(p), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	toToml := "conf/deployment.toml"
	if version == "" {
		toToml = "deployment.toml"
	} else {
		write("bin/version.txt", fmt.Appendf(nil, "WSO2 Micro Integrator v%s\n", version))
	}
	write(toToml, []byte(toml))
	for _, s := range stores {
		as, from, _ := strings.Cut(s, "=")
		data, err := os.ReadFile(filepath.Join("..", "..", "testdata", "stores", from))
		if err != nil {
			t.Fatal(err)
		}
		write("repository/resources/security/"+as, data)
	}
	opened, err := source.Open(context.Background(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = opened.Close() })
	targets, problems := layout.Find(context.Background(), opened.Source, layout.Options{Paths: opened.Paths})
	if len(targets) != 1 || len(problems) > 0 {
		t.Fatalf("targets %v, problems %v", targets, problems)
	}
	f, err := opened.Source.Read(targets[0].Path)
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]secret.Value{}
	for k, v := range env {
		values[k] = secret.New(v)
	}
	d := deployment.Read(f, deployment.Options{Version: targets[0].Version.Number, Env: values})
	if !d.Parsed {
		t.Fatal(d.Problems)
	}
	refs := map[string]*Reference{}
	for _, r := range Resolve(context.Background(), targets[0], Scene{Deployment: d, Profiles: ReadProfiles(targets[0], d), Artifacts: ReadArtifacts(targets[0], d)}, NewCache(keystore.Limits{})) {
		refs[r.Section] = r
	}
	return refs
}

const dir = "repository/resources/security/"

func primary(file, password, keyPassword, alias string) string {
	return fmt.Sprintf("[keystore.primary]\nfile_name = %q\npassword = %q\nalias = %q\nkey_password = %q\n", dir+file, password, alias, keyPassword)
}

func TestOpening(t *testing.T) {
	for name, c := range map[string]struct {
		toml    string
		env     map[string]string
		store   string
		why     Why
		opens   Answer
		def     int
		entry   bool
		keyOpen Answer
	}{
		"right password":          {primary("a", "wso2carbon", "wso2carbon", "wso2carbon"), nil, "jks-key.jks", "", Yes, 0, true, Yes},
		"alias in other case":     {primary("a", "wso2carbon", "wso2carbon", "WSO2Carbon"), nil, "jks-key.jks", "", Yes, 0, true, Yes},
		"opens with default":      {primary("a", "another-one", "another-one", "wso2carbon"), nil, "jks-key.jks", "", No, 0, true, No},
		"unknown, but default":    {primary("a", "$env{P}", "$env{P}", "wso2carbon"), nil, "jks-key.jks", "", Unknown, 0, true, Unknown},
		"variable given":          {primary("a", "$env{P}", "$env{P}", "wso2carbon"), map[string]string{"P": "wso2carbon"}, "jks-key.jks", "", Yes, 0, true, Yes},
		"wrong key password":      {primary("a", "wso2carbon", "nope", "wso2carbon"), nil, "jks-key.jks", "", Yes, 0, true, No},
		"alias not there":         {primary("a", "wso2carbon", "wso2carbon", "nobody"), nil, "jks-key.jks", "", Yes, 0, false, Yes},
		"no MAC, right":           {primary("a", "wso2carbon", "wso2carbon", "wso2carbon"), nil, "p12-nomac.p12", "", Yes, 0, true, Yes},
		"no MAC, only a key says": {primary("a", "another-one", "another-one", "wso2carbon"), nil, "p12-nomac.p12", "", No, 0, true, No},
	} {
		t.Run(name, func(t *testing.T) {
			r := home(t, "4.4.0", c.toml, c.env, "a="+c.store)["keystore.primary"]
			o := r.Opened
			if r.Why != c.why || o == nil {
				t.Fatalf("why %q, want %q; %+v", r.Why, c.why, r.Location)
			}
			if o.Opens != c.opens || o.Default != c.def || (o.Entry != nil) != c.entry {
				t.Errorf("opens %v default %d entry %v; want %v %d %v", o.Opens, o.Default, o.Entry != nil, c.opens, c.def, c.entry)
			}
			if len(o.Keys) != 1 || o.Keys[0].Opens != c.keyOpen {
				t.Errorf("keys %+v, want one that opens: %v", o.Keys, c.keyOpen)
			}
			if c.keyOpen == Yes && o.Keys[0].Matches != Yes {
				t.Error("the key belongs to its certificate")
			}
		})
	}
}

func TestNotOpened(t *testing.T) {
	changed := primary("a", "not-that-one", "not-that-one", "key")
	for name, c := range map[string]struct {
		toml  string
		store string
		why   Why
	}{
		"no file":                    {primary("b", "x", "x", "x"), "jks-key.jks", NotFound},
		"path by a variable":         {"[keystore.primary]\nfile_name = \"$env{F}\"\n", "jks-key.jks", PathUnknown},
		"wrong password, JKS":        {changed, "jks-nonascii.jks", WrongPassword},
		"password unknown, readable": {primary("a", "$env{P}", "$env{P}", "key"), "jks-nonascii.jks", ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := home(t, "4.4.0", c.toml, nil, "a="+c.store)["keystore.primary"]
			if r.Why != c.why {
				t.Errorf("why %q, want %q", r.Why, c.why)
			}
			if c.why != "" && r.Opened != nil && (len(r.Opened.Keys) > 0 || r.Opened.Entry != nil) {
				t.Error("a store that did not open gives keys or an entry")
			}
		})
	}
}

func TestDamaged(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("..", "..", "testdata", "stores", "jks-key.jks"))
	if err != nil {
		t.Fatal(err)
	}
	_, content := demoStore(t)
	store, err := NewCache(keystore.Limits{}).open(content, data[:len(data)/2], []secret.Value{secret.New("wso2carbon")})
	r := &Reference{Opened: &Opened{Store: store, Err: err, Default: -1}}
	r.judgeOpening()
	if r.Why != Damaged {
		t.Errorf("why %q, want %q (%v)", r.Why, Damaged, err)
	}
}

func TestInheritance(t *testing.T) {
	own := primary("a", "wso2carbon", "wso2carbon", "wso2carbon")
	refs := home(t, "4.4.0", own, nil, "a=jks-key.jks")
	p := refs["keystore.primary"]
	if !p.TLS || len(p.InheritedBy) != 3 {
		t.Errorf("listener, sender and internal API inherit the primary: TLS %v, by %v", p.TLS, p.InheritedBy)
	}
	if refs["transport.http.listener.keystore"] != nil {
		t.Error("a listener that states nothing is no reference of its own")
	}
	if i := refs["keystore.internal"]; i == nil || !i.InForce || i.TLS {
		t.Errorf("the internal store is always a reference: %+v", i)
	}
	refs = home(t, "4.4.0", own+"[transport.http]\nlistener.keystore.password = \"x\"\n", nil, "a=jks-key.jks")
	l := refs["transport.http.listener.keystore"]
	if l == nil || !l.TLS || l.Base != "keystore.primary" || len(refs["keystore.primary"].InheritedBy) != 2 {
		t.Errorf("a listener with one key of its own is a reference: %+v", l)
	}
}

func TestOldVersion(t *testing.T) {
	refs := home(t, "1.2.0", "[keystore.primary]\nfile_name = \"a\"\n", nil, "a=jks-key.jks")
	if r := refs["keystore.primary"]; r.Location.Status != layout.Found || r.Path != dir+"a" {
		t.Errorf("1.2.0 puts the folder before a bare name: %q %s", r.Path, r.Location.Status)
	}
	if r := refs["keystore.internal"]; r != nil && r.InForce {
		t.Error("1.2.0 does not read [keystore.internal]")
	}
}

func TestShippedUnseen(t *testing.T) {
	shipped := "[keystore.primary]\nfile_name = \"" + dir + "wso2carbon.jks\"\npassword = \"wso2carbon\"\n"
	if r := home(t, "", shipped, nil)["keystore.primary"]; !r.Shipped {
		t.Errorf("in a checkout the shipped path with the shipped password is the shipped store: %+v", r.Location)
	}
	if r := home(t, "4.4.0", shipped, nil)["keystore.primary"]; r.Shipped || r.Why != NotFound {
		t.Error("in a real MI home a missing file is missing")
	}
	own := strings.Replace(shipped, `"wso2carbon"`, `"my-own-password"`, 1)
	if r := home(t, "", own, nil)["keystore.primary"]; r.Shipped {
		t.Error("with a password of one's own it is another store, mounted at run time")
	}
}

func TestCarbonHome(t *testing.T) {
	toml := strings.Replace(primary("a", "wso2carbon", "wso2carbon", "wso2carbon"), dir, "${carbon.home}/"+dir, 1)
	if r := home(t, "4.4.0", toml, nil, "a=jks-key.jks")["keystore.primary"]; r.Why != "" {
		t.Errorf("the crypto side expands ${carbon.home}: %q", r.Why)
	}
}
