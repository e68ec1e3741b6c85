package layout_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mi-kscheck/mi-kscheck/checker/layout"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

const (
	sec       = "repository/resources/security/"
	editor    = "ARG BASE_IMAGE\nFROM ${BASE_IMAGE}\nCOPY CompositeApps/*.car ${WSO2_SERVER_HOME}/repository/deployment/server/carbonapps/\n"
	editorTwo = editor + "COPY resources/wso2carbon.jks ${WSO2_SERVER_HOME}/repository/resources/security/wso2carbon.jks\n" +
		"COPY resources/client-truststore.jks ${WSO2_SERVER_HOME}/repository/resources/security/client-truststore.jks\n# COPY libs/*.jar ${WSO2_SERVER_HOME}/lib/\n"
	editorPom = "<?xml version=\"1.0\"?>\n<project>\n<properties>\n<project.runtime.version>4.4.0</project.runtime.version>\n" +
		"<dockerfile.base.image>wso2/wso2mi:${project.runtime.version}</dockerfile.base.image>\n<keystore.password>wso2carbon</keystore.password>\n</properties>\n</project>\n"
	version = "WSO2 Micro Integrator v4.4.0\n"
)

// answer is what a test looks at of a Location: the status, the name or, where a COPY names a missing file, its line.
func answer(l layout.Location) string {
	s := string(l.Status)
	if l.Name != "" {
		s += " " + l.Name
	}
	if l.CopyMissing != nil {
		s += " copy " + l.CopyMissing.From
	}
	if l.OutsideHome {
		s += " outside-home"
	}
	if l.InSecurity {
		s += " in-security"
	}
	return s
}

func TestLocate(t *testing.T) {
	docker := func(lines string) map[string]string {
		return map[string]string{
			"deployment.toml": "", "Dockerfile": lines, "a/x.jks": "", "a/y.p12": "", "a/sub/z.jks": "", "b/x.jks": "", "x.jks": "", "space d/x.jks": "",
		}
	}
	for name, c := range map[string]struct {
		files map[string]string
		o     layout.Options
		want  map[string]string // path: answer
	}{
		"home": {
			files: map[string]string{
				"conf/deployment.toml": "", "bin/version.txt": version, sec + "x.jks": "", sec + "back\\slash.jks": "", sec + "tab\tin.jks": "",
				"top.jks": "", "conf/beside.jks": "", "conf/resources/other.jks": "", sec + "folder/": "", sec + "leaves.jks": "->/etc/hosts",
				sec + "link.jks": "->x.jks", sec + "circle.jks": "->circle.jks",
			},
			want: map[string]string{
				sec + "x.jks":                         "found " + sec + "x.jks",
				"./" + sec + "../security/x.jks":      "found " + sec + "x.jks",
				sec + "X.jks":                         "missing",
				" " + sec + "x.jks":                   "missing",
				"x.jks":                               "missing in-security",
				"top.jks":                             "found top.jks",
				"beside.jks":                          "missing",
				"other.jks":                           "missing",
				sec + `back\slash.jks`:                `found ` + sec + `back\slash.jks`,
				`repository\resources\security\x.jks`: "missing",
				sec + "tab\tin.jks":                   "found " + sec + "tab\tin.jks",
				sec + "folder":                        "unreadable " + sec + "folder",
				sec + "circle.jks":                    "unreadable " + sec + "circle.jks",
				sec + "link.jks":                      "found " + sec + "link.jks",
				"${carbon.home}/" + sec + "x.jks":     "missing",
				"../x.jks":                            "outside outside-home",
				"../../../../../../../../etc/hosts":   "outside outside-home",
				"/etc/no/such.jks":                    "outside outside-home",
				sec + "leaves.jks":                    "outside",
				`C:\wso2\x.jks`:                       "outside outside-home",
				"c:/wso2/x.jks":                       "outside outside-home",
				"":                                    "missing",
				".":                                   "unreadable .",
				"a\x00b":                              "missing",
				strings.Repeat("x", 5000):             "missing",
			},
			o: layout.Options{NoOutside: true},
		},
		"no home, but stores where checkouts keep them": {
			files: map[string]string{
				"a/deployment.toml": "", "a/resources/one.jks": "", "a/security/two.jks": "", "a/three.jks": "", "a/" + sec + "four.jks": "",
				"four.jks": "", "a/Resources/five.jks": "", "b/one.jks": "",
			},
			want: map[string]string{
				sec + "one.jks": "found a/resources/one.jks", sec + "two.jks": "found a/security/two.jks", sec + "three.jks": "found a/three.jks",
				sec + "four.jks": "found a/" + sec + "four.jks", sec + "five.jks": "found a/Resources/five.jks", sec + "six.jks": "missing",
				"one.jks": "found a/resources/one.jks in-security", "../b/one.jks": "outside outside-home", "/mnt/one.jks": "outside outside-home",
			},
		},
		"the editor's project": {
			files: map[string]string{
				"deployment/deployment.toml": "", "deployment/docker/Dockerfile": editorTwo, "pom.xml": editorPom,
				"deployment/docker/resources/wso2carbon.jks": "", "deployment/docker/resources/client-truststore.jks": "", "deployment/docker/resources/more.jks": "",
			},
			want: map[string]string{
				sec + "wso2carbon.jks":        "found deployment/docker/resources/wso2carbon.jks",
				sec + "client-truststore.jks": "found deployment/docker/resources/client-truststore.jks",
				sec + "more.jks":              "found deployment/docker/resources/more.jks",
				sec + "none.jks":              "missing",
				"wso2carbon.jks":              "found deployment/docker/resources/wso2carbon.jks in-security",
				"/home/wso2carbon/wso2mi-4.4.0/" + sec + "wso2carbon.jks": "found deployment/docker/resources/wso2carbon.jks outside-home",
			},
		},
		"the editor's project without its stores": {
			files: map[string]string{"deployment/deployment.toml": "", "deployment/docker/Dockerfile": editorTwo, "pom.xml": editorPom},
			want: map[string]string{
				sec + "wso2carbon.jks": "missing copy deployment/docker/resources/wso2carbon.jks",
				sec + "other.jks":      "missing",
			},
		},
		"the base image's own stores": {
			files: map[string]string{"deployment/deployment.toml": "", "deployment/docker/Dockerfile": editor, "pom.xml": editorPom},
			want: map[string]string{
				sec + "wso2carbon.jks": "shipped", sec + "client-truststore.jks": "shipped", "./" + sec + "/wso2carbon.jks": "shipped",
				sec + "wso2carbon.p12": "missing", "wso2carbon.jks": "missing in-security", "conf/wso2carbon.jks": "missing",
				"/home/wso2carbon/wso2mi-4.4.0/" + sec + "wso2carbon.jks": "shipped outside-home",
			},
		},
		"an unknown base image ships nothing": {
			files: map[string]string{"deployment/deployment.toml": "", "deployment/docker/Dockerfile": editor},
			want:  map[string]string{sec + "wso2carbon.jks": "missing"},
		},
		"somebody's image ships nothing that is known": {
			files: map[string]string{"deployment.toml": "", "Dockerfile": "FROM example/wso2mi:4.4.0\n"},
			want:  map[string]string{sec + "wso2carbon.jks": "missing"},
		},
		"a store is made while the image is built": {
			files: map[string]string{"deployment.toml": "", "Dockerfile": "FROM wso2/wso2mi:4.4.0\nRUN keytool -importcert -keystore $WSO2_SERVER_HOME/" + sec + "client-truststore.jks\nRUN chown a:b ${WSO2_SERVER_HOME}/lib\n"},
			want:  map[string]string{sec + "client-truststore.jks": "missing", sec + "wso2carbon.jks": "missing"},
		},
		"ownership changes nothing": {
			files: map[string]string{"deployment.toml": "", "Dockerfile": "FROM wso2/wso2mi:4.4.0\nRUN chown -R a:b $WSO2_SERVER_HOME/" + sec + "\n"},
			want:  map[string]string{sec + "client-truststore.jks": "shipped"},
		},
		"the last stage counts": {
			files: docker("FROM wso2/wso2mi:4.4.0 AS base\nCOPY a/x.jks ${WSO2_SERVER_HOME}/" + sec + "\nFROM alpine\nCOPY b/x.jks ${WSO2_SERVER_HOME}/" + sec + "\nFROM base\n"),
			want:  map[string]string{sec + "x.jks": "found a/x.jks", sec + "wso2carbon.jks": "shipped"},
		},
		"the last copy wins": {
			files: docker("FROM wso2/wso2mi:4.4.0\nCOPY a/x.jks ${WSO2_SERVER_HOME}/" + sec + "x.jks\nCOPY b ${WSO2_SERVER_HOME}/" + sec + "\n"),
			want:  map[string]string{sec + "x.jks": "found b/x.jks"},
		},
		"a folder": {
			files: docker("FROM wso2/wso2mi:4.4.0\nCOPY a/ /home/wso2carbon/wso2mi-4.4.0/" + sec + "\n"),
			want:  map[string]string{sec + "x.jks": "found a/x.jks", sec + "sub/z.jks": "found a/sub/z.jks", sec + "wso2carbon.jks": "shipped"},
		},
		"a file into a folder that is there, without a slash": {
			files: docker("FROM wso2/wso2mi:4.4.0\nCOPY a/y.p12 ${WSO2_SERVER_HOME}/repository/resources/security\n"),
			want:  map[string]string{sec + "y.p12": "found a/y.p12"},
		},
		"a new name": {
			files: docker("FROM wso2/wso2mi:4.4.0\nCOPY a/y.p12 ${WSO2_SERVER_HOME}/" + sec + "wso2carbon.jks\n"),
			want:  map[string]string{sec + "wso2carbon.jks": "found a/y.p12", sec + "client-truststore.jks": "shipped"},
		},
		"a pattern": {
			files: docker("FROM wso2/wso2mi:4.4.0\nCOPY a/*.jks b/*.p12 ${WSO2_SERVER_HOME}/" + sec + "\n"),
			want:  map[string]string{sec + "x.jks": "found a/x.jks", sec + "new.p12": "missing copy b/*.p12", sec + "wso2carbon.jks": "shipped"},
		},
		"a pattern of folders": {
			files: docker("FROM wso2/wso2mi:4.4.0\nCOPY ?/sub ${WSO2_SERVER_HOME}/" + sec + "\n"),
			want:  map[string]string{sec + "z.jks": "found a/sub/z.jks"},
		},
		"the whole context": {
			files: docker("FROM wso2/wso2mi:4.4.0\nCOPY . ${WSO2_SERVER_HOME}/" + sec + "\n"),
			want:  map[string]string{sec + "x.jks": "found x.jks", sec + "b/x.jks": "found b/x.jks"},
		},
		"JSON form and blanks": {
			files: docker("FROM wso2/wso2mi:4.4.0\nCOPY --chown=a:b [\"space d/x.jks\", \"${WSO2_SERVER_HOME}/" + sec + "\"]\n"),
			want:  map[string]string{sec + "x.jks": "found space d/x.jks"},
		},
		"variables": {
			files: docker("ARG D=a\nFROM wso2/wso2mi:4.4.0\nARG D\nENV T=repository/resources F=\"x.jks\"\nWORKDIR ${WSO2_SERVER_HOME}\nWORKDIR $T\nCOPY ${D}/$F ./security/${N:-x.jks}\n"),
			want:  map[string]string{sec + "x.jks": "found a/x.jks"},
		},
		"a home of its own name": {
			files: docker("FROM openjdk:17\nENV WSO2_SERVER_HOME=/opt/mi\nCOPY a/x.jks /opt/mi/" + sec + "x.jks\nCOPY b/x.jks /opt/mi2/" + sec + "x.jks\n"),
			want:  map[string]string{sec + "x.jks": "found a/x.jks", "/opt/mi/" + sec + "x.jks": "found a/x.jks outside-home", "/opt/mi2/" + sec + "x.jks": "found b/x.jks outside-home"},
		},
		"relative to the product image's working directory": {
			files: docker("FROM wso2/wso2mi:4.4.0\nCOPY a/x.jks wso2mi-4.4.0/" + sec + "\nCOPY b/x.jks keys/\n"),
			want:  map[string]string{sec + "x.jks": "found a/x.jks", "/home/wso2carbon/keys/x.jks": "found b/x.jks outside-home"},
		},
		"an argument that is home by what follows": {
			files: docker("FROM example/base\nARG MI_HOME\nCOPY a/x.jks ${MI_HOME}/" + sec + "\n"),
			want:  map[string]string{sec + "x.jks": "found a/x.jks"},
		},
		"elsewhere in the image": {
			files: docker("FROM wso2/wso2mi:4.4.0\nCOPY a/x.jks /etc/keys/\n"),
			want:  map[string]string{"/etc/keys/x.jks": "found a/x.jks outside-home", "/etc/keys/y.jks": "outside outside-home"},
		},
		"the config volume is copied over home": {
			files: docker("FROM wso2/wso2mi:4.4.0\nCOPY a/x.jks ${WORKING_DIRECTORY}/wso2-config-volume/" + sec + "x.jks\n"),
			want:  map[string]string{sec + "x.jks": "found a/x.jks"},
		},
		"what can't be followed": {
			files: docker("FROM wso2/wso2mi:4.4.0\nCOPY --from=build /out/x.jks ${WSO2_SERVER_HOME}/" + sec + "\nADD https://example.org/y.p12 ${WSO2_SERVER_HOME}/" + sec + "new.p12\n"),
			want:  map[string]string{sec + "x.jks": "missing", sec + "new.p12": "missing", sec + "wso2carbon.jks": "shipped"},
		},
		"a folder that can't be followed may hold anything": {
			files: docker("FROM wso2/wso2mi:4.4.0\nCOPY --from=build /out/ ${WSO2_SERVER_HOME}/" + sec + "\n"),
			want:  map[string]string{sec + "wso2carbon.jks": "missing", sec + "x.jks": "found x.jks"},
		},
		"somewhere in home": {
			files: docker("FROM wso2/wso2mi:4.4.0\nARG SUB\nCOPY a/x.jks ${WSO2_SERVER_HOME}/repository/$SUB/\n"),
			want:  map[string]string{sec + "wso2carbon.jks": "missing"},
		},
		"somewhere in the image": {
			files: docker("FROM wso2/wso2mi:4.4.0\nARG SUB\nCOPY a/x.jks /$SUB/\nCOPY a/x.jks $SUB\n"),
			want:  map[string]string{sec + "wso2carbon.jks": "shipped"},
		},
		"an archive may hold anything": {
			files: docker("FROM wso2/wso2mi:4.4.0\nADD a.tar.gz ${WSO2_SERVER_HOME}\n"),
			want:  map[string]string{sec + "wso2carbon.jks": "missing"},
		},
		"a here-document": {
			files: docker("FROM wso2/wso2mi:4.4.0\nCOPY <<x.jks ${WSO2_SERVER_HOME}/" + sec + "wso2carbon.jks\nCOPY a/x.jks /\nx.jks\n"),
			want:  map[string]string{sec + "wso2carbon.jks": "missing copy <<x.jks"},
		},
		"the context is the repository": {
			files: map[string]string{
				"deployment/deployment.toml": "", "deployment/docker/Dockerfile": "FROM wso2/wso2mi:4.4.0\nCOPY keys/x.jks $WSO2_SERVER_HOME/" + sec + "\n", "keys/x.jks": "",
			},
			want: map[string]string{sec + "x.jks": "found keys/x.jks"},
		},
		"a source does not leave its context": {
			files: map[string]string{"a/deployment.toml": "", "a/Dockerfile": "FROM wso2/wso2mi:4.4.0\nCOPY ../../x.jks $WSO2_SERVER_HOME/" + sec + "\n", "x.jks": ""},
			want:  map[string]string{sec + "x.jks": "found x.jks"}, // as x.jks of a context above
		},
		"a Dockerfile of something else": {
			files: map[string]string{"a/deployment.toml": "", "a/Dockerfile": "FROM alpine\nCOPY x /y\n", "Dockerfile": "FROM wso2/wso2mi:4.4.0\n"},
			want:  map[string]string{sec + "wso2carbon.jks": "shipped"},
		},
		"mounts": {
			files: map[string]string{"conf/deployment.toml": "", "bin/version.txt": version, sec + "x.jks": ""},
			o:     layout.Options{Mounts: []string{"/run/secrets", sec + "x.jks", "mnt/"}},
			want: map[string]string{
				"/run/secrets/a.jks": "mounted", "/run/secrets": "mounted", "/run/secrets2/a.jks": "outside outside-home", sec + "x.jks": "mounted", "./mnt/y": "mounted",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if c.o.Mounts != nil {
				c.o.NoOutside = true
			}
			targets, problems := find(t, tree(t, c.files), c.o)
			if len(targets) != 1 || len(problems) > 0 {
				t.Fatal(targets, problems)
			}
			for path, want := range c.want {
				l := targets[0].Locate(path)
				if got := answer(l); got != want {
					t.Errorf("%.60q: %q, want %q; looked at %q", path, got, want, l.Looked)
				}
				if l.Status != layout.Found {
					continue
				}
				if _, err := l.Source.Read(l.Name); err != nil {
					t.Errorf("%q is found but can't be read: %v", path, err)
				}
			}
		})
	}
}

func TestMiHome(t *testing.T) {
	dir := tree(t, map[string]string{"env/dev/deployment.toml": "", "pack/bin/version.txt": version, "pack/" + sec + "x.jks": ""})
	elsewhere := tree(t, map[string]string{"bin/version.txt": version, sec + "y.jks": ""})
	for home, path := range map[string]string{"pack": sec + "x.jks", dir + "/pack": sec + "x.jks", elsewhere: sec + "y.jks"} {
		targets, problems := find(t, dir, layout.Options{Home: home})
		if len(targets) != 1 || len(problems) > 0 || targets[0].Kind != layout.Home || !targets[0].Complete || targets[0].Version.Number != "4.4.0" {
			t.Fatalf("%s: %+v %v", home, targets[0], problems)
		}
		if l := targets[0].Locate(path); l.Status != layout.Found {
			t.Errorf("%s: %+v", home, l)
		}
	}
}

func TestStdin(t *testing.T) {
	targets, problems := layout.Find(t.Context(), source.Bytes("conf/deployment.toml", []byte("a = 1")), layout.Options{Paths: []string{"conf/deployment.toml"}})
	if len(targets) != 1 || len(problems) > 0 || targets[0].Kind != layout.Single || !targets[0].Version.Assumed || targets[0].Complete {
		t.Fatalf("%+v %v", targets, problems)
	}
	for path, want := range map[string]string{sec + "x.jks": "missing", "/etc/hosts": "outside outside-home", "../x": "outside outside-home"} {
		if got := answer(targets[0].Locate(path)); got != want {
			t.Errorf("%q: %s, want %s", path, got, want)
		}
	}
}

// TestLooked holds the places that a message lists to the order in which they are tried.
func TestLooked(t *testing.T) {
	targets, _ := find(t, tree(t, map[string]string{"deployment/deployment.toml": "", "deployment/docker/Dockerfile": editor, "pom.xml": "<project/>"}), layout.Options{})
	got := targets[0].Locate(sec + "x.jks").Looked
	want := []string{
		"deployment/" + sec + "x.jks", "deployment/docker/" + sec + "x.jks",
		"deployment/resources/x.jks", "deployment/Resources/x.jks", "deployment/security/x.jks", "deployment/x.jks",
		"deployment/docker/resources/x.jks", "deployment/docker/Resources/x.jks", "deployment/docker/security/x.jks", "deployment/docker/x.jks",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}
