// Package checker runs the engine over many targets: it hands each the same compiled policies and the same cache of opened
// stores, spreads the targets over the cores, and gives the results in the order of the targets, holding no more of them
// than are under way. It is the only package that knows all steps.
package checker

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"time"

	"github.com/mi-kscheck/mi-kscheck/checker/deployment"
	"github.com/mi-kscheck/mi-kscheck/checker/facts"
	"github.com/mi-kscheck/mi-kscheck/checker/finding"
	"github.com/mi-kscheck/mi-kscheck/checker/keystore"
	"github.com/mi-kscheck/mi-kscheck/checker/layout"
	"github.com/mi-kscheck/mi-kscheck/checker/policy"
	"github.com/mi-kscheck/mi-kscheck/checker/secret"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
	"github.com/mi-kscheck/mi-kscheck/checker/stores"
	"github.com/mi-kscheck/mi-kscheck/checker/waiver"
	"github.com/mi-kscheck/mi-kscheck/rules"
)

// Options of a run.
type Options struct {
	Rules    []*rules.Rule  // that are asked; none: the documents are built and nothing is judged
	Custom   *policy.Custom // holds the policies of the custom ones among them; nil: there are none
	Now      time.Time      // validity is judged as of then
	Settings facts.Settings
	// Terms says what holds for a target, by its URI, where that may differ; nil: all rules with Settings.
	Terms func(uri string) Terms
	// Fleet is handed the document of the run as a whole, once all targets were emitted; nil: nobody asks for it.
	Fleet   func(*facts.Fleet) error
	Own     facts.Own   // what the organisation knows beside the product tables
	Waivers *waiver.Set // nil: every finding counts
	Values  Values
	Limits  keystore.Limits // zero: keystore.DefaultLimits
	Keys    int             // that a deployment.toml may have; 0: deployment.MaxKeys
	Jobs    int             // targets at a time; 0: one a core
	// Uses asks for finding.Result's Uses.
	Uses bool
}

// Terms are what a target is judged by.
type Terms struct {
	Environment string // of the configuration; empty: none
	Settings    facts.Settings
	Levels      map[string]finding.Level // by rule ID, in place of the rule's own
	Off         map[string]bool          // IDs of rules that are not asked
	// Own are the parameters that are set of custom rules, by ID.
	Own map[string]map[string]any
}

// terms gives what holds for a target, and the rules that it is asked.
func (o *Options) terms(uri string) (Terms, []*rules.Rule) {
	if o.Terms == nil {
		return Terms{Settings: o.Settings}, o.Rules
	}
	t := o.Terms(uri)
	if len(t.Off) == 0 {
		return t, o.Rules
	}
	return t, slices.DeleteFunc(slices.Clone(o.Rules), func(r *rules.Rule) bool { return t.Off[r.ID] })
}

// Values are what the run was handed for placeholders.
type Values struct {
	Env, Sys, Secrets map[string]secret.Value
	// Decrypt: the values of [secrets] are decrypted with the stores at hand, in memory. What was handed over wins.
	Decrypt bool
}

// Outcome is what became of one target.
type Outcome struct {
	Result   finding.Result
	Document *facts.Document
	// Inspected: the primary, the internal and the trust store could be judged, or do not apply.
	Inspected bool
	// Stuck: a custom policy runs on and can't be stopped, so that the run ends behind this target.
	Stuck bool
	Err   error // the target could not be read, or judged: then Result holds only what is known of the target

	keys []facts.KeyUse // for the fleet document
	open []waiver.Open  // comments of which the run's end tells
}

// Targets finds what is to be judged in the opened sources. Problems are folders and files that could not be looked at.
func Targets(ctx context.Context, opened []source.Opened, o layout.Options) ([]*layout.Target, []layout.Problem) {
	var targets []*layout.Target
	var problems []layout.Problem
	for _, s := range opened {
		o.Paths = s.Paths
		ts, ps := layout.Find(ctx, s.Source, o)
		targets, problems = append(targets, ts...), append(problems, ps...)
	}
	return targets, problems
}

// ErrInternal tells that a fault of the checker itself ended the work on a target.
var ErrInternal = errors.New("a fault of mi-kscheck; please report it")

// internal describes a panic; a value that is no run-time error is left out, since it could hold anything.
func internal(p any) error {
	if e, ok := p.(runtime.Error); ok {
		return fmt.Errorf("%w: %w", ErrInternal, e)
	}
	return ErrInternal
}

// ErrStop is what emit returns to end a run early without it being an error.
var ErrStop = errors.New("stop")

// Run judges the targets and gives emit each outcome, in the order of the targets. The policies are compiled while the first
// stores are opened. It ends with emit's error, the compilation's (policy.ErrCompile), or the context's.
func Run(ctx context.Context, targets []*layout.Target, o Options, emit func(Outcome) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	r := &runner{o: o, cache: stores.NewCache(o.Limits), compiled: make(chan struct{}), environments: o.environments(targets)}
	go r.compile(ctx)
	jobs := o.Jobs
	if jobs <= 0 {
		jobs = runtime.GOMAXPROCS(0)
	}
	// Each slot is one target under way; the queue keeps the order and bounds how far the workers may run ahead. The workers
	// stay, since a policy's evaluation needs a deep stack that a goroutine a target would have to grow each time.
	queue := make(chan chan Outcome, 2*jobs)
	work := make(chan task)
	for range jobs {
		go func() {
			for w := range work {
				w.slot <- r.target(ctx, w.target)
			}
		}()
	}
	go func() {
		defer close(queue)
		defer close(work)
		for _, t := range targets {
			slot := make(chan Outcome, 1)
			select {
			case work <- task{t, slot}:
			case <-ctx.Done():
				return
			}
			select {
			case queue <- slot:
			case <-ctx.Done():
				return
			}
		}
	}()
	next := 0
	for slot := range queue {
		out := <-slot
		r.once(&out.Result)
		r.remember(targets[next], &out)
		next++
		if errors.Is(out.Err, policy.ErrCompile) { // the built-in policies, so that no target can be judged
			return out.Err
		}
		if err := emit(out); err != nil {
			if errors.Is(err, ErrStop) {
				return nil
			}
			return err
		}
		if out.Stuck {
			return fmt.Errorf("%w: a custom policy runs on and can't be stopped, so that the run ends here", policy.ErrEvaluate)
		}
	}
	select {
	case <-r.compiled:
	case <-ctx.Done():
		return ctx.Err()
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	err := r.finish(ctx, emit)
	if errors.Is(err, ErrStop) {
		return nil
	}
	// Custom policies that do not compile cost nothing of what the others found.
	return errors.Join(r.compileErr, err)
}

// task is a target with where its outcome goes.
type task struct {
	target *layout.Target
	slot   chan Outcome
}

type runner struct {
	o          Options
	cache      *stores.Cache
	compiled   chan struct{}
	engine     *policy.Engine
	compileErr error

	told map[place]bool // findings in files that targets share; true: they count

	environments int // of the configuration, that hold a target
	fleet        facts.FleetBuilder
	judged       []judged // by the number that the fleet document gives them
}

// place stands for what a finding is about, and where. It is a digest, so that what a run remembers of a finding in another file is
// 17 bytes, and keeps no file's text alive.
type place [16]byte

func placeOf(f *finding.Finding) place {
	b := fmt.Appendf(nil, "%q %q %q %v", f.Rule.ID, f.URI, f.Key, f.Region)
	sum := sha256.Sum256(b)
	return place(sum[:16])
}

// once leaves out what was said of another target before, at the same place: a pom.xml or a Dockerfile may belong to several.
func (r *runner) once(res *finding.Result) {
	res.Findings = slices.DeleteFunc(res.Findings, func(f finding.Finding) bool {
		if !f.Beside {
			return false
		}
		at := placeOf(&f)
		counted, known := r.told[at]
		counts := f.Suppressed == nil
		if r.told == nil {
			r.told = map[place]bool{}
		}
		r.told[at] = counted || counts
		return known && (counted || !counts)
	})
}

func (r *runner) compile(ctx context.Context) {
	defer close(r.compiled)
	if len(r.o.Rules) > 0 {
		r.engine, r.compileErr = policy.New(ctx, r.o.Rules, r.o.Custom)
	}
}

// scene is a target up to the facts.
type scene struct {
	stores.Scene
	file     *source.File
	table    stores.Table
	terms    Terms
	asked    []*rules.Rule
	input    facts.Input
	document *facts.Document
	places   facts.Places
}

// scene reads a target and what it leads to.
func (r *runner) scene(ctx context.Context, t *layout.Target) (*scene, error) {
	f, err := t.Source.Read(t.Path)
	if err != nil {
		return nil, err
	}
	s := &scene{file: f}
	v := r.o.Values
	s.table = r.cache.TableOf(t)
	o := deployment.Options{Keys: r.o.Keys, Version: t.Version.Number, Table: s.table.Data, Env: v.Env, Sys: v.Sys, Secrets: v.Secrets}
	s.Scene = stores.Read(ctx, t, f, o, v.Decrypt, r.cache)
	s.terms, s.asked = r.o.terms(t.Source.URI(t.Path))
	s.input = facts.Input{
		Target: t, Scene: s.Scene, Table: s.table, Now: r.o.Now, Settings: s.terms.Settings, Own: r.o.Own,
	}
	s.document, s.places = facts.Build(s.input)
	return s, nil
}

// resolve turns what policies say of the target into findings.
func (s *scene) resolve(raws []policy.Raw, asked []*rules.Rule, environments int, fleet bool) finding.Result {
	raws = slices.DeleteFunc(raws, func(raw policy.Raw) bool { return s.terms.Off[raw.Rule.ID] })
	return finding.Resolve(finding.Input{
		Deployment: s.Deployment, Facts: s.document, Places: s.places, Raws: raws, Rules: asked, Levels: s.terms.Levels,
		Environments: environments, Fleet: fleet,
	})
}

// files are those that findings of the target may be in, and comments that waive them.
func (s *scene) files() []waiver.File {
	data := s.file.Data
	if s.file.Within != nil {
		data = s.file.Within.Outer // where the findings' lines are counted
	}
	files := []waiver.File{{URI: s.file.URI, Data: data, Shared: s.file.Within != nil}}
	project, image := s.input.Target.Beside()
	if project != nil {
		files = append(files, waiver.File{URI: project.URI, Data: project.Data, Shared: true})
	}
	if image != nil {
		files = append(files, waiver.File{URI: image.URI, Data: image.Data, Shared: true, Lines: true})
	}
	for _, p := range s.Profiles {
		if p.File != nil && !p.Hidden() {
			files = append(files, waiver.File{URI: p.File.URI(), Data: p.File.File.Data})
		}
	}
	for _, a := range s.Artifacts.Files {
		files = append(files, waiver.File{URI: a.URI(), Data: a.File.Data})
	}
	return files
}

// target takes one target through all steps.
func (r *runner) target(ctx context.Context, t *layout.Target) (out Outcome) {
	uri := t.Source.URI(t.Path)
	defer func() {
		// No input may panic; should one do so all the same, it must not hide what is found in the others.
		if p := recover(); p != nil {
			out = Outcome{Result: finding.Result{URI: uri, Kind: string(t.Kind)}, Err: internal(p)}
		}
	}()
	out = Outcome{Result: finding.Result{URI: uri, Kind: string(t.Kind)}}
	s, err := r.scene(ctx, t)
	if err != nil {
		out.Err = err
		return out
	}
	out.Document, out.Inspected = s.document, inspected(s.document)
	if r.asksFleet() {
		out.keys = facts.KeyUses(s.input, s.document)
	}
	if len(r.o.Rules) == 0 {
		return out
	}
	<-r.compiled
	if r.engine == nil {
		out.Err = r.compileErr
		return out
	}
	raws, failed := r.engine.Judge(ctx, s.document, s.terms.Own)
	if failed != nil && !errors.Is(failed, policy.ErrEvaluate) {
		out.Err = failed
		return out
	}
	raws, lost := placed(raws, s.places)
	out.Stuck = errors.Is(failed, policy.ErrStuck)
	out.Result = s.resolve(raws, s.asked, r.environments, false)
	if r.o.Uses {
		out.Result.Uses = finding.Uses(s.document)
	}
	out.Result.Notes = append(append(unusedTable(s.table, s.Deployment.Version), unreadable(s.Scene)...), policyErrors(uri, errors.Join(failed, lost))...)
	if r.o.Waivers != nil {
		out.open = r.o.Waivers.Apply(&out.Result, s.files()...)
	}
	return out
}

// inspected tells whether the stores that matter could be judged.
func inspected(doc *facts.Document) bool {
	if !doc.Target.Parsed {
		return false
	}
	return !slices.ContainsFunc(doc.References, func(r facts.Reference) bool {
		return r.InForce && slices.Contains([]string{"primary", "internal", "truststore"}, r.Role) && r.Contents.State != "known"
	})
}
