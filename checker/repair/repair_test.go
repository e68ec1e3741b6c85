package repair_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/mi-kscheck/mi-kscheck/checker/facts"
	"github.com/mi-kscheck/mi-kscheck/checker/repair"
	"github.com/mi-kscheck/mi-kscheck/policies"
)

// document has a primary and an internal keystore and a truststore, each a PKCS12 file of its own.
func document() *facts.Document {
	d := &facts.Document{Target: facts.Target{URI: "conf/deployment.toml"}}
	d.Server.Hostname = facts.Value{State: "known", Text: "api.example.org"}
	for _, s := range []struct{ role, section, file, alias string }{
		{"primary", "keystore.primary", "security/primary.p12", "api"},
		{"internal", "keystore.internal", "security/internal.p12", "internal"},
		{"truststore", "truststore", "security/trust.p12", ""},
	} {
		value := func(key string) facts.Value {
			return facts.Value{Pointer: "/values/" + s.section + "." + key, Root: s.section + "." + key}
		}
		ref := facts.Reference{
			Role: s.role, Section: s.section, Header: "/sections/" + s.section, InForce: true, Trust: s.alias == "", Store: s.role,
			Location: facts.Location{URI: s.file},
			File:     value("file_name"), Type: value("type"), Password: value("password"), Alias: value("alias"), KeyPassword: value("key_password"),
		}
		store := facts.Store{ID: s.role, Format: "PKCS12"}
		if s.alias != "" {
			ref.Alias.State, ref.Alias.Text, ref.Alias.Shown, ref.Entry.Alias = "known", s.alias, s.alias, s.alias
			ref.Keys = []facts.UsedKey{{Alias: s.alias, Configured: true, Chain: []facts.Certificate{{}}}}
			store.PrivateKeys = []facts.PrivateKey{{Alias: s.alias}}
		}
		d.References, d.Stores = append(d.References, ref), append(d.Stores, store)
	}
	return d
}

const (
	primary  = "/values/keystore.primary.alias"
	internal = "/values/keystore.internal.alias"
	trust    = "/values/truststore.file_name"
)

// at is the reference that a value belongs to.
func at(d *facts.Document, pointer string) *facts.Reference {
	for i := range d.References {
		if r := &d.References[i]; r.Alias.Pointer == pointer || r.File.Pointer == pointer {
			return r
		}
	}
	return nil
}

func lines(cs []repair.Command) string {
	var b strings.Builder
	for _, c := range cs {
		fmt.Fprintln(&b, strings.Join(c.Argv, " "))
	}
	return b.String()
}

func TestCommands(t *testing.T) {
	jks := func(d *facts.Document) { d.Stores[0].Format = "JKS" }
	renewed := "keytool -certreq -keystore security/primary.p12 -alias api -file api.csr -ext san=dns:api.example.org\n"
	imported := "keytool -importcert -keystore security/primary.p12 -alias api -file api.pem\n"
	for name, c := range map[string]struct {
		at     string
		repair repair.Repair
		change func(*facts.Document)
		want   string
	}{
		"renew":      {primary, repair.Repair{Do: "renew", Alias: "api"}, nil, renewed + imported},
		"extensions": {primary, repair.Repair{Do: "renew", Alias: "api", Extensions: []string{"bc=ca:false"}}, nil, renewed[:len(renewed)-1] + " -ext bc=ca:false\n" + imported},
		"an address": {
			primary, repair.Repair{Do: "renew", Alias: "api"}, func(d *facts.Document) { d.Server.Hostname.Text = "10.1.2.3" },
			strings.Replace(renewed, "dns:api.example.org", "ip:10.1.2.3", 1) + imported,
		},
		"names of proxies": {primary, repair.Repair{Do: "renew", Alias: "api"}, func(d *facts.Document) {
			d.Server.Hosts = []facts.Elsewhere{{Name: "api.example.org"}, {Name: "b.example.org"}}
		}, strings.Replace(renewed, "api.example.org", "api.example.org,dns:b.example.org", 1) + imported},
		"a hostile host name": {
			primary, repair.Repair{Do: "renew", Alias: "api"}, func(d *facts.Document) { d.Server.Hostname.Text = "a,dns:b" },
			strings.Replace(renewed, " -ext san=dns:api.example.org", "", 1) + imported,
		},
		"nobody's key":         {primary, repair.Repair{Do: "renew", Alias: "other"}, nil, ""},
		"everyone's key":       {primary, repair.Repair{Do: "renew", Alias: "api"}, func(d *facts.Document) { d.References[0].Keys[0].Chain[0].Known = &facts.Known{} }, ""},
		"a hidden path":        {primary, repair.Repair{Do: "renew", Alias: "api"}, func(d *facts.Document) { d.References[0].File.Tainted = true }, ""},
		"no file":              {primary, repair.Repair{Do: "renew", Alias: "api"}, func(d *facts.Document) { d.References[0].Location.URI = "" }, ""},
		"part of a file":       {primary, repair.Repair{Do: "renew", Alias: "api"}, func(d *facts.Document) { d.References[0].Location.Embedded = true }, ""},
		"another's format":     {primary, repair.Repair{Do: "renew", Alias: "api"}, func(d *facts.Document) { d.Stores[0].Format = "BCFKS" }, ""},
		"no store":             {primary, repair.Repair{Do: "renew", Alias: "api"}, func(d *facts.Document) { d.References[0].Store = "" }, ""},
		"an unknown word":      {primary, repair.Repair{Do: "x"}, nil, ""},
		"no reference":         {"/file", repair.Repair{Do: "renew", Alias: "api"}, nil, ""},
		"import-chain":         {primary, repair.Repair{Do: "import-chain", Alias: "api"}, nil, imported},
		"new-certificate":      {primary, repair.Repair{Do: "new-certificate", Alias: "api"}, nil, renewed + imported},
		"of the internal key":  {internal, repair.Repair{Do: "new-certificate", Alias: "internal"}, nil, "keytool -selfcert -keystore security/internal.p12 -alias internal -validity 3650\n"},
		"of a key for both":    {internal, repair.Repair{Do: "reissue", Alias: "internal"}, func(d *facts.Document) { d.References[1].Store = "primary" }, ""},
		"new-key, internal":    {primary, repair.Repair{Do: "new-key", Section: "keystore.internal"}, nil, "keytool -genkeypair -keystore security/internal-new.p12 -storetype PKCS12 -alias internal -keyalg RSA -keysize 3072 -validity 3650 -dname CN=internal\n"},
		"new-key, no role":     {trust, repair.Repair{Do: "new-key"}, nil, ""},
		"new-key, hidden path": {primary, repair.Repair{Do: "new-key"}, func(d *facts.Document) { d.References[0].File.Tainted = true }, ""},
		"new-key, every name is taken": {primary, repair.Repair{Do: "new-key"}, func(d *facts.Document) {
			d.References[1].Location.URI, d.References[2].Location.URI = "security/primary-new.p12", "security/primary-own.p12"
		}, ""},
		"new-key": {
			primary, repair.Repair{Do: "new-key"}, func(d *facts.Document) { d.References[0].Alias.Text = "a b" },
			"keytool -genkeypair -keystore security/primary-new.p12 -storetype PKCS12 -alias primary -keyalg RSA -keysize 3072 -dname CN=api.example.org -ext san=dns:api.example.org\n" +
				"keytool -certreq -keystore security/primary-new.p12 -alias primary -file primary.csr -ext san=dns:api.example.org\n" +
				"keytool -importcert -keystore security/primary-new.p12 -alias primary -file primary.pem\n",
		},
		"replace-key, another": {primary, repair.Repair{Do: "replace-key", Alias: "b"}, nil, "keytool -delete -keystore security/primary.p12 -alias b\n"},
		"replace-key, its own": {internal, repair.Repair{Do: "replace-key", Alias: "internal"}, nil, "keytool -genkeypair -keystore security/internal-new.p12 -storetype PKCS12 -alias internal -keyalg RSA -keysize 3072 -validity 3650 -dname CN=internal\n"},
		"remove":               {trust, repair.Repair{Do: "remove", Aliases: []string{"@a", "b", "c"}}, nil, "keytool -delete -keystore security/trust.p12 -alias b\nkeytool -delete -keystore security/trust.p12 -alias c\n"},
		"remove, a keystore":   {trust, repair.Repair{Do: "remove", Aliases: []string{"a"}}, func(d *facts.Document) { d.References[2].Location.URI = "security/primary.p12" }, ""},
		"remove, no trust":     {primary, repair.Repair{Do: "remove", Aliases: []string{"a"}}, nil, ""},
		"import-ca":            {trust, repair.Repair{Do: "import-ca", Issuer: "O=x, CN=Our Root"}, nil, "keytool -importcert -keystore security/trust.p12 -alias our-root -file ca.pem\n"},
		"import-ca, hostile":   {trust, repair.Repair{Do: "import-ca", Issuer: "CN=$(x), CN=-J"}, nil, "keytool -importcert -keystore security/trust.p12 -alias issuing-ca -file ca.pem\n"},
		"copy-certificate": {
			trust, repair.Repair{Do: "copy-certificate", Alias: "api"}, nil,
			"keytool -exportcert -rfc -keystore security/primary.p12 -alias api -file api.pem\nkeytool -importcert -keystore security/trust.p12 -alias server-api -file api.pem\n",
		},
		"copy-certificate, one file": {trust, repair.Repair{Do: "copy-certificate", Alias: "api"}, func(d *facts.Document) { d.References[2].Location.URI = "security/primary.p12" }, ""},
		"new-password":               {primary, repair.Repair{Do: "new-password"}, nil, "keytool -storepasswd -keystore security/primary.p12\n"},
		"new-password, JKS":          {primary, repair.Repair{Do: "new-password"}, jks, "keytool -storepasswd -keystore security/primary.p12\nkeytool -keypasswd -keystore security/primary.p12 -alias api\n"},
		"new-password, burnt":        {primary, repair.Repair{Do: "new-password"}, func(d *facts.Document) { d.Stores[0].PrivateKeys[0].Leaf.Known = &facts.Known{} }, ""},
		"key-passwords":              {primary, repair.Repair{Do: "key-passwords", Aliases: []string{"api"}}, nil, "keytool -importkeystore -srckeystore security/primary.p12 -destkeystore security/primary-new.p12 -deststoretype PKCS12\n"},
		"key-passwords, JKS":         {primary, repair.Repair{Do: "key-passwords", Aliases: []string{"api"}}, jks, "keytool -keypasswd -keystore security/primary.p12 -alias api\n"},
		"new-key-password":           {primary, repair.Repair{Do: "new-key-password"}, jks, "keytool -keypasswd -keystore security/primary.p12 -alias api\n"},
		"new-key-password, the same": {primary, repair.Repair{Do: "new-key-password"}, func(d *facts.Document) {
			d.References[0].PasswordsEqual = facts.Truth{State: "known", Value: true}
		}, "keytool -storepasswd -keystore security/primary.p12\n"},
		"convert":                     {primary, repair.Repair{Do: "convert", Comment: "x"}, jks, "keytool -importkeystore -srckeystore security/primary.p12 -destkeystore security/primary-new.p12 -deststoretype PKCS12\n"},
		"untrack":                     {primary, repair.Repair{Do: "untrack"}, nil, "git rm --cached security/primary.p12\n"},
		"untrack, an option":          {primary, repair.Repair{Do: "untrack"}, func(d *facts.Document) { d.References[0].Location.URI = "-x" }, "git rm --cached ./-x\n"},
		"keep-private":                {primary, repair.Repair{Do: "keep-private"}, nil, "chmod o-rwx security/primary.p12\n"},
		"keep-private, the file":      {"/file", repair.Repair{Do: "keep-private"}, nil, "chmod o-rwx conf/deployment.toml\n"},
		"keep-private, hidden":        {primary, repair.Repair{Do: "keep-private"}, func(d *facts.Document) { d.References[0].File.Tainted = true }, ""},
		"another section's finding":   {primary, repair.Repair{Do: "untrack", Section: "truststore"}, nil, "git rm --cached security/trust.p12\n"},
		"a section that is not there": {primary, repair.Repair{Do: "untrack", Section: "x"}, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			d := document()
			if c.change != nil {
				c.change(d)
			}
			cs := repair.Commands(d, at(d, c.at), c.repair)
			if got := lines(cs); got != c.want {
				t.Errorf("got\n%swant\n%s", got, c.want)
			}
			if len(cs) > 0 && cs[0].Comment == "" && c.repair.Do != "remove" {
				t.Error("the first command has no comment")
			}
		})
	}
}

// TestHostileNames tries names that a launcher or a shell would not take for names, in every place where a repair has one.
func TestHostileNames(t *testing.T) {
	for _, name := range []string{"-J-agentpath:x", "@args", "a'; rm -rf /", "$(x)", "a b\n", "$env{ALIAS}"} {
		for _, word := range repair.Words() {
			for _, format := range []string{"JKS", "PKCS12"} {
				d := document()
				d.References[2].Alias = facts.Value{Tainted: true, Shown: "$env{ALIAS}"}
				for i := range d.References {
					ref := &d.References[i]
					ref.Location.URI, ref.Alias.Text, ref.Entry.Alias = name+ref.Role, name, name
					ref.Keys = []facts.UsedKey{{Alias: name, Configured: true, Chain: []facts.Certificate{{}}}}
					d.Stores[i].Format, d.Stores[i].PrivateKeys = format, []facts.PrivateKey{{Alias: name}}
				}
				d.Server.Hostname.Text = name
				for _, place := range []string{primary, internal, trust} {
					for _, c := range repair.Commands(d, at(d, place), repair.Repair{Do: word, Alias: name, Aliases: []string{name}, Issuer: "CN=" + name}) {
						for _, arg := range c.Argv {
							if strings.HasPrefix(arg, "-J") || strings.HasPrefix(arg, "@") || name == "$env{ALIAS}" && arg == name {
								t.Errorf("%s with %q: %q", word, name, c.Argv)
							}
						}
					}
				}
			}
		}
	}
}

func TestRemoveIsBounded(t *testing.T) {
	d := document()
	cs := repair.Commands(d, at(d, trust), repair.Repair{Do: "remove", Comment: "Remove:", Aliases: strings.Fields(strings.Repeat("a ", 1000))})
	if len(cs) != 20 || cs[0].Comment != "Remove:" || cs[1].Comment != "" {
		t.Errorf("%d commands, %q, %q", len(cs), cs[0].Comment, cs[1].Comment)
	}
}

// TestPoliciesSayWords: each repair that a policy names exists, and each that exists is named by one, and by the documentation.
func TestPoliciesSayWords(t *testing.T) {
	page, err := os.ReadFile("../../docs/policies.md")
	if err != nil {
		t.Fatal(err)
	}
	said := map[string]bool{}
	for _, m := range policies.Modules() {
		for _, w := range regexp.MustCompile(`"do": "([^"]*)"`).FindAllStringSubmatch(m.Source, -1) {
			said[w[1]] = true
			if !repair.Known(w[1]) {
				t.Errorf("%s: there is no repair %q", m.Path, w[1])
			}
		}
	}
	for _, w := range repair.Words() {
		if !said[w] {
			t.Errorf("no policy says %q", w)
		}
		if !strings.Contains(string(page), "\n| `"+w+"` | ") {
			t.Errorf("docs/policies.md lacks %q", w)
		}
	}
}
