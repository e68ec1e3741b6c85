package main

import (
	"context"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/mi-kscheck/mi-kscheck/checker"
	"github.com/mi-kscheck/mi-kscheck/checker/config"
	"github.com/mi-kscheck/mi-kscheck/checker/finding"
	"github.com/mi-kscheck/mi-kscheck/checker/layout"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
	"github.com/mi-kscheck/mi-kscheck/rules"
)

// targetFlags are the options of target, version, values and time that check and input share.
type targetFlags struct {
	stdinFilename string
	exclude       []string
	miHome        string
	miVersion     string
	product       string
	allowOutside  []string
	staged        bool
	rev           string
	now           clock
	jobs          int
	values        valueFlags
	config        configFlags
	limit         limitFlags
	trust         trustFlags // of check alone
}

func (f *targetFlags) register(fs *pflag.FlagSet) {
	fs.StringVar(&f.stdinFilename, "stdin-filename", "", "with PATH '-': the `NAME` that findings are reported under")
	fs.BoolVar(&f.staged, "staged", false, "judge the git index: what the next commit will hold")
	fs.StringVar(&f.rev, "rev", "", "judge the files of the git revision `REV`, like main or v1.2, in place of the work tree")
	fs.StringArrayVar(&f.exclude, "exclude", nil, "leave out files that match the `GLOB` (repeatable)")
	fs.StringVar(&f.miHome, "mi-home", "", "look for stores in this MI home `DIR`, wherever PATH lies")
	fs.StringVar(&f.miVersion, "mi-version", "", "judge as this product `VERSION` (default: as found, else the newest)")
	fs.StringVar(&f.product, "product", "", "judge as this `PRODUCT` whatever the files around say; mi is the only one")
	fs.StringArrayVar(&f.allowOutside, "allow-outside", nil, "also open stores that lie in this `DIR` (repeatable)")
	f.now.register(fs, "judge validity as of `TIME` (RFC 3339; default: the system clock)")
	fs.IntVarP(&f.jobs, "jobs", "j", 0, "judge `N` targets at a time (default: one a core)")
	f.values.register(fs)
	f.config.register(fs)
	f.limit.register(fs)
}

// selection is what the PATHs lead to.
type selection struct {
	opened   []source.Opened
	targets  []*layout.Target
	problems []layout.Problem
	missing  []error // PATHs that do not exist or could not be opened
	idle     bool    // --staged and nothing relevant is staged
	settings *settings
	trusted  *trusted       // nil: the tree is trusted
	layout   layout.Options // that the targets were found with
	limits   limits
	// By begin: the time that validity is judged at, and what placeholders are replaced by.
	now    time.Time
	values checker.Values
}

// options are what the engine is run with to read the targets; terms is what they are read by.
func (s *selection) options(terms func(uri string) checker.Terms, jobs int) checker.Options {
	return checker.Options{Limits: s.limits.stores, Keys: s.limits.keys, Now: s.now, Terms: terms, Own: s.settings.own, Values: s.values, Jobs: jobs}
}

func (s *selection) close() {
	for _, o := range s.opened {
		_ = o.Close() // read-only: nothing is lost
	}
	if s.trusted != nil {
		_ = s.trusted.Close() // read-only: nothing is lost
	}
}

// empty tells that there is nothing to judge and nothing that explains why.
func (s *selection) empty() bool {
	return !s.idle && len(s.targets)+len(s.problems)+len(s.missing) == 0
}

// unreadable tells what the search could not look at. That it was stopped is not a matter of one folder and told apart.
func (s *selection) unreadable() []finding.Notification {
	return append(s.settings.ignored(s), checker.Problems(slices.DeleteFunc(slices.Clone(s.problems), func(p layout.Problem) bool { return stopped(p.Err) }))...)
}

// revision is the commit of the work tree, where there is one.
func (s *selection) revision(ctx context.Context) string {
	for _, o := range s.opened {
		if c, ok := o.Source.(interface{ Commit(context.Context) string }); ok && o.Repository {
			return c.Commit(ctx)
		}
	}
	return ""
}

// archives are those that were named, by their URIs.
func (s *selection) archives() []string {
	var all []string
	for _, o := range s.opened {
		if a, ok := o.Source.(*source.Archive); ok {
			all = append(all, a.URI("."))
		}
	}
	return all
}

// repository is the address of the repository that the commit is of.
func (s *selection) repository(ctx context.Context) string {
	for _, o := range s.opened {
		if c, ok := o.Source.(interface{ Origin(context.Context) string }); ok && o.Repository {
			return c.Origin(ctx)
		}
	}
	return ""
}

// begin reads the time and the values, then does what find does: what every command but check begins with.
func (f *targetFlags) begin(ctx context.Context, stdin io.Reader, paths []string) (*selection, error) {
	now, err := f.now.time()
	if err != nil {
		return nil, err
	}
	values, err := f.values.read()
	if err != nil {
		return nil, err
	}
	s, err := f.find(ctx, stdin, paths)
	if err == nil {
		s.now, s.values = now, values
	}
	return s, err
}

// find opens the PATHs, reads the configuration and finds the targets.
func (f *targetFlags) find(ctx context.Context, stdin io.Reader, paths []string) (*selection, error) {
	if f.product != "" && f.product != "mi" {
		return nil, usage("--product takes mi, not %q: the rules are those of Micro Integrator", f.product)
	}
	if f.jobs < 0 {
		return nil, usage("--jobs takes a number from 1 on, not %d", f.jobs)
	}
	o := layout.Options{Exclude: f.exclude, Version: strings.TrimPrefix(f.miVersion, "v")}
	if o.Version != "" && !versionNumber.MatchString(o.Version) {
		return nil, usage("--mi-version takes a version like 4.4.0, not %q", f.miVersion)
	}
	for _, p := range f.exclude {
		if err := layout.CheckPattern(p); err != nil {
			return nil, usage("--exclude: %w", err)
		}
	}
	for _, d := range f.allowOutside {
		abs, err := folder("--allow-outside", d)
		if err != nil {
			return nil, err
		}
		o.AllowOutside = append(o.AllowOutside, abs)
	}
	if f.miHome != "" {
		abs, err := folder("--mi-home", f.miHome)
		if err != nil {
			return nil, err
		}
		o.Home = abs
	}
	now, err := f.now.time()
	if err != nil {
		return nil, err
	}
	s := &selection{settings: &settings{Config: &config.Config{}, catalogue: rules.BuiltIn()}}
	if s.limits, err = f.limit.read(); err != nil {
		return nil, err
	}
	ctx = source.WithLimits(ctx, s.limits.archive)
	if err := f.open(ctx, stdin, paths, s); err != nil {
		return nil, err
	}
	if s.idle {
		return s, nil
	}
	if s.trusted, err = f.trust.open(ctx, s.opened); err == nil {
		s.settings, err = f.config.load(ctx, s.opened, s.trusted, now)
	}
	if err != nil {
		s.close()
		return nil, err
	}
	o.NoOutside = f.trust.untrusted
	o.Exclude, o.Mounts = slices.Concat(o.Exclude, s.settings.Exclude), s.settings.Mounts
	s.layout = o
	s.targets, s.problems = checker.Targets(ctx, s.opened, o)
	// An index without any deployment.toml is nothing that a commit could be kept back for.
	s.idle = f.staged && len(paths) == 0 && s.empty()
	return s, nil
}

// versionNumber is what a release is called.
var versionNumber = regexp.MustCompile(`^\d+\.\d+(\.\d+)?$`)

// folder makes the name of a folder that has to exist absolute.
func folder(option, name string) (string, error) {
	info, err := os.Stat(name)
	if err != nil {
		return "", usage("%s %q: %s", option, name, checker.Reason(system(err)))
	}
	if !info.IsDir() {
		return "", usage("%s %q: it is no folder", option, name)
	}
	return filepath.Abs(name)
}

func (f *targetFlags) open(ctx context.Context, stdin io.Reader, paths []string, s *selection) error {
	for i, p := range paths {
		if p == "-" {
			if len(paths) > 1 {
				return usage("PATH '-' (standard input) goes alone, not with %q", paths[(i+1)%len(paths)])
			}
			return f.openStdin(ctx, stdin, s)
		}
	}
	if f.stdinFilename != "" {
		return usage("--stdin-filename goes with PATH '-'")
	}
	switch {
	case f.staged && f.rev != "":
		return usage("--rev and --staged exclude each other: the one judges a revision, the other what the next commit will hold")
	case f.rev != "":
		s.opened, s.missing = source.OpenRevisions(ctx, paths, f.rev)
		return nil
	case f.staged:
		return f.openStaged(ctx, paths, s)
	}
	s.opened, s.missing = source.OpenAll(ctx, paths)
	return nil
}

func (f *targetFlags) openStdin(ctx context.Context, stdin io.Reader, s *selection) error {
	if f.staged || f.rev != "" {
		return usage("--staged and --rev read from git, so that PATH '-' does not go with them")
	}
	name := f.stdinFilename
	if name == "" {
		name = "deployment.toml"
	}
	name = strings.TrimPrefix(filepath.ToSlash(filepath.Clean(name)), "/")
	if !fs.ValidPath(name) || name == "." {
		return usage("--stdin-filename takes a relative path like conf/deployment.toml, not %q", f.stdinFilename)
	}
	data, err := readInput(ctx, stdin, source.MaxFile+1)
	switch {
	case err != nil:
		return err
	case len(data) > source.MaxFile:
		return undone("standard input is larger than %d MiB: no deployment.toml is", source.MaxFile>>20)
	}
	s.opened = []source.Opened{{Source: source.Bytes(name, data), Paths: []string{name}, Named: "-"}}
	return nil
}

func (f *targetFlags) openStaged(ctx context.Context, paths []string, s *selection) error {
	s.opened, s.missing = source.OpenStaged(ctx, paths, os.Getenv("GIT_INDEX_FILE"))
	s.idle = len(s.missing) == 0
	for _, o := range s.opened {
		x, ok := o.Source.(*source.Index)
		if !ok {
			s.idle = false
			continue
		}
		staged, err := x.Staged(ctx)
		if err != nil {
			return undone("what is staged could not be asked of git: %w", err)
		}
		s.idle = s.idle && !layout.AnyRelevant(staged, o.Paths)
	}
	return nil
}
