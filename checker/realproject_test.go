package checker_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mi-kscheck/mi-kscheck/checker/finding"
)

// generated is the deployment.toml that the editor extension makes, as it lies in public projects.
const generated = `[server]
hostname = "localhost"

[user_store]
type = "read_only_ldap"

[keystore.primary]
file_name = "repository/resources/security/wso2carbon.jks"
password = "wso2carbon"
alias = "wso2carbon"
key_password = "wso2carbon"

[truststore]
file_name = "repository/resources/security/client-truststore.jks"
password = "wso2carbon"
alias = "symmetric.key.value"
algorithm = "AES"

[transport.http]
socket_timeout = 180000
core_worker_pool_size = 400
max_worker_pool_size = 400
`

const projectPOM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <groupId>com.example</groupId><artifactId>hello</artifactId><version>1.0.0</version>
  <properties>
    <project.runtime.version>%s</project.runtime.version>
  </properties>
</project>
`

// story is what everyone's first run says of such a project: the key is everyone's, so is the password, one store serves two
// purposes, and the certificate is self-signed and has expired.
var story = []string{
	"MIKS101 deployment/deployment.toml:9 error",
	"MIKS101 deployment/deployment.toml:15 warning",
	"MIKS102 deployment/deployment.toml:11 error",
	"MIKS201 deployment/deployment.toml:8 warning",
	"MIKS203 deployment/deployment.toml:8 error",
	"MIKS301 deployment/deployment.toml:10 warning",
	"MIKS302 deployment/deployment.toml:10 error",
}

// besides are rules that are right about these projects too, beyond the story.
var besides = []string{
	"MIKS204", // the shipped truststore trusts the shipped certificate
	"MIKS403", // … and roots that have expired since
	"MIKS404", // … and weak ones
	"MIKS602", // the protocols are those of the product's defaults
	"MIKS113", // everyone may read the stores of a folder that is no git work tree
	"MIKS121", // pom.xml holds the password too
	"MIKS518", // the stores are JKS
}

// TestPublicProject judges a project as the editor extension makes it, with the very stores that the product ships.
func TestPublicProject(t *testing.T) {
	dir := shared(t, "realstores")
	root := t.TempDir()
	at := func(name string) string { return filepath.Join(root, "hello", filepath.FromSlash(name)) }
	write(t, at("pom.xml"), strings.Replace(projectPOM, "%s", "4.1.0", 1))
	write(t, at("src/main/wso2mi/artifacts/apis/Hello.xml"), `<api name="Hello" context="/hello" xmlns="http://ws.apache.org/ns/synapse"/>`)
	write(t, at("deployment/deployment.toml"), generated)
	write(t, at("deployment/docker/Dockerfile"), `FROM wso2/wso2mi:4.1.0
COPY CompositeApps/*.car ${WSO2_SERVER_HOME}/repository/deployment/server/carbonapps/
COPY resources/wso2carbon.jks ${WSO2_SERVER_HOME}/repository/resources/security/wso2carbon.jks
COPY resources/client-truststore.jks ${WSO2_SERVER_HOME}/repository/resources/security/client-truststore.jks
COPY deployment.toml ${WSO2_SERVER_HOME}/conf/deployment.toml
`)
	for name, from := range map[string]string{"wso2carbon.jks": "049-wso2carbon.jks", "client-truststore.jks": "108-client-truststore.jks"} {
		b, err := os.ReadFile(filepath.Join(dir, from))
		if err != nil {
			t.Fatal(err)
		}
		write(t, at("deployment/docker/resources/"+name), string(b))
	}
	tells(t, at("."), story)
}

// TestPublicProjectWithoutStores judges one that copies no store: the base image brings its own, which the checker knows by
// the version.
func TestPublicProjectWithoutStores(t *testing.T) {
	root := t.TempDir()
	at := func(name string) string { return filepath.Join(root, "hello", filepath.FromSlash(name)) }
	write(t, at("pom.xml"), strings.Replace(projectPOM, "%s", "4.2.0", 1))
	write(t, at("deployment/deployment.toml"), generated)
	write(t, at("deployment/docker/Dockerfile"), `FROM wso2/wso2mi:4.2.0
COPY CompositeApps/*.car ${WSO2_SERVER_HOME}/repository/deployment/server/carbonapps/
COPY deployment.toml ${WSO2_SERVER_HOME}/conf/deployment.toml
`)
	tells(t, at("."), story)
}

// tells fails where the findings are not those wanted, each once, in any order, and others only of besides.
func tells(t *testing.T, project string, want []string) {
	t.Helper()
	found := run{paths: []string{project}}.do(t).findings(t)
	found = slices.DeleteFunc(found, func(f finding.Finding) bool { return slices.Contains(besides, f.Rule.ID) })
	got := places(found)
	slices.Sort(got)
	want = slices.Sorted(slices.Values(want))
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
	ends := 0
	for _, f := range found {
		if f.FollowsFrom == "MIKS203" {
			ends++
		}
	}
	// It must read as one story: the certificate's faults end with the key.
	if ends < 2 {
		t.Errorf("%d findings follow from the known key, want MIKS301 and MIKS302 at least", ends)
	}
}
