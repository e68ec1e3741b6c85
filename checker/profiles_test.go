package checker_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/mi-kscheck/mi-kscheck/checker"
	"github.com/mi-kscheck/mi-kscheck/checker/secret"
	"github.com/mi-kscheck/mi-kscheck/checker/waiver"
)

const (
	listenerFile = "conf/sslprofiles/listenerprofiles.xml"
	senderFile   = "conf/sslprofiles/senderprofiles.xml"
	multiClass   = "\n[transport.https.listener]\nclass = \"org.apache.synapse.transport.passthru.PassThroughHttpMultiSSLListener\"\n"
	primaryPass  = "Primary-only-for-tests-41c7"
)

// profileHome is the clean home with files of profiles and what its deployment.toml says of them.
func profileHome(t *testing.T, toml string, files map[string]string) string {
	t.Helper()
	home := copyTo(t, "../testdata/homes/clean")
	own, err := os.ReadFile(filepath.Join(home, "conf/deployment.toml"))
	if err != nil {
		t.Fatal(err)
	}
	toml = strings.Replace(string(own), "[transport.http]\n", "[transport.http]\n"+toml+"\n", 1)
	class := ""
	if strings.Contains(toml, "MULTI") {
		toml, class = strings.ReplaceAll(toml, "MULTI", ""), multiClass
	}
	write(t, filepath.Join(home, "conf/deployment.toml"), toml+class)
	for name, text := range files {
		write(t, filepath.Join(home, name), text)
	}
	return home
}

// profile is a <profile> whose address stands in line 2 and whose store's file, password and key password in lines 4, 6 and 7.
func profile(attrs, address, password, more string) string {
	return fmt.Sprintf(`<parameter name="p" xmlns:svns="http://org.wso2.securevault/configuration"><profile%s>
<%s>0.0.0.0</%[2]s>
<KeyStore>
<Location>repository/resources/security/primary.p12</Location>
<Type>PKCS12</Type>
%s
<KeyPassword>%s</KeyPassword>%s
</KeyStore></profile></parameter>
`, attrs, address, password, primaryPass, more)
}

func TestProfiles(t *testing.T) {
	right := "<Password>" + primaryPass + "</Password>"
	listen := "listener.ssl_profile.file_path = \"" + listenerFile + "\"MULTI"
	send := "sender.ssl_profile.file_path = \"" + senderFile + "\""
	for name, c := range map[string]struct {
		toml, file, xml string
		want            []string // beside notes
	}{
		"clear passwords": {listen, listenerFile, profile("", "bindAddress", right, ""), []string{
			"MIKS104 " + listenerFile + ":6 warning", "MIKS104 " + listenerFile + ":7 warning",
		}},
		"stale password": {listen, listenerFile, profile("", "bindAddress", "<Password>Before-the-rotation-77</Password>", ""), []string{
			"MIKS104 " + listenerFile + ":6 warning", "MIKS104 " + listenerFile + ":7 warning", "MIKS207 " + listenerFile + ":6 error",
		}},
		"a class that passes profiles over": {strings.ReplaceAll(listen, "MULTI", ""), listenerFile, profile("", "nobody", "<Password>Before-the-rotation-77</Password>", ""), []string{
			"MIKS104 " + listenerFile + ":6 warning", "MIKS104 " + listenerFile + ":7 warning", "MIKS522 conf/deployment.toml:28 warning",
		}},
		"a variable, right": {send, senderFile, strings.ReplaceAll(profile("", "servers", "<Password>$env{PRIMARY_STORE_PASSWORD}</Password>", ""), primaryPass, "$env{PRIMARY_STORE_PASSWORD}"), nil},
		"a variable, wrong": {send, senderFile, strings.ReplaceAll(profile("", "servers", "<Password>$env{INTERNAL_STORE_PASSWORD}</Password>", ""), primaryPass, "$env{PRIMARY_STORE_PASSWORD}"), []string{
			"MIKS207 " + senderFile + ":6 error",
		}},
		"vault": {listen, listenerFile, strings.ReplaceAll(profile("", "bindAddress", `<Password svns:secretAlias="x"/>`, ""), ">"+primaryPass, ` svns:secretAlias="x">`), nil},
		"no address": {send, senderFile, strings.ReplaceAll(profile("", "bindAddress", "<Password>$env{PRIMARY_STORE_PASSWORD}</Password>", ""), primaryPass, "$env{PRIMARY_STORE_PASSWORD}"), []string{
			"MIKS515 " + senderFile + ":1 error",
		}},
		"no XML":           {send, senderFile, "<parameter>\n<profile>\n</parameter>", []string{"MIKS515 " + senderFile + ":3 error"}},
		"no file":          {send, "x", "", []string{"MIKS515 conf/deployment.toml:28 error"}},
		"an absolute path": {"sender.ssl_profile.file_path = \"/" + senderFile + "\"", senderFile, "<p/>", nil},
		"alias ignored": {listen, listenerFile, profile("", "bindAddress", right, "\n<ServerCertificateAlias>API</ServerCertificateAlias>"), []string{
			"MIKS104 " + listenerFile + ":6 warning", "MIKS104 " + listenerFile + ":7 warning", "MIKS526 " + listenerFile + ":8 warning",
		}},
		"alias": {listen, listenerFile, profile("", "bindAddress", right, "\n<ServerCertificateAlias>api</ServerCertificateAlias>"), []string{
			"MIKS104 " + listenerFile + ":6 warning", "MIKS104 " + listenerFile + ":7 warning",
		}},
		"alias in a sender": {send, senderFile, strings.ReplaceAll(profile("", "servers", "<Password>$env{PRIMARY_STORE_PASSWORD}</Password>", "\n<ServerCertificateAlias>api</ServerCertificateAlias>"), primaryPass, "$env{PRIMARY_STORE_PASSWORD}"), []string{
			"MIKS522 " + senderFile + ":8 warning",
		}},
		"validation off":           {send, senderFile, "<p>\n<profile novalidatecert='true'><servers>a</servers></profile></p>", []string{"MIKS606 " + senderFile + ":2 warning"}},
		"validation off, a client": {send, senderFile, "<p>\n<profile><servers>a</servers>\n<client novalidatecert='true'/></profile></p>", []string{"MIKS606 " + senderFile + ":3 warning"}},
		"waived":                   {send, senderFile, "<p>\n<!-- mi-kscheck:ignore MIKS606 reason=\"a test server\" -->\n<profile novalidatecert='true'><servers>a</servers></profile></p>", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			home := profileHome(t, c.toml, map[string]string{c.file: c.xml})
			o := run{paths: []string{home}, values: checker.Values{Env: testEnv()}, waived: &waiver.Set{Now: instant}}.do(t)
			fs := o.findings(t)
			var got []string
			for i := range fs {
				if fs[i].Level != "note" && fs[i].Suppressed == nil {
					got = append(got, place(&fs[i]))
				}
			}
			slices.Sort(got)
			if strings.Join(got, "\n") != strings.Join(c.want, "\n") {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
			for format, text := range o.reports(t) {
				if strings.Contains(text, "only-for-tests") || strings.Contains(text, "rotation-77") {
					t.Errorf("%s shows a password", format)
				}
			}
		})
	}
}

// What a variable leads to is not shown, also where it is the file of the profiles itself.
func TestProfilesBehindAVariable(t *testing.T) {
	m := &markers{}
	dir := m.secret()
	name := "conf/" + dir + "/senderprofiles.xml"
	home := profileHome(t, "sender.ssl_profile.file_path = \"conf/$env{DIR}/senderprofiles.xml\"", map[string]string{name: profile("", "servers", "<Password>"+m.secret()+"</Password>", "")})
	env := testEnv()
	env["DIR"] = secret.New(dir)
	o := run{paths: []string{home}, values: checker.Values{Env: env}}.do(t)
	var got []string
	for _, f := range o.findings(t) {
		if f.Level != "note" {
			got = append(got, place(&f))
		}
	}
	if want := "MIKS104 conf/deployment.toml:28 warning, MIKS104 conf/deployment.toml:28 warning, MIKS207 conf/deployment.toml:28 error"; strings.Join(got, ", ") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(got, ", "), want)
	}
	outputs := o.reports(t)
	b, err := json.Marshal(o.targets[0].Document)
	if err != nil {
		t.Fatal(err)
	}
	outputs["document"] = string(b)
	shows(t, m.all, outputs)
}
