package finding

import (
	"testing"

	"github.com/mi-kscheck/mi-kscheck/rules"
)

// A level that is set stands for the rule's own and those of its variants. What a rule replaces raises it only where that is set
// as well.
func TestLevels(t *testing.T) {
	worse := raw(effect, "keystore.primary.password")
	worse.Variant = "worse"
	loudOverQuiet := func(levels map[string]Level) Input {
		in := input(t, raw(quiet, "keystore.primary.password"), raw(loud, "keystore.primary.password"))
		in.Levels = levels
		return in
	}
	variant := input(t, worse)
	variant.Levels = map[string]Level{"T4": Error}
	merged := input(t, raw(quiet, "keystore.internal.password"), raw(quiet, "keystore.primary.password"))
	merged.Levels = map[string]Level{"T2": Note}
	for _, c := range []struct {
		name string
		in   Input
		want Level
	}{
		{"nothing set: the highest of all", loudOverQuiet(nil), Error},
		{"lowered: what it replaces does not raise it", loudOverQuiet(map[string]Level{"T1": Note}), Note},
		{"both set: the higher of them", loudOverQuiet(map[string]Level{"T1": Note, "T2": Warning}), Warning},
		{"only the replaced one is lowered", loudOverQuiet(map[string]Level{"T2": Note}), Warning},
		{"only the replaced one is raised", loudOverQuiet(map[string]Level{"T2": Error}), Error},
		{"a variant", variant, Error},
		{"merged by root", merged, Note},
	} {
		if f := Resolve(c.in).Findings; len(f) != 1 || f[0].Level != c.want {
			t.Errorf("%s: have %+v, want %s", c.name, f, c.want)
		}
	}
}

// A fault keeps its fingerprint where other faults come and go, and in whatever order policies speak.
func TestFingerprintDoesNotDependOnOthers(t *testing.T) {
	prints := func(res Result) map[string]string {
		m := map[string]string{}
		for _, f := range res.Findings {
			m[f.Rule.ID+f.Key] = f.Fingerprint
		}
		return m
	}
	all := prints(Resolve(input(t, raw(quiet, "keystore.primary.password"), raw(quiet, "keystore.primary.file_name"), raw(cause, "keystore.primary.key_password"))))
	turned := prints(Resolve(input(t, raw(cause, "keystore.primary.key_password"), raw(quiet, "keystore.primary.file_name"), raw(quiet, "keystore.primary.password"))))
	alone := prints(Resolve(input(t, raw(quiet, "keystore.primary.file_name"))))
	for key, p := range all {
		if turned[key] != p || alone[key] != "" && alone[key] != p {
			t.Errorf("%s: %s, %s, %s", key, p, turned[key], alone[key])
		}
	}
	if len(all) != 3 {
		t.Errorf("fingerprints fall together: %v", all)
	}
}

// Text, level and inheritors of a finding may change without it being another one.
func TestFingerprintIsOfThePlace(t *testing.T) {
	same := *quiet
	same.Message, same.Level, same.Fix = "Other words.", "note", "Other."
	a := Resolve(input(t, raw(quiet, "keystore.primary.password"))).Findings[0]
	in := input(t, raw(&same, "keystore.internal.password"), raw(&same, "keystore.primary.password"))
	in.Rules = []*rules.Rule{&same}
	if b := Resolve(in).Findings[0]; a.Fingerprint != b.Fingerprint {
		t.Error("words or inheritors change the fingerprint")
	}
	in = input(t, raw(quiet, "keystore.primary.password"))
	in.Facts.Target.URI = "other/deployment.toml"
	in.Deployment.File.URI = "other/deployment.toml"
	if b := Resolve(in).Findings[0]; a.Fingerprint == b.Fingerprint {
		t.Error("another file gives the same fingerprint")
	}
}
