package checker_test

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mi-kscheck/mi-kscheck/checker"
	"github.com/mi-kscheck/mi-kscheck/checker/inspect"
	"github.com/mi-kscheck/mi-kscheck/checker/keystore"
	"github.com/mi-kscheck/mi-kscheck/checker/secret"
)

// markers hands out texts that occur nowhere else, to be put wherever a secret can stand.
type markers struct{ all []string }

// secret gives a new one. Its first four characters already tell it from all else: neither j nor x is a hexadecimal digit, so
// that no fingerprint looks like one.
func (m *markers) secret() string {
	m.all = append(m.all, fmt.Sprintf("Jx%02dkPq7vT2mWz", len(m.all)))
	return m.all[len(m.all)-1]
}

// value gives a new one as a value that the run is handed.
func (m *markers) value() secret.Value { return secret.New(m.secret()) }

// searched are the texts that give a secret away: itself, what it begins with, and every form from which it could be looked up.
func searched(s string) []string {
	md5s, sha1s, sha256s := md5.Sum([]byte(s)), sha1.Sum([]byte(s)), sha256.Sum256([]byte(s))
	texts := []string{s[:4], url.QueryEscape(s)}
	for _, b := range [][]byte{[]byte(s), md5s[:], sha1s[:], sha256s[:]} {
		// The beginning is enough: fingerprints are often cut.
		texts = append(texts, hex.EncodeToString(b)[:8], base64.StdEncoding.EncodeToString(b)[:8], base64.URLEncoding.EncodeToString(b)[:8])
	}
	return texts
}

// leak is one place where secrets stand.
type leak struct {
	files  map[string]string // by name in the home, beside what every home has
	values checker.Values
	silent bool // nothing need be found in it
}

// TestNoSecretInAnyOutput puts markers wherever a password, or a value that came through a variable, can stand, and searches
// every report, the document and all messages for them.
func TestNoSecretInAnyOutput(t *testing.T) {
	for name, make := range leaks {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := &markers{}
			l := make(m)
			home := copyTo(t, "../testdata/homes/clean")
			for file, content := range l.files {
				write(t, filepath.Join(home, file), content)
			}
			o := run{paths: []string{home}, values: l.values}.do(t)
			if len(m.all) == 0 || !l.silent && len(o.findings(t)) == 0 {
				t.Fatalf("the case tests nothing: %d markers, %d findings", len(m.all), len(o.findings(t)))
			}
			outputs := o.reports(t)
			outputs["messages"] = fmt.Sprint(o.err, o.missing, o.problems)
			for _, out := range o.targets {
				b, err := json.Marshal(out.Document)
				if err != nil {
					t.Fatal(err)
				}
				outputs["document"] += string(b)
				outputs["messages"] += fmt.Sprint(out.Err) + fmt.Sprintf("%+v", out.Result)
			}
			shows(t, m.all, outputs)
		})
	}
}

// shows fails where an output shows a secret.
func shows(t *testing.T, secrets []string, outputs map[string]string) {
	t.Helper()
	for name, text := range outputs {
		lower := strings.ToLower(text)
		for _, s := range secrets {
			for _, form := range searched(s) {
				if i := strings.Index(lower, strings.ToLower(form)); i >= 0 {
					t.Errorf("%s shows %q of the secret %q: …%s…", name, form, s, text[max(0, i-120):min(len(text), i+len(form)+40)])
					break
				}
			}
		}
	}
}

// section is the primary section with stores that are there.
const section = "[keystore.primary]\nfile_name = \"repository/resources/security/primary.p12\"\ntype = \"PKCS12\"\nalias = \"api\"\n"

// toml is a home whose deployment.toml is a text with a marker for each %s.
func toml(text string) func(*markers) leak {
	return func(m *markers) leak {
		args := make([]any, strings.Count(text, "%s"))
		for i := range args {
			args[i] = m.secret()
		}
		return leak{files: map[string]string{"conf/deployment.toml": fmt.Sprintf(text, args...)}}
	}
}

var leaks = map[string]func(*markers) leak{
	"passwords of the stores": toml(section + `password = "%s"
key_password = "%s"

[keystore.internal]
file_name = "repository/resources/security/internal.p12"
type = "PKCS12"
password = '%s'
alias = "internal"
key_password = '''%s'''

[truststore]
file_name = "repository/resources/security/truststore.p12"
password = """
%s"""
`),
	"passwords of transports": toml(section + `password = "%s"
[transport.http]
listener.keystore.password = "%s"
listener.keystore.key_password = "%s"
sender.truststore.password = "%s"
[transport.http.listener.keystore]
location = "nowhere.jks"
[internal_api_ssl_config]
key_store.password = "%s"
[transport.netty.https]
sender.keystore.password = "%s"
[[transport.rabbitmq.sender]]
name = "r"
parameter.keystore_password = "%s"
parameter.ssl_enable = true
[[external_vault]]
keyStorePassword = "%s"
`),
	"names that are no password keys": toml(section + `password = "x"
pass = "%s"
Password = "%s"
keypassword = "%s"
passwd = "%s"
storepass = '%s'
"key password" = "%s"

[keystores.primary]
password = "%s"
pass = "%s"

[keystore.intenral]
password = "%s"

[keystore.tls]
file_name = "repository/resources/security/primary.p12"
password = "%s"
key_password = "%s"
`),
	"sections of others": toml(section + `password = "x"
[user_store]
type = "database"
connection_password = "%s"
[[datasource]]
id = "d"
url = "jdbc:mysql://user:%s@host/db"
password = "%s"
[[internal_apis.users]]
user.name = "admin"
user.password = "%s"
[my.own.section]
token = "%s"
secret_key = "%s"
nested = { api_key = "%s", list = ["%s", "%s"] }
[[keystore.secondary]]
file_name = "nowhere.p12"
password = "%s"
`),
	"inline tables and arrays": toml(`keystore = { primary = { file_name = "wso2carbon.jks", password = "%s", pass = "%s", key_password = "%s" } }
truststore = { file_name = "nowhere.jks", password = "%s", passwort = "%s" }
`),
	"values that are no text": toml(section + `password = ["%s", "%s"]
key_password = { a = "%s", b = ["%s"] }
[secrets]
alias = { a = "%s" }
list = ["%s"]
`),
	"comments": toml(section + `# the old password was %s
password = "x" # before: %s
pass = "y" # %s
key_password = "$secret{none}" # "%s"
[keystore.intenral] # %s
password = "$ref{no.such.key}" # = "%s"
`),
	"secrets in the file": toml(section + `password = "$secret{store}"
key_password = "$secret{key}"
[secrets]
store = "[%s]"
key = "%s"
"an alias" = "[%s]"
other = "%s"
number = 12
[runtime_secrets]
enable = "true"
token = "%s"
[encryption]
key = "%s"
`),
	"references to passwords": toml(`[server]
hostname = "$ref{keystore.primary.password}"
` + section + `password = "%s"
key_password = "$ref{keystore.primary.password}"
[keystore.internal]
file_name = "$ref{keystore.primary.password}/x.jks"
alias = "$ref{truststore.password}"
[truststore]
file_name = "nowhere-$ref{keystore.primary.password}.jks"
password = "%s"
type = "$ref{truststore.password}"
`),
	"a wrong password": toml(section + "password = \"%s\"\nkey_password = \"%s\"\n"),
	"a duplicate key": toml(section + `password = "%s"
password = "%s"
pass = "%s"
`),
	"a duplicate table":     toml(section + "password = \"%s\"\n[keystore.primary]\npassword = \"%s\"\n"),
	"a quote that is open":  toml(section + "password = \"%s\nkey_password = \"%s\"\n"),
	"no quotes":             toml(section + "password = %s\nkey_password = %s\n"),
	"typographic quotes":    toml(section + "password = “%s”\nkey_password = \"%s\"\n"),
	"single typographic":    toml(section + "key_password = \"%s\"\npassword = ‘%s’\n"),
	"no equals sign":        toml(section + "password \"%s\"\n"),
	"a colon":               toml(section + "password: %s\n"),
	"text behind the value": toml(section + "password = \"%s\" %s\n"),
	"two on a line":         toml(section + "password = \"%s\" key_password = \"%s\"\n"),
	"a backslash":           toml(section + "password = \"\\q%s\"\nkey_password = \"C:\\%s\"\n"),
	"half a surrogate":      toml(section + "password = \"\\uD800%s\"\n"),
	"a password as a key":   toml(section + "%s\n"),
	"an open bracket":       toml(section + "password = [\"%s\", \"%s\"\n[server]\n"),
	"an open inline table":  toml("keystore = { primary = { password = \"%s\", key_password = \"%s\" }\n[server]\n"),
	"an open text block":    toml(section + "password = \"\"\"%s\n%s\n"),
	"a control character":   toml(section + "password = \"%s\x01%s\"\n"),
	"no UTF-8":              toml(section + "password = \"%s\xff%s\"\n"),
	"a template":            toml(section + "password = \"{{ .Values.password | default \"%s\" }}\"\nkey_password = {{ \"%s\" }}\n"),
	"mixed types":           toml(section + "password = \"%s\"\nlist = [1, \"%s\"]\n"),
	"what TOML 0.5 lacks":   toml(section + "password = \"\\e%s\"\nkey_password = \"\\x41%s\"\n"),
	"a very long line":      toml(section + "password = \"" + strings.Repeat("a", 5000) + "%s\"  " + strings.Repeat(" ", 300) + "%s\n"),

	"values of variables": func(m *markers) leak {
		return leak{
			files: map[string]string{"conf/deployment.toml": `[server]
hostname = "$env{HOST}.example.org"
[keystore.primary]
file_name = "$env{FILE}"
type = "$env{TYPE}"
password = "$env{PASSWORD}"
alias = "$env{ALIAS}"
key_password = "pre-$env{KEY}-post"
[keystore.internal]
file_name = "repository/resources/$env{DIR}/internal.p12"
password = "$sys{password}"
alias = "$sys{alias}"
key_password = "$secret{key}"
[truststore]
file_name = "$sys{dir}/../$env{UNSET}/t.jks"
password = "$secret{$env{PASSWORD}}"
type = "$ref{keystore.primary.type}"
[transport.http]
listener.keystore.location = "$ref{keystore.primary.file_name}"
listener.ssl_profile.file_path = "conf/$env{DIR}/p.xml"
listener.secured_protocols = "$env{PROTOCOLS}"
[secrets]
key = "$env{KEY}"
[my]
own = "$env{OTHER} $sys{other} $secret{key}"
`},
			values: checker.Values{
				Env: map[string]secret.Value{
					"HOST": m.value(), "FILE": m.value(), "TYPE": m.value(), "PASSWORD": m.value(), "ALIAS": m.value(), "KEY": m.value(),
					"DIR": m.value(), "OTHER": m.value(), "PROTOCOLS": m.value(), "UNUSED": m.value(),
				},
				Sys:     map[string]secret.Value{"password": m.value(), "alias": m.value(), "dir": m.value(), "other": m.value()},
				Secrets: map[string]secret.Value{"key": m.value(), "unused": m.value()},
			},
		}
	},
	"variables that lead to a store": func(m *markers) leak {
		dir := m.secret()
		env := testEnv()
		env["DIR"], env["ALIAS"] = secret.New(dir), m.value()
		return leak{
			files: map[string]string{
				"conf/deployment.toml": `[keystore.primary]
file_name = "repository/$env{DIR}/primary.p12"
type = "JKS"
password = "$env{PRIMARY_STORE_PASSWORD}"
alias = "$env{ALIAS}"
key_password = "$env{PRIMARY_STORE_PASSWORD}"
[truststore]
file_name = "/$env{DIR}/away.p12"
password = "$env{TRUSTSTORE_PASSWORD}"
`,
				"repository/" + dir + "/primary.p12": fixture("primary.p12"),
			},
			values: checker.Values{Env: env},
		}
	},
	"variables that lead to variables": func(m *markers) leak {
		return leak{
			files: map[string]string{"conf/deployment.toml": section + "password = \"$sys{chain}\"\nkey_password = \"$sys{broken}\"\n[keystore.internal]\nfile_name = \"$sys{ref}\"\n"},
			values: checker.Values{
				Env: map[string]secret.Value{"NEXT": m.value()},
				Sys: map[string]secret.Value{
					"chain": secret.New("$env{NEXT}" + m.secret()), "broken": secret.New(m.secret() + "$x\\" + m.secret()),
					"ref": secret.New("$ref{" + m.secret() + "}"),
				},
			},
		}
	},
	"contents of stores": func(m *markers) leak {
		garbage := m.secret() + "\nstore.password=" + m.secret()
		return leak{
			files: map[string]string{
				"conf/deployment.toml":                       section + "password = \"" + m.secret() + "\"\n",
				"repository/resources/security/primary.p12":  garbage,
				"repository/resources/security/internal.p12": "\xfe\xed\xfe\xed\x00\x00\x00\x02\x00\x00\x00\x01\x00\x00\x00\x07\x00" + garbage,
			},
		}
	},
	"files beside it": func(m *markers) leak {
		return leak{
			files: map[string]string{
				"conf/deployment.toml": section + "password = \"" + m.secret() + "\"\n[transport.http]\nlistener.ssl_profile.file_path = \"conf/sslprofiles/listenerprofiles.xml\"\n",
				"conf/sslprofiles/listenerprofiles.xml": `<parameter name="SSLProfiles"><profile><bindAddress>0.0.0.0</bindAddress><KeyStore>
<Location>repository/resources/security/primary.p12</Location><Type>PKCS12</Type><Password>` + m.secret() + `</Password>
<KeyPassword>` + m.secret() + `</KeyPassword></KeyStore><TrustStore><Location>nowhere</Location><Password>` + m.secret() + `</Password></TrustStore></profile></parameter>`,
				"pom.xml":           "<project><properties><keystore.password>" + m.secret() + "</keystore.password></properties></project>",
				"Dockerfile":        "FROM wso2/wso2mi:4.4.0\nENV STORE_PASSWORD=" + m.secret() + "\nARG KEY=" + m.secret() + "\nCOPY conf/deployment.toml /x\n",
				"password-tmp":      m.secret() + "\n" + m.secret(),
				"password-persist":  m.secret(),
				".env":              "PRIMARY_STORE_PASSWORD=" + m.secret(),
				"bin/version.txt":   "WSO2 Micro Integrator v4.4.0\n" + m.secret(),
				"conf/log4j2.props": m.secret(),
			},
		}
	},
	"nothing wrong but the values": func(m *markers) leak {
		l := leak{silent: true, values: checker.Values{Env: testEnv(), Sys: map[string]secret.Value{"x": m.value()}, Secrets: map[string]secret.Value{"x": m.value()}}}
		l.values.Env["UNUSED"] = m.value()
		return l
	},
}

// testEnv are the variables of the clean home.
func testEnv() map[string]secret.Value {
	return map[string]secret.Value{
		"PRIMARY_STORE_PASSWORD": secret.New("Primary-only-for-tests-41c7"), "INTERNAL_STORE_PASSWORD": secret.New("Internal-only-for-tests-93b2"),
		"TRUSTSTORE_PASSWORD": secret.New("Truststore-only-for-tests-05ea"),
	}
}

// fixture is a store of the clean home.
func fixture(name string) string {
	b, err := os.ReadFile("../testdata/homes/clean/repository/resources/security/" + name)
	if err != nil {
		panic(err) // a broken checkout
	}
	return string(b)
}

// The passwords of the clean home do not show either, right as they are.
func TestRightPasswordsDoNotShow(t *testing.T) {
	home := copyTo(t, "../testdata/homes/clean")
	o := run{paths: []string{home}, values: checker.Values{Env: testEnv()}}.do(t)
	outputs := o.reports(t)
	b, err := json.Marshal(o.targets[0].Document)
	if err != nil {
		t.Fatal(err)
	}
	outputs["document"] = string(b)
	for name, text := range outputs {
		if strings.Contains(text, "only-for-tests") {
			t.Errorf("%s shows a password", name)
		}
	}
}

// What `inspect` shows of a store holds neither the password that was tried nor the right one.
func TestNoPasswordInInspect(t *testing.T) {
	m := &markers{}
	for name, data := range map[string][]byte{
		"pkcs12": []byte(fixture("primary.p12")), "no store": []byte("password = " + m.secret()), "cut": []byte(fixture("primary.p12"))[:700],
		"damaged": append([]byte("\xfe\xed\xfe\xed\x00\x00\x00\x02\x00\x00\x00\x05"), m.secret()...),
	} {
		tried := []string{m.secret(), m.secret()}
		store, err := keystore.OpenBytes(data, keystore.Options{Passwords: tried})
		r := inspect.Build(store, err, inspect.Options{Name: "x", Passwords: tried, Declared: "BKS", TrustErr: err, Now: instant})
		var text strings.Builder
		if err := r.Text(&text); err != nil {
			t.Fatal(err)
		}
		b, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		if r.OK() {
			t.Errorf("%s opens with a wrong password", name)
		}
		shows(t, m.all, map[string]string{name + ", text": text.String(), name + ", json": string(b), name + ", model": fmt.Sprintf("%+v %v", r, err)})
	}
}
