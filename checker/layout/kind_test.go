package layout_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mi-kscheck/mi-kscheck/checker/layout"
)

// TestKind is about the shape, the version and the product of one deployment.toml.
func TestKind(t *testing.T) {
	type shape struct {
		Kind     layout.Kind
		Home     string
		Complete bool
		Number   string
		Origin   string
		Product  string
		Image    string // "file base"
	}
	for name, c := range map[string]struct {
		files   map[string]string
		git     bool
		version string
		want    shape
	}{
		"installation":                         {files: map[string]string{"conf/deployment.toml": "", "bin/version.txt": version, "repository/": ""}, want: shape{Kind: layout.Home, Home: ".", Complete: true, Number: "4.4.0", Origin: "bin/version.txt", Product: "mi"}},
		"installation below":                   {files: map[string]string{"x/y/conf/deployment.toml": "", "x/y/bin/version.txt": version}, want: shape{Kind: layout.Home, Home: "x/y", Complete: true, Number: "4.4.0", Origin: "x/y/bin/version.txt", Product: "mi"}},
		"installation in a repository":         {files: map[string]string{"conf/deployment.toml": "", "bin/version.txt": version}, git: true, want: shape{Kind: layout.Home, Home: ".", Complete: true, Number: "4.4.0", Origin: "bin/version.txt", Product: "mi"}},
		"only a repository folder":             {files: map[string]string{"conf/deployment.toml": "", "repository/": ""}, want: shape{Kind: layout.Home, Home: ".", Complete: true, Product: "mi"}},
		"the same in git":                      {files: map[string]string{"conf/deployment.toml": "", "repository/": ""}, git: true, want: shape{Kind: layout.Home, Home: ".", Product: "mi"}},
		"only a bin folder":                    {files: map[string]string{"conf/deployment.toml": "", "bin/start.sh": ""}, want: shape{Kind: layout.Home, Home: ".", Product: "mi"}},
		"a launcher":                           {files: map[string]string{"conf/deployment.toml": "", "bin/micro-integrator.sh": ""}, git: true, want: shape{Kind: layout.Home, Home: ".", Complete: true, Product: "mi"}},
		"the user's version":                   {files: map[string]string{"conf/deployment.toml": "", "bin/version.txt": version}, version: "4.2.0", want: shape{Kind: layout.Home, Home: ".", Complete: true, Number: "4.2.0", Origin: "--mi-version", Product: "mi"}},
		"no version in the file":               {files: map[string]string{"conf/deployment.toml": "", "bin/version.txt": "WSO2 Micro Integrator\n"}, want: shape{Kind: layout.Home, Home: ".", Complete: true, Product: "mi"}},
		"conf without a home":                  {files: map[string]string{"conf/deployment.toml": ""}, want: shape{Kind: layout.Tree, Product: "mi"}},
		"another name in conf":                 {files: map[string]string{"conf/deployment.toml/x": "", "deployment.toml": "", "bin/version.txt": version}, want: shape{Kind: layout.Tree, Product: "mi"}},
		"API Manager":                          {files: map[string]string{"conf/deployment.toml": "", "bin/version.txt": "WSO2 API Manager v4.3.0"}, want: shape{Kind: layout.Home, Home: ".", Complete: true, Product: "apim"}},
		"API Manager by its launcher":          {files: map[string]string{"conf/deployment.toml": "", "bin/api-manager.sh": "", "repository/": ""}, want: shape{Kind: layout.Home, Home: ".", Complete: true, Product: "apim"}},
		"Identity Server":                      {files: map[string]string{"conf/deployment.toml": "", "bin/version.txt": "WSO2 Identity Server v7.0.0"}, want: shape{Kind: layout.Home, Home: ".", Complete: true, Product: "is"}},
		"Identity Server by its files":         {files: map[string]string{"conf/deployment.toml": "", "bin/wso2server.sh": "", "repository/components/": "", "repository/resources/identity/": ""}, want: shape{Kind: layout.Home, Home: ".", Complete: true, Product: "is"}},
		"Enterprise Integrator":                {files: map[string]string{"conf/deployment.toml": "", "bin/version.txt": "WSO2 Enterprise Integrator v6.6.0"}, want: shape{Kind: layout.Home, Home: ".", Complete: true, Product: "ei"}},
		"the editor's project":                 {files: map[string]string{"deployment/deployment.toml": "", "deployment/docker/Dockerfile": editor, "pom.xml": editorPom}, want: shape{Kind: layout.Project, Number: "4.4.0", Origin: "pom.xml:5", Product: "mi", Image: "deployment/docker/Dockerfile wso2/wso2mi:4.4.0"}},
		"a project with a Dockerfile only":     {files: map[string]string{"deployment/deployment.toml": "", "deployment/docker/Dockerfile": "# x\nFROM wso2/wso2mi:4.3.0\n"}, want: shape{Kind: layout.Project, Number: "4.3.0", Origin: "deployment/docker/Dockerfile:2", Product: "mi", Image: "deployment/docker/Dockerfile wso2/wso2mi:4.3.0"}},
		"a project with a pom only":            {files: map[string]string{"m/deployment/deployment.toml": "", "m/pom.xml": editorPom}, want: shape{Kind: layout.Project, Number: "4.4.0", Origin: "m/pom.xml:4", Product: "mi"}},
		"the Dockerfile counts above the pom":  {files: map[string]string{"deployment/deployment.toml": "", "Dockerfile": "FROM wso2/wso2mi:4.2.0-alpine", "pom.xml": editorPom}, want: shape{Kind: layout.Project, Number: "4.2.0", Origin: "Dockerfile:1", Product: "mi", Image: "Dockerfile wso2/wso2mi:4.2.0-alpine"}},
		"a pom of the project above":           {files: map[string]string{"m/deployment/deployment.toml": "", "m/pom.xml": "<project/>", "pom.xml": editorPom}, want: shape{Kind: layout.Project, Number: "4.4.0", Origin: "pom.xml:4", Product: "mi"}},
		"a profile's properties do not count":  {files: map[string]string{"deployment/deployment.toml": "", "pom.xml": "<project><profiles><profile><properties><project.runtime.version>4.1.0</project.runtime.version></properties></profile></profiles></project>"}, want: shape{Kind: layout.Project, Product: "mi"}},
		"a broken pom":                         {files: map[string]string{"deployment/deployment.toml": "", "pom.xml": "<project><properties><project.runtime.version>4.1.0</project.runtime.version><oops"}, want: shape{Kind: layout.Project, Number: "4.1.0", Origin: "pom.xml:1", Product: "mi"}},
		"entities are not fetched":             {files: map[string]string{"deployment/deployment.toml": "", "pom.xml": "<!DOCTYPE p [<!ENTITY e SYSTEM \"file:///etc/hosts\">]><project><properties><project.runtime.version>&e;</project.runtime.version></properties></project>"}, want: shape{Kind: layout.Project, Product: "mi"}},
		"an older pom in another encoding":     {files: map[string]string{"deployment/deployment.toml": "", "pom.xml": "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><project><!-- \xe4 --><properties><project.runtime.version>4.1.0</project.runtime.version></properties></project>"}, want: shape{Kind: layout.Project, Number: "4.1.0", Origin: "pom.xml:1", Product: "mi"}},
		"an image's version by default":        {files: map[string]string{"deployment.toml": "", "Dockerfile": "ARG V=4.1.0\nFROM --platform=linux/amd64 wso2/wso2mi:${V} AS mi\n"}, want: shape{Kind: layout.Tree, Number: "4.1.0", Origin: "Dockerfile:2", Product: "mi", Image: "Dockerfile wso2/wso2mi:4.1.0"}},
		"an image whose tag is not known":      {files: map[string]string{"deployment.toml": "", "Dockerfile": "ARG V\nFROM wso2/wso2mi:${V}-alpine\n"}, want: shape{Kind: layout.Tree, Product: "mi", Image: "Dockerfile wso2/wso2mi"}},
		"an image whose registry is not known": {files: map[string]string{"deployment.toml": "", "Dockerfile": "FROM ${R}/wso2/wso2mi:4.3.0\n"}, want: shape{Kind: layout.Tree, Number: "4.3.0", Origin: "Dockerfile:1", Product: "mi", Image: "Dockerfile wso2/wso2mi:4.3.0"}},
		"a tag that is not known, and a pom":   {files: map[string]string{"deployment/deployment.toml": "", "Dockerfile": "ARG V\nFROM wso2/wso2mi:$V\n", "pom.xml": editorPom}, want: shape{Kind: layout.Project, Number: "4.4.0", Origin: "pom.xml:4", Product: "mi", Image: "Dockerfile wso2/wso2mi"}},
		"somebody's image":                     {files: map[string]string{"deployment.toml": "", "Dockerfile": "FROM example/wso2mi:4.1.0\n"}, want: shape{Kind: layout.Tree, Number: "4.1.0", Origin: "Dockerfile:1", Product: "mi", Image: "Dockerfile "}},
		"an image of API Manager":              {files: map[string]string{"deployment.toml": "", "Dockerfile": "FROM wso2/wso2am:4.3.0\n"}, want: shape{Kind: layout.Tree, Product: "apim", Image: "Dockerfile "}},
		"a home that an image is made from":    {files: map[string]string{"mi/conf/deployment.toml": "", "mi/repository/": "", "Dockerfile": "FROM wso2/wso2mi:4.3.0\nCOPY mi ${WSO2_SERVER_HOME}\n"}, git: true, want: shape{Kind: layout.Home, Home: "mi", Number: "4.3.0", Origin: "Dockerfile:1", Product: "mi", Image: "Dockerfile wso2/wso2mi:4.3.0"}},
		"a Containerfile":                      {files: map[string]string{"deployment.toml": "", "Containerfile": "FROM wso2/wso2mi:4.3.0\n"}, want: shape{Kind: layout.Tree, Number: "4.3.0", Origin: "Containerfile:1", Product: "mi", Image: "Containerfile wso2/wso2mi:4.3.0"}},
		"a folder that is called Dockerfile":   {files: map[string]string{"deployment.toml": "", "Dockerfile/x": ""}, want: shape{Kind: layout.Tree, Product: "mi"}},
		"no Dockerfile is read in a full home": {files: map[string]string{"conf/deployment.toml": "", "bin/version.txt": version, "Dockerfile": "FROM wso2/wso2mi:4.3.0\n"}, want: shape{Kind: layout.Home, Home: ".", Complete: true, Number: "4.4.0", Origin: "bin/version.txt", Product: "mi"}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := tree(t, c.files)
			if c.git {
				git(t, dir, "init", "-q")
			}
			targets, problems := find(t, dir, layout.Options{Version: c.version})
			if len(targets) != 1 || len(problems) > 0 {
				t.Fatal(targets, problems)
			}
			tg := targets[0]
			got := shape{tg.Kind, tg.Home, tg.Complete, tg.Version.Number, tg.Version.Origin, tg.Product, ""}
			if tg.Image != nil {
				got.Image = tg.Image.File + " " + tg.Image.Base
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Error(d)
			}
			if tg.Version.Assumed != (tg.Version.Number == "") {
				t.Error("Assumed is wrong")
			}
		})
	}
}
