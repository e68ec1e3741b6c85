package checker

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/mi-kscheck/mi-kscheck/checker/finding"
	"github.com/mi-kscheck/mi-kscheck/checker/layout"
	"github.com/mi-kscheck/mi-kscheck/checker/policy"
	"github.com/mi-kscheck/mi-kscheck/checker/waiver"
	"github.com/mi-kscheck/mi-kscheck/rules"
)

// A run as a whole is judged once, when all targets are done: what one private key does in two environments, or two keys with
// a common prime, no target shows by itself. Nothing but their keys is remembered of the targets (facts.FleetBuilder), so that
// a run over thousands stays small. The few that something is found about are read a second time, for the places, and come as
// a second result.

// judged is what is remembered of a target beside its keys.
type judged struct {
	target *layout.Target
	told   bool          // its result held findings that count
	open   []waiver.Open // nil for nearly all
}

// environments counts those of the configuration that hold a target.
func (o *Options) environments(targets []*layout.Target) int {
	if o.Terms == nil || !slices.ContainsFunc(o.Rules, (*rules.Rule).OfRun) {
		return 0
	}
	names := map[string]bool{}
	for _, t := range targets {
		if e := o.Terms(t.Source.URI(t.Path)).Environment; e != "" {
			names[e] = true
		}
	}
	return len(names)
}

// asksFleet tells whether anyone wants to know of the run as a whole.
func (r *runner) asksFleet() bool {
	return r.o.Fleet != nil || slices.ContainsFunc(r.o.Rules, func(rule *rules.Rule) bool { return rule.Fleet != "" })
}

// remember takes what the run's end needs of a target.
func (r *runner) remember(t *layout.Target, out *Outcome) {
	if out.Err != nil || !r.asksFleet() {
		return
	}
	terms, _ := r.o.terms(out.Result.URI)
	r.fleet.Add(out.Result.URI, terms.Environment, out.keys)
	told := slices.ContainsFunc(out.Result.Findings, func(f finding.Finding) bool { return f.Suppressed == nil })
	r.judged = append(r.judged, judged{target: t, told: told, open: out.open})
	out.keys = nil
}

// finish judges the run as a whole and emits a second result for each target that it says something of, in the targets' order.
func (r *runner) finish(ctx context.Context, emit func(Outcome) error) error {
	if !r.asksFleet() {
		return nil
	}
	doc, err := r.fleet.Document(ctx)
	if err != nil {
		return err
	}
	if r.o.Fleet != nil {
		if err := r.o.Fleet(doc); err != nil {
			return err
		}
	}
	if r.engine == nil {
		return nil
	}
	raws, err := r.engine.JudgeFleet(ctx, doc)
	if err != nil {
		return err
	}
	byTarget, err := r.split(raws)
	if err != nil {
		return err
	}
	for i, j := range r.judged {
		if len(j.open) > 0 && byTarget[i] == nil {
			byTarget[i] = []policy.Raw{}
		}
	}
	last := len(r.judged) - 1
	if len(r.fleet.Limits()) > 0 && byTarget[last] == nil {
		byTarget[last] = []policy.Raw{}
	}
	for _, i := range slices.Sorted(maps.Keys(byTarget)) {
		out := r.again(ctx, &r.judged[i], byTarget[i])
		if i == last && out.Err == nil {
			for _, limit := range r.fleet.Limits() {
				out.Result.Notes = append(out.Result.Notes, finding.Notification{Level: finding.Note, Message: limit, URI: out.Result.URI})
			}
		}
		if out.Err == nil && len(out.Result.Findings)+len(out.Result.Notes)+len(out.Result.Unjudged) == 0 {
			continue
		}
		if err := emit(out); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// split sorts findings by the target that their pointers begin with, and takes that beginning away.
func (r *runner) split(raws []policy.Raw) (map[int][]policy.Raw, error) {
	out := map[int][]policy.Raw{}
	for _, raw := range raws {
		number, pointer, _ := strings.Cut(strings.TrimPrefix(raw.At, "/targets/"), "/")
		n, err := strconv.Atoi(number)
		if err != nil || n < 0 || n >= len(r.judged) {
			return nil, fmt.Errorf("%w: %s: the pointer %q names no target", policy.ErrEvaluate, raw.Rule.ID, raw.At)
		}
		raw.At = "/" + pointer
		out[n] = append(out[n], raw)
	}
	return out, nil
}

// again makes the second result of a target.
func (r *runner) again(ctx context.Context, j *judged, raws []policy.Raw) (out Outcome) {
	t := j.target
	out = Outcome{Result: finding.Result{URI: t.Source.URI(t.Path), Kind: string(t.Kind), Fleet: true, Again: j.told}, Inspected: true}
	defer func() {
		if p := recover(); p != nil {
			out.Err = internal(p)
		}
	}()
	s, err := r.scene(ctx, t)
	if err != nil {
		out.Err = err
		return out
	}
	asked := slices.DeleteFunc(slices.Clone(s.asked), func(rule *rules.Rule) bool { return rule.Fleet == "" })
	out.Document = s.document
	out.Result = s.resolve(raws, asked, r.environments, true)
	out.Result.Again = j.told
	if r.o.Waivers != nil {
		r.o.Waivers.ApplyFleet(&out.Result, j.open, s.files()...)
	}
	return out
}
