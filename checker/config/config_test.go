package config

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mi-kscheck/mi-kscheck/checker/finding"
)

var today = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)

// full holds every key that there is.
const full = `fail_on = "warning"
profile = "development"
exclude = ["**/target/**"]
known_keys = "lists/known.txt"
forbidden_passwords = "forbidden.txt"
ruleset = ["wso2-production", "pci-dss"]
unwaivable = ["MIKS203", "weak-key"]
max_waiver_days = 400

[rules]
off = ["MIKS309", "tls"]

[rules.MIKS304]
level = "error"
expiring_days = 45

[rules.weak-protocol]
off = false

[[environment]]
name = "prod"
paths = ["prod/**"]
profile = "production"

[environment.rules]
off = ["MIKS110"]

[environment.rules.MIKS304]
expiring_days = 60

[[environment]]
name = "dev"
paths = ["dev/**", "*.dev.toml"]

[[mount]]
path = "/run/secrets"

[[waiver]]
rule = "self-signed-primary"
path = "dev/**"
store = "**/a.jks"
until = 2026-12-31
reason = "the CA comes later"

[[waiver]]
rule = "MIKS301"
until = "2026-12-31"
reason = "x"
`

func parse(t *testing.T, text string) *Config {
	t.Helper()
	c, err := Parse("c.toml", []byte(text), today)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTerms(t *testing.T) {
	c := parse(t, full)
	whole, prod, dev := c.For("other/deployment.toml"), c.For("prod/a/deployment.toml"), c.For("x/y.dev.toml")
	if whole.Environment != "" || prod.Environment != "prod" || dev.Environment != "dev" {
		t.Errorf("environments: %q, %q, %q", whole.Environment, prod.Environment, dev.Environment)
	}
	if whole.Levels["MIKS101"] != finding.Note || dev.Levels["MIKS101"] != finding.Note {
		t.Error("the development profile makes MIKS101 a note, in an environment without a profile too")
	}
	if _, ok := prod.Levels["MIKS101"]; ok {
		t.Error("the environment has the production profile")
	}
	for _, terms := range []Terms{whole, prod, dev} {
		if terms.Levels["MIKS304"] != finding.Error {
			t.Error("the level of [rules] holds everywhere")
		}
		if !terms.Off["MIKS309"] || !terms.Off["MIKS601"] || terms.Off["MIKS602"] {
			t.Errorf("off are MIKS309 and the category but for one rule: %v", terms.Off)
		}
	}
	if whole.Parameters["expiring_days"] != int64(45) || prod.Parameters["expiring_days"] != int64(60) {
		t.Errorf("%v %v", whole.Parameters, prod.Parameters)
	}
	if whole.Off["MIKS110"] || !prod.Off["MIKS110"] {
		t.Error("a rule that is off in one environment is asked elsewhere")
	}
	if c.Profiles() != "by environment" || parse(t, "").Profiles() != Production {
		t.Error(c.Profiles())
	}
	w := c.Waivers[0]
	if w.Rule != "MIKS301" || w.Path != "dev/**" || w.Store != "**/a.jks" || w.Until.Format(time.DateOnly) != "2026-12-31" || w.Line != 38 || !w.Until.Equal(c.Waivers[1].Until) {
		t.Errorf("%+v", w)
	}
	if len(c.Unwaivable) != 2 || c.Unwaivable[1] != "MIKS305" || c.MaxDays != 400 || c.Mounts[0] != "/run/secrets" {
		t.Errorf("%+v", c)
	}
}

func TestFaults(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"unknown key", "x = 1\nfail-on = \"error\"", "c.toml, line 2: there is no key 'fail-on'; did you mean 'fail_on'?"},
		{"unknown key in a table", "[[waiver]]\nrule = \"MIKS301\"\nreasons = \"x\"", "c.toml, line 3: there is no key 'reasons' in [[waiver]]; did you mean 'reason'?"},
		{"no TOML", "a = 1\nfail_on = error", "c.toml, line 2: it is no TOML"},
		{"duplicate", "profile = \"production\"\nprofile = \"production\"", "line 2: it is no TOML"},
		{"word", "profile = \"prod\"", "line 1: 'profile' is one of production, development, not \"prod\""},
		{"type", "\nfail_on = 3", "line 2: 'fail_on' takes a text"},
		{"types", "exclude = [\"a\", 2]", "'exclude' takes a list of texts"},
		{"pattern", "exclude = [\n\"a\",\n\"[\"]", "line 3: 'exclude': \"[\" is no pattern"},

		{"extends", "extends = \"/x.toml\"", "line 1: 'extends' names a file by its path relative to this one"},
		{"version", "\nversion = 2", "c.toml, line 2: the file is of version 2 of the format, and this mi-kscheck reads version 1"},
		{"rule set", "ruleset = [\n\"pci-ds\"]", "line 2: there is no rule set 'pci-ds'; did you mean 'pci-dss'?"},
		{"rule", "[rules.MIKS999]\nlevel = \"note\"", "line 1: there is no rule 'MIKS999'; did you mean 'MIKS"},
		{"rule by name", "[rules.self-signed-primry]\nlevel = \"note\"", "line 1: there is no rule 'self-signed-primry'; did you mean 'self-signed-primary'?"},
		{"run rule", "[rules.MIKS903]\nlevel = \"note\"", "MIKS903 is about the run itself and can't be set"},
		{"twice", "[rules.MIKS301]\nlevel = \"note\"\n[rules.self-signed-primary]\nlevel = \"note\"", "line 3: MIKS301 is set twice"},
		{"level", "[rules.MIKS304]\nlevel = \"none\"", "line 2: 'level' is one of error, warning, note"},
		{"parameter of another rule", "[rules.MIKS301]\nexpiring_days = 3", "line 2: there is no key 'expiring_days' in the settings of MIKS301"},
		{"parameter type", "[rules.MIKS304]\nexpiring_days = \"3\"", "line 2: 'expiring_days' takes a whole number"},
		{"parameter range", "[rules.MIKS304]\nexpiring_days = -3", "line 2: 'expiring_days' takes a number from 0 to"},
		{"parameter value", "[rules.MIKS109]\npassword_length = 10", "line 2: 'password_length' takes one of 8 12 16 24"},
		{"rule is no table", "[rules]\nMIKS301 = \"note\"", "line 2: 'MIKS301' takes a table"},
		{"off", "[rules]\noff = [\"MIKS301\",\n\"certificatez\"]", "line 3: there is no rule 'certificatez'; did you mean 'certificates'?"},
		{"environment", "[[environment]]\npaths = [\"x\"]", "line 1: an [[environment]] needs a name"},
		{"environment paths", "[[environment]]\nname = \"x\"", "line 1: an [[environment]] needs paths"},
		{"environment twice", "[[environment]]\nname = \"x\"\npaths = [\"x\"]\n[[environment]]\nname = \"x\"\npaths = [\"y\"]", "line 5: there are two environments with the name \"x\""},
		{"environment rule", "[[environment]]\nname = \"x\"\npaths = [\"x\"]\n[environment.rules.MIKS304]\nlevl = \"note\"", "line 5: there is no key 'levl' in the settings of MIKS304; did you mean 'level'?"},
		{"mount", "[[mount]]", "line 1: a [[mount]] needs a path"},
		{"waiver without a reason", "[[waiver]]\nrule = \"MIKS301\"", "line 1: a [[waiver]] needs a reason"},
		{"waiver with a blank reason", "[[waiver]]\nrule = \"MIKS301\"\nreason = \"  \"", "line 1: a [[waiver]] needs a reason"},
		{"waiver without a rule", "[[waiver]]\nreason = \"x\"", "line 1: a [[waiver]] needs a rule"},
		{"waiver of no rule", "[[waiver]]\nreason = \"x\"\nrule = \"MIKS0001\"", "line 3: there is no rule 'MIKS0001'"},
		{"waiver date", "[[waiver]]\nreason = \"x\"\nrule = \"MIKS301\"\nuntil = \"soon\"", "line 4: until takes a date like 2027-03-31"},
		{"waiver time", "[[waiver]]\nreason = \"x\"\nrule = \"MIKS301\"\nuntil = 2027-03-31T00:00:00Z", "line 4: 'until' takes a date"},
		{"waiver too long", "max_waiver_days = 30\n[[waiver]]\nreason = \"x\"\nrule = \"MIKS301\"\nuntil = 2027-03-31", "line 2: the [[waiver]] goes too far: it holds until 2027-03-31"},
		{"waiver without end", "max_waiver_days = 30\n[[waiver]]\nreason = \"x\"\nrule = \"MIKS301\"", "line 2: the [[waiver]] goes too far: it has no end"},
		{"unwaivable", "unwaivable = [\"MIKS301\"]\n[[waiver]]\nreason = \"x\"\nrule = \"self-signed-primary\"", "line 2: MIKS301 can't be waived"},
		{"days", "max_waiver_days = 0", "line 1: 'max_waiver_days' takes a number of days"},
		{"file above", "known_keys = \"../keys.txt\"", "line 1: 'known_keys' names a file in the folder of this one or below"},
		{"file elsewhere", "forbidden_passwords = \"/etc/passwd\"", "'forbidden_passwords' names a file in the folder"},
		{"inline", "environment = [{name = \"x\", paths = [\"y\"],\nprofil = \"production\"}]", "line 2: there is no key 'profil' in [[environment]]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Parse("c.toml", []byte(c.text), today)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("have %v\nwant %s", err, c.want)
			}
		})
	}
}

func TestLimits(t *testing.T) {
	for want, text := range map[string]string{
		"line 1: 'exclude' has more than 1000 elements": "exclude = [" + strings.Repeat("\"a\",", 1001) + "]",
		"'waiver' has more than 1000 elements":          strings.Repeat("[[waiver]]\nrule = \"MIKS301\"\nreason = \"x\"\n", 1001),
		"line 1: it is larger than 1 MiB":               strings.Repeat("#\n", 1<<20),
	} {
		if _, err := Parse("c", []byte(text), today); err == nil || !strings.Contains(err.Error(), want) || strings.Count(err.Error(), "\n") > 0 {
			t.Errorf("want %s, have %v", want, err)
		}
	}
}

func TestManyFaults(t *testing.T) {
	_, err := Parse("c.toml", []byte(strings.Repeat("[[mount]]\n", 50)), today)
	if n := strings.Count(err.Error(), "\n") + 1; n != maxFaults+1 || !strings.Contains(err.Error(), "40 more faults") {
		t.Errorf("%d lines: %v", n, err)
	}
}

// What print writes is a configuration that says the same.
func TestPrint(t *testing.T) {
	for _, text := range []string{full, "", "exclude = [\"a\\\"\\u202e\\\\\\u001b\"]\n"} {
		c := parse(t, text)
		print := func(c *Config) string {
			var b strings.Builder
			if err := c.Print(&b); err != nil {
				t.Fatal(err)
			}
			return b.String()
		}
		first := print(c)
		again := parse(t, first)
		for _, uri := range []string{"a.toml", "prod/a.toml", "dev/a.toml"} {
			x, y := c.For(uri), again.For(uri)
			for k, v := range y.Parameters { // print also tells the defaults
				if _, ok := x.Parameters[k]; !ok {
					x.Parameters[k] = v
				}
			}
			if diff := cmp.Diff(x, y); diff != "" {
				t.Error(diff)
			}
		}
		if diff := cmp.Diff(c.Exclude, again.Exclude); diff != "" || strings.ContainsAny(first, "\x1b\u202e") {
			t.Errorf("%s\n%s", diff, first)
		}
	}
	var b strings.Builder
	if err := parse(t, full).Print(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"fail_on = \"warning\"  # line 1\n", "[rules.MIKS304]  # certificate-expiring\nlevel = \"error\"  # line 14\nexpiring_days = 45  # line 15\nexpiring_notice_days = 90  # default",
		"unless their level is set: MIKS101, ", "off = true  # line 11", "[[environment]]  # line 20", "expiring_days = 60  # line 29",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("want %q in\n%s", want, b.String())
		}
	}
}

func TestStart(t *testing.T) {
	text := Start([]string{"env/dev/a/deployment.toml", "prod/deployment.toml", "x\x1b[2J/deployment.toml"})
	parse(t, text)
	if strings.Contains(text, "\x1b") {
		t.Error("an escape sequence comes through")
	}
	// Every comment that looks like a setting is one that is right once its mark is taken away.
	var lines []string
	for line := range strings.Lines(text) {
		if rest, ok := strings.CutPrefix(line, "#"); ok && !strings.HasPrefix(rest, " ") && !strings.HasPrefix(rest, ":") && strings.TrimSpace(rest) != "" {
			lines = append(lines, rest)
		} else {
			lines = append(lines, line)
		}
	}
	c := parse(t, strings.Replace(strings.Join(lines, ""), "until = 2027-03-31", "until = 2026-04-01", 1))
	if len(c.Environments) != 2 || c.Environments[0].Paths[0] != "**/dev/**" || c.Environments[1].Paths[0] != "prod/**" {
		t.Errorf("%+v", c.Environments)
	}
}

// docs/configuration.md explains every key, and its examples hold.
func TestDocs(t *testing.T) {
	b, err := os.ReadFile("../../docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	text := string(b)
	for _, fs := range [][]field{topFields, mountFields, environmentFields, waiverFields, ruleFields} {
		for _, f := range fs {
			if !strings.Contains(text, "`"+f.name+"`") && !strings.Contains(text, "`["+f.name+"]`") && !strings.Contains(text, "`[["+f.name+"]]`") {
				t.Errorf("it does not explain '%s'", f.name)
			}
		}
	}
	for _, id := range development {
		if !strings.Contains(text, id) {
			t.Errorf("it does not say that %s is a note in the development profile", id)
		}
	}
	examples := strings.Split(text, "```toml .mi-kscheck.toml\n")[1:]
	if len(examples) < 2 {
		t.Fatal("there are no examples")
	}
	for _, e := range examples {
		e, _, _ = strings.Cut(e, "```")
		if _, err := Parse("example", []byte(e), time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)); err != nil {
			t.Errorf("%v\n%s", err, e)
		}
	}
}

func TestLists(t *testing.T) {
	hash := strings.Repeat("aB", 32)
	keys, err := KnownKeys("k", []byte("# ours\n\n"+hash+"  the old test CA\r\n"+strings.Repeat("01:", 31)+"01\t# second\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{strings.ToLower(hash): "the old test CA", strings.Repeat("01", 32): "second"}
	if diff := cmp.Diff(want, keys); diff != "" {
		t.Error(diff)
	}
	_, err = KnownKeys("k", []byte("\nroot:x:0:0"))
	if err == nil || !strings.HasPrefix(err.Error(), "k, line 2: ") || strings.Contains(err.Error(), "root") {
		t.Error(err)
	}
	if got := ForbiddenPasswords([]byte("Acme2024\r\n\n# no comment\n")); len(got) != 2 || !got["acme2024"] || !got["# no comment"] {
		t.Error(got)
	}
}

// What is nearer wins, lists add up, and print says where each value is from.
func TestExtends(t *testing.T) {
	base := Layer{Name: "org/base.toml", Dir: "../org", Data: []byte(`fail_on = "note"
profile = "development"
known_keys = "keys.txt"
policy = ["rego"]
exclude = ["a"]
unwaivable = ["MIKS203"]
max_waiver_days = 100
ruleset = ["pci-dss"]
rules.off = ["tls"]
[rules.MIKS304]
level = "error"
expiring_days = 90
[[environment]]
name = "prod"
paths = ["base/**"]
[[environment]]
name = "test"
paths = ["test/**"]
[[waiver]]
rule = "MIKS301"
until = 2026-04-01
reason = "base"
`)}
	own := Layer{Name: "c.toml", Data: []byte(`extends = "../org/base.toml"
fail_on = "error"
exclude = ["b"]
[rules.certificate-expiring]
expiring_days = 10
[rules.weak-cipher]
off = false
[[environment]]
name = "prod"
paths = ["own/**"]
[[waiver]]
rule = "MIKS302"
until = 2026-04-01
reason = "own"
`)}
	c, err := ParseAll([]Layer{own, base}, today, nil)
	if err != nil {
		t.Fatal(err)
	}
	terms := c.For("own/x")
	if c.FailOn != "error" || c.Profile != Development || c.KnownKeys != "../org/keys.txt" || c.Policies[0] != "../org/rego" || strings.Join(c.Exclude, " ") != "b a" ||
		c.MaxDays != 100 || len(c.Environments) != 2 || c.Environments[1].Name != "test" || len(c.Waivers) != 2 || c.Waivers[1].URI != "org/base.toml" ||
		c.Unwaivable[0] != "MIKS203" || c.RuleSets[0] != "pci-dss" {
		t.Errorf("%+v", c)
	}
	if terms.Environment != "prod" || terms.Levels["MIKS304"] != finding.Error || terms.Parameters["expiring_days"] != int64(10) || !terms.Off["MIKS601"] || terms.Off["MIKS603"] {
		t.Errorf("%+v", terms)
	}
	var b strings.Builder
	if err := c.Print(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"# In force by 'c.toml', which extends 'org/base.toml'.", `fail_on = "error"  # line 2`, `profile = "development"  # 'org/base.toml', line 2`,
		`exclude = ["b", "a"]  # line 3; 'org/base.toml', line 5`, `level = "error"  # 'org/base.toml', line 11`, "expiring_days = 10  # line 5",
		"off = false  # line 7", "off = true  # 'org/base.toml', line 9", "[[environment]]  # line 8", "[[environment]]  # 'org/base.toml', line 16",
		"[[waiver]]  # line 11", "[[waiver]]  # 'org/base.toml', line 19",
	} {
		if !strings.Contains(b.String(), want+"\n") {
			t.Errorf("it does not print %s\n%s", want, b.String())
		}
	}
	// Both files hold a waiver to what the base allows.
	own.Data = []byte("[[waiver]]\nrule = \"MIKS203\"\nreason = \"x\"")
	if _, err := ParseAll([]Layer{own, base}, today, nil); err == nil || !strings.Contains(err.Error(), "MIKS203 can't be waived") || !strings.Contains(err.Error(), "it has no end") {
		t.Error(err)
	}
	base.Data = []byte("\nfail-on = 1")
	if _, err := ParseAll([]Layer{own, base}, today, nil); err == nil || !strings.HasPrefix(err.Error(), "org/base.toml, line 2: ") {
		t.Error(err)
	}
}
