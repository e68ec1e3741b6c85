package finding

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mi-kscheck/mi-kscheck/checker/deployment"
	"github.com/mi-kscheck/mi-kscheck/checker/facts"
	"github.com/mi-kscheck/mi-kscheck/checker/stores"
	"github.com/mi-kscheck/mi-kscheck/rules"
)

// judge says of every rule what became of it. A rule names in `needs` the facts without which silence means nothing:
//
//	file                 the file parses
//	ROLE.location        the path of the store is known
//	ROLE.store           the file is at hand
//	ROLE.contents        its entries are known
//	ROLE.entry           what the configured alias names is known
//	ROLE.opens           whether the configured password opens it is known
//	trust                the verdict on the primary's trust path is known
//	environments         two environments of the configuration hold targets of the run
//
// where ROLE is primary, internal or truststore.
//
// Of a rule that judges the run as a whole the verdict on a target comes with the second result, where something is found.
func judge(in Input, res *Result) {
	found := map[string]bool{}
	for _, f := range res.Findings {
		found[f.Rule.ID] = true
		for _, a := range f.Also {
			found[a.Rule.ID] = true
		}
	}
	for _, r := range in.Rules {
		v := Verdict{Rule: Rule{ID: r.ID, Name: r.Name}, Outcome: Passed}
		outcome, reasons := needed(in, r)
		switch {
		case found[r.ID]:
			v.Outcome = Found
		case in.Fleet:
			continue
		case r.OfRun() && outcome == Passed:
			res.Later = append(res.Later, v.Rule)
			continue
		default:
			v.Outcome = outcome
			for _, reason := range reasons {
				res.Unjudged = append(res.Unjudged, Unjudged{Rule: v.Rule, Reason: reason, URI: res.URI})
			}
		}
		res.Verdicts = append(res.Verdicts, v)
	}
}

// needed tells whether the facts that a rule needs are there, and if not why, as sentences.
func needed(in Input, r *rules.Rule) (Outcome, []string) {
	outcome := Passed
	var reasons []string
	for _, n := range r.Needs {
		state, reason := need(in, n)
		if n == "environments" && state == "absent" {
			return DoesNotApply, nil // whatever else it lacks
		}
		switch state {
		case "unknown":
			outcome = NotJudged
			if !slices.Contains(reasons, reason) {
				reasons = append(reasons, reason)
			}
		case "absent":
			if outcome == Passed {
				outcome = DoesNotApply
			}
		}
	}
	return outcome, reasons
}

func need(in Input, name string) (state, reason string) {
	d := in.Facts
	if name == "environments" {
		if in.Environments < 2 {
			return "absent", ""
		}
		return "known", ""
	}
	if !d.Target.Parsed {
		if name == "text" {
			return "known", ""
		}
		return "unknown", "The file does not parse, so that nothing else could be judged."
	}
	role, fact, _ := strings.Cut(name, ".")
	switch name {
	case "file", "text":
		return "known", ""
	case "trust":
		return needTrust(d)
	}
	i := slices.IndexFunc(d.References, func(r facts.Reference) bool { return r.Role == role })
	if i < 0 || !d.References[i].InForce {
		return "absent", ""
	}
	r := &d.References[i]
	state, reason = "known", ""
	switch fact {
	case "location":
		if r.File.State == "unknown" {
			state, reason = "unknown", "path-unknown"
		}
	case "store":
		if r.Store == "" || r.Shipped {
			state, reason = "unknown", r.Contents.Reason
		}
		if r.Shipped {
			state = "absent"
		}
	case "contents":
		state, reason = r.Contents.State, r.Contents.Reason
	case "entry":
		state, reason = r.Contents.State, r.Contents.Reason
		if state == "known" {
			state, reason = r.Entry.State, "alias-unknown"
		}
	case "opens":
		state, reason = r.Opens.State, r.Opens.Reason
	}
	if state != "unknown" {
		return state, ""
	}
	return state, sentence(r, reason)
}

func needTrust(d *facts.Document) (state, reason string) {
	for i := range d.References {
		r := &d.References[i]
		if (r.Role == "primary" || r.Role == "truststore") && r.Contents.State == "unknown" {
			return "unknown", sentence(r, r.Contents.Reason)
		}
	}
	switch {
	case len(d.Trust) == 0:
		return "absent", ""
	case d.Trust[0].Verdict.State == "unknown":
		return "unknown", "The trust path of the primary certificate could not be followed: " + d.Trust[0].Verdict.Reason + "."
	}
	return "known", ""
}

// sentence says in words why the content of a store is not known and, where the user can change that, how.
func sentence(r *facts.Reference, reason string) string {
	title := upperFirst(r.Title)
	switch stores.Why(reason) {
	case stores.PathUnknown:
		return comesBy("path", r, r.File)
	case stores.NotFound:
		return title + " is not at hand."
	case stores.Mounted:
		return title + " is mounted at run time."
	case stores.OutsideRoots:
		return fmt.Sprintf("%s lies outside what may be read here ('%s'); --allow-outside DIR opens its folder.", title, r.File.Shown)
	case stores.Unreadable:
		return title + " could not be read."
	case stores.WrongPassword:
		return title + " did not open with the stated password."
	case stores.PasswordUnknown:
		return comesBy("password", r, r.Password)
	case stores.Damaged:
		return title + " is damaged."
	case stores.TooCostly:
		return title + " would cost too much to open."
	case stores.Unsupported:
		return title + " has a format that is not yet readable."
	case stores.ShippedUnknown:
		return title + " is the product's own and not at hand, so that little is known of its content."
	}
	if reason == "alias-unknown" {
		return comesBy("alias", r, r.Alias)
	}
	for _, x := range []struct {
		what  string
		value facts.Value
	}{{"password", r.Password}, {"key password", r.KeyPassword}, {"path", r.File}, {"alias", r.Alias}} {
		if x.value.State == "unknown" && x.value.Reason == reason {
			return comesBy(x.what, r, x.value)
		}
	}
	return fmt.Sprintf("%s: %s.", title, reason)
}

// comesBy says that a value is not known here, and how to hand it over.
func comesBy(what string, r *facts.Reference, v facts.Value) string {
	if v.Reason == string(deployment.NotRendered) {
		return fmt.Sprintf("The %s of %s is put in by a template, which was not rendered.", what, r.Title)
	}
	return fmt.Sprintf("The %s of %s comes by %s, whose value is not known here%s.", what, r.Title, v.Shown, howTo(v))
}

// howTo names the option that hands over a value.
func howTo(v facts.Value) string {
	kind, name, ok := strings.Cut(strings.TrimPrefix(strings.TrimSuffix(v.Via, "}"), "$"), "{")
	if !ok {
		return ""
	}
	switch kind {
	case "env":
		return fmt.Sprintf(" (hand it over with --env %s or --env-file FILE)", name)
	case "sys":
		return fmt.Sprintf(" (hand it over with --sys %s=env:NAME or =file:PATH)", name)
	case "secret":
		return fmt.Sprintf(" (hand it over with --secret %s=env:NAME or =file:PATH)", name)
	}
	return ""
}
