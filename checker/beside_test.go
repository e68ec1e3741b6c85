package checker_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/mi-kscheck/mi-kscheck/checker"
	"github.com/mi-kscheck/mi-kscheck/checker/secret"
)

// Passwords in files beside the deployment.toml are found where they stand, and shown nowhere.
func TestPasswordsBeside(t *testing.T) {
	m := &markers{}
	password := m.secret()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"deployment/deployment.toml": "[keystore.primary]\nfile_name = \"repository/resources/security/primary.p12\"\npassword = \"$env{PRIMARY}\"\nalias = \"api\"\nkey_password = \"$env{PRIMARY}\"\n",
		"pom.xml": "<project><properties>\n<keystore.password>" + m.secret() + "</keystore.password>\n<keystore.type>JKS</keystore.type><other>" + m.secret() +
			"</other></properties></project>",
		"deployment/docker/Dockerfile": "FROM wso2/wso2mi:4.4.0\nARG USER=wso2carbon\nENV PRIMARY=" + m.secret() + " \\\n    ELSE=" + password + " \\\n    TRUSTSTORE_PASSWORD_FILE=/run/x\n" +
			"ARG SAFE=${PRIMARY} FREE=" + m.secret() + "\n",
		"deployment/docker/password-persist": m.secret(),
	} {
		write(t, filepath.Join(dir, name), text)
	}
	o := run{paths: []string{dir}, values: checker.Values{Env: map[string]secret.Value{"PRIMARY": secret.New(password)}}}.do(t)
	var got []string
	for _, f := range o.findings(t) {
		if f.Rule.ID == "MIKS112" || f.Rule.ID == "MIKS121" {
			got = append(got, fmt.Sprintf("%s %d", place(&f), f.Region.StartColumn))
		}
	}
	slices.Sort(got)
	want := `MIKS112 deployment/docker/password-persist:1 warning 1
MIKS121 deployment/docker/Dockerfile:3 warning 5
MIKS121 deployment/docker/Dockerfile:4 warning 5
MIKS121 pom.xml:2 warning 20`
	if strings.Join(got, "\n") != want {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), want)
	}
	outputs := o.reports(t)
	b, err := json.Marshal(o.targets[0].Document)
	if err != nil {
		t.Fatal(err)
	}
	outputs["document"] = string(b)
	shows(t, m.all, outputs)
}

// In an installation it is the MI home that the file lies in.
func TestPasswordFileInHome(t *testing.T) {
	for _, name := range []string{"password-tmp", "password-persist", "password-tmp.txt", "password-persist.txt"} {
		home := copyTo(t, "../testdata/homes/clean")
		write(t, filepath.Join(home, name), "x")
		o := run{paths: []string{home}, values: checker.Values{Env: testEnv()}}.do(t)
		if got := places(o.findings(t)); !slices.Contains(got, "MIKS112 "+name+":1 warning") {
			t.Errorf("%s: %v", name, got)
		}
	}
}
