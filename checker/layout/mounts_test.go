package layout_test

import (
	"strings"
	"testing"

	"github.com/mi-kscheck/mi-kscheck/checker/layout"
)

// TestMounts holds what a compose file mounts to where a path leads. Each has the files x.jks, a/x.jks and deployment.toml,
// which a service of the product's image mounts.
func TestMounts(t *testing.T) {
	const home = "/home/wso2carbon/wso2mi-4.4.0/"
	for name, c := range map[string]struct {
		volumes string // YAML
		want    map[string]string
	}{
		"nothing":                  {``, map[string]string{sec + "x.jks": "found x.jks", "/k/x.jks": "outside outside-home"}},
		"a file":                   {`- ./a/x.jks:` + home + sec + `x.jks`, map[string]string{sec + "x.jks": "found a/x.jks", home + sec + "x.jks": "found a/x.jks outside-home", sec + "y.jks": "missing"}},
		"a folder":                 {`- ./a:` + home + sec, map[string]string{sec + "x.jks": "found a/x.jks", sec + "z.jks": "missing", "top.jks": "missing"}},
		"a folder hides":           {`- ./a/:` + home + sec, map[string]string{sec + "deployment.toml": "missing"}},
		"the whole home":           {`- .:` + home, map[string]string{"x.jks": "found x.jks", "a/x.jks": "found a/x.jks"}},
		"the deepest counts":       {`- ./a/x.jks:` + home + sec + "x.jks\n- ./nothing:" + home + sec, map[string]string{sec + "x.jks": "found a/x.jks", sec + "y.jks": "missing"}},
		"the last of one path":     {`- ./x.jks:` + home + sec + "x.jks\n- ./a/x.jks:" + home + sec + "x.jks", map[string]string{sec + "x.jks": "found a/x.jks"}},
		"what is not there":        {`- ./no.jks:` + home + sec + `x.jks`, map[string]string{sec + "x.jks": "missing"}},
		"the config volume adds":   {`- ./a:/home/wso2carbon/wso2-config-volume/` + sec, map[string]string{sec + "x.jks": "found a/x.jks", sec + "deployment.toml": "found deployment.toml"}},
		"a named volume":           {`- keys:` + home + sec, map[string]string{sec + "x.jks": "mounted"}},
		"a named volume, all home": {`- keys:` + home, map[string]string{sec + "x.jks": "found x.jks"}},
		"an anonymous volume":      {`- ` + home + sec, map[string]string{sec + "x.jks": "mounted"}},
		"a host's path":            {`- /srv/x.jks:` + home + sec + `x.jks:ro`, map[string]string{sec + "x.jks": "mounted"}},
		"a host's path, Windows":   {`- C:\keys:` + home + sec + `:ro`, map[string]string{sec + "x.jks": "mounted"}},
		"a home of who runs it":    {`- ~/keys:/k`, map[string]string{"/k/x.jks": "mounted", "/k2/x.jks": "outside outside-home"}},
		"out of the checkout":      {`- ../../keys:/k`, map[string]string{"/k/x.jks": "mounted"}},
		"a variable":               {`- ${K}/x:/k`, map[string]string{"/k/x.jks": "mounted"}},
		"a variable with default":  {`- ${K:-./a}:/k`, map[string]string{"/k/x.jks": "found a/x.jks"}},
		"a dollar sign":            {`- ./$$a:/k`, map[string]string{"/k/x.jks": "missing"}},
		"where is not known":       {`- ./a:${K}/k`, map[string]string{sec + "x.jks": "found x.jks"}},
		"long, bind":               {`- {type: bind, source: a, target: /k}`, map[string]string{"/k/x.jks": "found a/x.jks"}},
		"long, volume":             {`- {type: volume, source: a, target: /k}`, map[string]string{"/k/x.jks": "mounted"}},
		"long, tmpfs":              {`- {type: tmpfs, target: /k}`, map[string]string{"/k/x.jks": "mounted"}},
	} {
		t.Run(name, func(t *testing.T) {
			volumes := "\n    - ./deployment.toml:" + home + "conf/deployment.toml\n"
			if c.volumes != "" {
				volumes += "    " + strings.ReplaceAll(c.volumes, "\n", "\n    ") + "\n"
			}
			dir := tree(t, map[string]string{
				"deployment.toml": "", "x.jks": "", "a/x.jks": "",
				"compose.yaml": "services:\n  mi:\n    image: wso2/wso2mi:4.2.0\n    volumes:" + volumes,
			})
			targets, problems := find(t, dir, layout.Options{})
			if len(targets) != 1 || len(problems) > 0 {
				t.Fatal(targets, problems)
			}
			for path, want := range c.want {
				if got := answer(targets[0].Locate(path)); got != want {
					t.Errorf("%q: %q, want %q", path, got, want)
				}
			}
			if v := targets[0].Version; v.Number != "4.2.0" || v.Origin != "compose.yaml:3" {
				t.Error(v)
			}
		})
	}
}
