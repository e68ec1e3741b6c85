package finding

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mi-kscheck/mi-kscheck/checker/deployment"
	"github.com/mi-kscheck/mi-kscheck/checker/facts"
	"github.com/mi-kscheck/mi-kscheck/checker/policy"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
	"github.com/mi-kscheck/mi-kscheck/rules"
)

var (
	loud   = &rules.Rule{ID: "T1", Name: "loud", Level: "warning", Message: "Loud about {{title}}.", Fix: "Repair '{{key}}'.", PointsAt: "definition", Supersedes: []string{"T2"}}
	quiet  = &rules.Rule{ID: "T2", Name: "quiet", Level: "error", Message: "Quiet.", PointsAt: "definition", Needs: []string{"file"}}
	cause  = &rules.Rule{ID: "T3", Name: "cause", Level: "error", Message: "Cause.", PointsAt: "use", Consequences: []string{"T4"}}
	effect = &rules.Rule{ID: "T4", Name: "effect", Level: "note", Message: "Effect.", PointsAt: "use", Variants: map[string]rules.Variant{"worse": {Level: "warning"}}}
	all    = []*rules.Rule{loud, quiet, cause, effect}
)

const text = `[keystore.primary]
file_name = "a.jks"
password = "p"
key_password = "$ref{keystore.primary.password}"
`

// input makes an Input whose places are those of a real file.
func input(t *testing.T, raws ...policy.Raw) Input {
	t.Helper()
	f := &source.File{Name: "deployment.toml", URI: "deployment.toml", Data: []byte(text)}
	d := deployment.Read(f, deployment.Options{})
	in := Input{Deployment: d, Facts: &facts.Document{Target: facts.Target{URI: f.URI, Parsed: true, Version: "4.6.0"}}, Places: facts.Places{}, Raws: raws, Rules: all}
	for key, root := range map[string]string{
		"keystore.primary.file_name":     "keystore.primary.file_name",
		"keystore.primary.password":      "keystore.primary.password",
		"keystore.primary.key_password":  "keystore.primary.password",
		"keystore.internal.password":     "keystore.primary.password",
		"keystore.internal.key_password": "keystore.primary.password",
	} {
		p := "/values/" + key
		in.Places[p] = facts.Place{Pointer: p, Key: key, Root: "/values/" + root, Span: d.Nearest(key), Written: d.KeyOf(key) != nil, Value: d.Value(key)}
	}
	return in
}

func raw(r *rules.Rule, key string) policy.Raw {
	return policy.Raw{Rule: r, At: "/values/" + key, Args: map[string]string{"key": key, "title": key}}
}

func ids(fs []Finding) string {
	var out []string
	for _, f := range fs {
		out = append(out, f.Rule.ID)
	}
	return strings.Join(out, " ")
}

func TestSupersedeOnTheSameKey(t *testing.T) {
	res := Resolve(input(t, raw(quiet, "keystore.primary.password"), raw(loud, "keystore.primary.password")))
	if ids(res.Findings) != "T1" {
		t.Fatalf("want T1 alone, have %s", ids(res.Findings))
	}
	f := res.Findings[0]
	if f.Level != Error {
		t.Errorf("the highest level of what it replaces is error, have %s", f.Level)
	}
	if want := []Also{{Rule: Rule{"T2", "quiet"}, Level: Error, Message: "Quiet."}}; !cmp.Equal(f.Also, want) {
		t.Error(cmp.Diff(want, f.Also))
	}
}

func TestSupersedeOnlyWhatIsNamed(t *testing.T) {
	r := raw(loud, "keystore.primary.password")
	r.Causes = []string{"/values/keystore.primary.file_name"}
	res := Resolve(input(t, raw(quiet, "keystore.primary.password"), r))
	if ids(res.Findings) != "T1 T2" {
		t.Errorf("causes name another place, so both stand; have %s", ids(res.Findings))
	}
	res = Resolve(input(t, raw(quiet, "keystore.primary.file_name"), r))
	if ids(res.Findings) != "T1" {
		t.Errorf("the cause replaces what it names; have %s", ids(res.Findings))
	}
}

func TestMergeByRoot(t *testing.T) {
	res := Resolve(input(t,
		raw(quiet, "keystore.internal.password"), raw(quiet, "keystore.primary.key_password"), raw(quiet, "keystore.primary.password"), raw(quiet, "keystore.primary.file_name")))
	if ids(res.Findings) != "T2 T2" {
		t.Fatalf("one finding a root, have %s", ids(res.Findings))
	}
	f := res.Findings[1]
	if f.Key != "keystore.primary.password" || f.Region.StartLine != 3 || f.Region.StartColumn != 1 || f.Region.EndColumn != 9 {
		t.Errorf("it points at the definition's key: %s %+v", f.Key, f.Region)
	}
	if want := "Quiet. Inherited by 'keystore.internal.password' and 'keystore.primary.key_password'."; f.Message != want {
		t.Errorf("have %q, want %q", f.Message, want)
	}
}

func TestUseIsNotMerged(t *testing.T) {
	res := Resolve(input(t, raw(cause, "keystore.primary.key_password"), raw(cause, "keystore.primary.password")))
	if ids(res.Findings) != "T3 T3" || res.Findings[1].Region.StartLine != 4 {
		t.Errorf("a rule that points at the use says each: %s", ids(res.Findings))
	}
}

func TestTwoFaultsAtOnePlace(t *testing.T) {
	a, b := raw(loud, "keystore.primary.password"), raw(loud, "keystore.primary.password")
	a.Args["title"], b.Args["title"] = "one", "two"
	res := Resolve(input(t, a, b))
	if len(res.Findings) != 2 || res.Findings[0].Fingerprint == res.Findings[1].Fingerprint {
		t.Errorf("two faults at one key are two findings with fingerprints of their own: %+v", res.Findings)
	}
}

func TestConsequence(t *testing.T) {
	res := Resolve(input(t, raw(effect, "keystore.primary.password")))
	if res.Findings[0].FollowsFrom != "" {
		t.Error("there is no cause that it could follow from")
	}
	res = Resolve(input(t, raw(cause, "keystore.primary.file_name"), raw(effect, "keystore.primary.password")))
	if ids(res.Findings) != "T3 T4" || res.Findings[1].FollowsFrom != "T3" {
		t.Errorf("the effect stands, marked: %+v", res.Findings)
	}
}

func TestConsequenceOfAnotherStore(t *testing.T) {
	in := input(t, raw(cause, "keystore.primary.file_name"), raw(effect, "keystore.internal.password"))
	in.Facts.References = []facts.Reference{
		{Role: "primary", Store: "s1", File: facts.Value{Pointer: "/values/keystore.primary.file_name"}},
		{Role: "internal", Store: "s2", Password: facts.Value{Pointer: "/values/keystore.internal.password"}},
	}
	if fs := Resolve(in).Findings; ids(fs) != "T3 T4" || fs[1].FollowsFrom != "" {
		t.Errorf("a fault of the primary keystore is no cause of one in the internal: %+v", fs)
	}
	in.Facts.References[1].Role = "truststore"
	if fs := Resolve(in).Findings; fs[1].FollowsFrom != "T3" {
		t.Error("the truststore is judged against the primary keystore")
	}
}

func TestVariant(t *testing.T) {
	r := raw(effect, "keystore.primary.password")
	r.Variant = "worse"
	if f := Resolve(input(t, r)).Findings[0]; f.Level != Warning || f.Message != "Effect." {
		t.Errorf("a variant changes what it names only: %s %q", f.Level, f.Message)
	}
}

func TestInheritedFromNowhere(t *testing.T) {
	in := input(t, raw(loud, "truststore.password"))
	in.Places["/values/truststore.password"] = facts.Place{Pointer: "/values/truststore.password", Key: "truststore.password", Root: "/values/truststore.password", Value: in.Deployment.Value("truststore.password")}
	in.Facts.References = []facts.Reference{{Password: facts.Value{Pointer: "/values/truststore.password", Inherited: "nothing sets it, so it is the default"}}}
	f := Resolve(in).Findings[0]
	if want := "Loud about truststore.password. Nothing sets it, so it is the default. Repair 'truststore.password'."; f.Message != want {
		t.Errorf("have %q, want %q", f.Message, want)
	}
	if f.Region.StartLine != 1 {
		t.Errorf("nothing is written: line 1, have %d", f.Region.StartLine)
	}
}

func TestFingerprintSurvivesMovedLines(t *testing.T) {
	a := Resolve(input(t, raw(quiet, "keystore.primary.password"))).Findings[0]
	in := input(t, raw(quiet, "keystore.primary.password"))
	p := in.Places["/values/keystore.primary.password"]
	p.Span = source.Span{}
	in.Places[p.Pointer] = p
	if b := Resolve(in).Findings[0]; a.Fingerprint != b.Fingerprint {
		t.Error("another line gives another fingerprint")
	}
	if b := Resolve(input(t, raw(quiet, "keystore.primary.file_name"))).Findings[0]; a.Fingerprint == b.Fingerprint {
		t.Error("another key gives the same fingerprint")
	}
}

func TestRender(t *testing.T) {
	args := map[string]string{"a": "1", "b": "{{a}}"}
	for template, want := range map[string]string{
		"":             "",
		"x{{a}}y":      "x1y",
		"${env{{{a}}}": "${env{1}",
		"{{b}}":        "{{a}}", // an argument is never a template
		"{{c}} {{a}}":  "{{c}} 1",
		"'{{key}}'":    "'x.y'", // of the place, where the policy gives none
		"{{a":          "{{a",
	} {
		if got := render(template, args, "x.y"); got != want {
			t.Errorf("render(%q) = %q, want %q", template, got, want)
		}
	}
	if got := render("'{{key}}'", args, ""); got != "'{{key}}'" {
		t.Errorf("a place without a key gives %q", got)
	}
}

func TestUnjudged(t *testing.T) {
	needy := &rules.Rule{ID: "T5", Name: "needy", Level: "error", Message: "x.", Needs: []string{"primary.contents"}}
	doc := &facts.Document{Target: facts.Target{Parsed: true}, References: []facts.Reference{{
		Role: "primary", Title: "the primary keystore", InForce: true, Contents: facts.State{State: "unknown", Reason: "password-unknown"},
		Password: facts.Value{Shown: "$env{X}", Via: "$env{X}"},
	}}}
	outcome, reasons := needed(Input{Facts: doc}, needy)
	want := "The password of the primary keystore comes by $env{X}, whose value is not known here (hand it over with --env X or --env-file FILE)."
	if outcome != NotJudged || len(reasons) != 1 || reasons[0] != want {
		t.Errorf("have %s %q", outcome, reasons)
	}
	doc.References[0].Contents.State = "known"
	if outcome, _ := needed(Input{Facts: doc}, needy); outcome != Passed {
		t.Errorf("have %s, want passed", outcome)
	}
	doc.References[0].InForce = false
	if outcome, _ := needed(Input{Facts: doc}, needy); outcome != DoesNotApply {
		t.Errorf("have %s, want does-not-apply", outcome)
	}
}
