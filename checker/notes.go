package checker

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/mi-kscheck/mi-kscheck/checker/deployment"
	"github.com/mi-kscheck/mi-kscheck/checker/facts"
	"github.com/mi-kscheck/mi-kscheck/checker/finding"
	"github.com/mi-kscheck/mi-kscheck/checker/layout"
	"github.com/mi-kscheck/mi-kscheck/checker/policy"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
	"github.com/mi-kscheck/mi-kscheck/checker/stores"
)

// unreadable notes the stores, files of profiles and artifacts that could not be read (MIKS903).
func unreadable(s stores.Scene) []finding.Notification {
	var ns []finding.Notification
	seen := map[string]bool{}
	note := func(why stores.Why, path *deployment.Value, uri string, l layout.Location) {
		if why != stores.Unreadable || l.Err == nil || path.Tainted {
			return
		}
		if l.Source != nil {
			uri = l.Source.URI(l.Name)
		}
		if !seen[uri] {
			seen[uri] = true
			ns = append(ns, Unreadable(uri, l.Err))
		}
	}
	for _, r := range s.References {
		note(r.Why, r.File, r.Path, r.Location)
	}
	for _, p := range s.Profiles {
		note(p.Why, p.Path, p.Path.Display(), p.Location)
	}
	ns = append(ns, Problems(s.Artifacts.Problems)...)
	for _, a := range s.Artifacts.Files {
		for _, p := range a.Problems {
			ns = append(ns, finding.Notification{
				Rule: finding.Rule{ID: RuleUnreadable, Name: "unreadable"}, Level: finding.Warning, URI: a.URI(),
				Message: fmt.Sprintf("'%s' could not be read: %s The stores that it names were not judged.", a.URI(), lowerFirst(p.Detail)),
			})
		}
	}
	return ns
}

func lowerFirst(s string) string { return strings.ToLower(s[:1]) + s[1:] }

// unusedTable notes that an installation's own files of the config mapper can't be used (MIKS903).
func unusedTable(t stores.Table, version string) []finding.Notification {
	if t.Err == nil {
		return nil
	}
	return []finding.Notification{{
		Rule: finding.Rule{ID: RuleUnreadable, Name: "unreadable"}, Level: finding.Warning, URI: t.URI,
		Message: fmt.Sprintf("'%s' could not be read: %s. The installation's own defaults and key names are in such files; the built-in ones of MI %s were taken instead. Restore the file from the distribution.", t.URI, Reason(t.Err), version),
	}}
}

// Problems turns what the search could not look at into notifications.
func Problems(ps []layout.Problem) []finding.Notification {
	var ns []finding.Notification
	for _, p := range ps {
		ns = append(ns, Unreadable(p.URI, p.Err))
	}
	return ns
}

// RuleUnreadable is the ID of the rule about what could not be read.
const RuleUnreadable = "MIKS903"

// Unreadable is the notification MIKS903 about one file or folder.
func Unreadable(uri string, err error) finding.Notification {
	return finding.Notification{
		Rule: finding.Rule{ID: RuleUnreadable, Name: "unreadable"}, Level: finding.Warning, URI: uri,
		Message: fmt.Sprintf("'%s' could not be read: %s. What depends on it was not judged. Give the checker read permission, or leave the path out with --exclude.", uri, Reason(err)),
	}
}

// policyErrors notes what policies did wrong about a target, one by one (MIKS902).
func policyErrors(uri string, err error) []finding.Notification {
	var ns []finding.Notification
	for _, e := range split(err) {
		n := PolicyError(e)
		n.URI = uri
		ns = append(ns, n)
	}
	return ns
}

// split takes apart what errors.Join put together.
func split(err error) []error {
	if err == nil {
		return nil
	}
	list, ok := err.(interface{ Unwrap() []error }) //nolint:errorlint // the outermost alone is asked
	if !ok || strings.Count(err.Error(), "\n") == 0 {
		return []error{err}
	}
	var out []error
	for _, e := range list.Unwrap() {
		out = append(out, split(e)...)
	}
	return out
}

// placed leaves out the findings of custom rules at pointers that the document has not, and tells of them.
func placed(raws []policy.Raw, places facts.Places) ([]policy.Raw, error) {
	var errs []error
	out := slices.DeleteFunc(raws, func(raw policy.Raw) bool {
		if _, ok := places.Find(raw.At); ok || !raw.Rule.Custom {
			return false
		}
		errs = append(errs, fmt.Errorf("%w: %s: it returns a finding at %.100q, which is no pointer of the document", policy.ErrEvaluate, raw.Rule.ID, raw.At))
		return true
	})
	return out, errors.Join(errs...)
}

// RulePolicyError is the ID of the rule about policies that fail.
const RulePolicyError = "MIKS902"

// PolicyError is the notification MIKS902 about what ended a run.
func PolicyError(err error) finding.Notification {
	return finding.Notification{
		Rule: finding.Rule{ID: RulePolicyError, Name: "policy-error"}, Level: finding.Error,
		Message: fmt.Sprintf("The policies could not be asked: %s. Repair the policy, or leave it out.", strings.TrimSuffix(err.Error(), ".")),
	}
}

// Reason says in words why a file could not be read.
func Reason(err error) string {
	switch {
	case errors.Is(err, source.ErrClimbing):
		return "some of its entries have names that lead out of it, which no honest archive has; they were not looked at"
	case errors.Is(err, source.ErrArchive):
		return err.Error()
	case errors.Is(err, fs.ErrPermission):
		return "the system denies access"
	case errors.Is(err, fs.ErrNotExist):
		return "it does not exist"
	case errors.Is(err, source.ErrTooLarge):
		return fmt.Sprintf("it is larger than %d MiB", source.MaxFile>>20)
	case errors.Is(err, source.ErrNotRegular):
		return "it is no regular file"
	case errors.Is(err, source.ErrOutside):
		return "it is a link that leaves the folder under check, or goes in a circle"
	}
	return err.Error()
}
