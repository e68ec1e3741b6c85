package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mi-kscheck/mi-kscheck/checker"
	"github.com/mi-kscheck/mi-kscheck/checker/policy"
	"github.com/mi-kscheck/mi-kscheck/checker/report"
)

func newPolicy(memory *collector) *cobra.Command {
	c := &cobra.Command{
		Use:   "policy",
		Short: "Write, test and check rules of your own",
		Args:  noArgs,
		RunE: func(*cobra.Command, []string) error {
			return usage("'mi-kscheck policy' takes a command: new, test, check, fmt, eval")
		},
	}
	c.AddCommand(newPolicyNew(), newPolicyTest(memory), newPolicyCheck(memory), newPolicyFmt(memory), newPolicyEval(memory))
	return c
}

// one is the argument of the commands that take one folder.
func one(what string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) != 1 {
			return usage("'%s' takes one %s", c.CommandPath(), what)
		}
		return nil
	}
}

func newPolicyNew() *cobra.Command {
	var dir, category, id string
	c := &cobra.Command{
		Use:   "new NAME",
		Short: "Write a rule with its test and page, to start from",
		Long:  "new writes the policy, the test and the page of a rule into the folder NAME. It replaces no file.",
		Args:  one("NAME, like issuer-allow-list"),
		RunE: func(c *cobra.Command, args []string) error {
			name := args[0]
			if id == "" {
				id = initials(name) + "001"
			}
			files, err := policy.Template(name, category, id)
			if err != nil {
				return usage("%w", err)
			}
			folder := filepath.Join(dir, name)
			names := slices.Sorted(maps.Keys(files))
			for _, n := range names {
				if _, err := os.Lstat(filepath.Join(folder, n)); err == nil {
					return usage("%q is there already and stays as it is; nothing was written", filepath.Join(folder, n))
				}
			}
			if err := os.MkdirAll(folder, 0o777); err != nil { //nolint:gosec // the umask decides
				return undone("%q could not be made: %w", folder, system(err))
			}
			for _, n := range names {
				if err := begin(io.Discard, filepath.Join(folder, n), files[n]); err != nil {
					return err
				}
			}
			_, err = fmt.Fprintf(c.ErrOrStderr(), "mi-kscheck: wrote %s; 'mi-kscheck policy test %s' runs its test, 'mi-kscheck check --policy %s' asks it\n",
				report.Clean(folder), report.Clean(folder), report.Clean(dir))
			return written(err)
		},
	}
	c.Flags().StringVar(&dir, "dir", ".", "write into this `DIR`")
	c.Flags().StringVar(&category, "category", "organisation", "the rule's `CATEGORY`")
	c.Flags().StringVar(&id, "id", "", "the rule's `ID` (default: made of the name's initials)")
	return c
}

// initials makes the beginning of an ID out of a name.
func initials(name string) string {
	var b strings.Builder
	for word := range strings.SplitSeq(name, "-") {
		if word != "" {
			b.WriteString(strings.ToUpper(word[:1]))
		}
	}
	return b.String()
}

// loadFolder reads the policies of a folder or a bundle that is named as an argument.
func loadFolder(name string) (*policy.Custom, error) {
	f := policyFlags{paths: []string{name}}
	origins, done, err := f.origins(nil)
	if err != nil {
		return nil, usage("%s", strings.TrimPrefix(err.Error(), "--policy "))
	}
	defer done()
	c, err := policy.Load(origins, nil)
	if err != nil {
		return nil, &exitError{code: exitUsage, err: err}
	}
	return c, nil
}

func newPolicyTest(memory *collector) *cobra.Command {
	var run string
	var verbose bool
	c := &cobra.Command{
		Use:   "test DIR",
		Short: "Run the tests of your rules",
		Long: `test runs the rules that begin with test_ in the files *_test.rego, as 'opa test' does, and tells how much of the policies they reach.
data.mikscheck.fixture.clean is the document of a home without faults, which tests change where they need one.

Exit: 0 all pass; 1 one fails; 2 a policy or a test does not compile, or there is no test.`,
		Args: one("DIR with policies"),
		RunE: func(c *cobra.Command, args []string) error {
			memory.resume()
			own, err := loadFolder(args[0])
			if err != nil {
				return err
			}
			results, coverage, err := own.Test(c.Context(), run)
			if err != nil {
				return &exitError{code: exitUsage, err: err}
			}
			return tellTests(c.OutOrStdout(), results, coverage, verbose)
		},
	}
	c.Flags().StringVar(&run, "run", "", "run the tests whose name matches the regular expression `REGEX`")
	c.Flags().BoolVarP(&verbose, "verbose", "v", false, "name the tests that pass, too, and the lines that none reaches")
	return c
}

func tellTests(w io.Writer, results []policy.TestResult, coverage []policy.Coverage, verbose bool) error {
	var b strings.Builder
	line := func(format string, args ...any) { b.WriteString(report.Clean(fmt.Sprintf(format, args...)) + "\n") }
	passed, failed, skipped := 0, 0, 0
	for i := range results {
		r := &results[i]
		word := "FAIL"
		switch {
		case r.Skip:
			word = "SKIPPED"
			skipped++
		case r.Pass:
			word = "PASS"
			passed++
		default:
			failed++
		}
		if word == "PASS" && !verbose {
			continue
		}
		line("%s:%d: %s.%s: %s", r.File, r.Line, r.Package, r.Name, word)
		for _, d := range r.Detail {
			line("%s", d)
		}
		for text := range strings.Lines(r.Output) {
			line("    printed: %s", strings.TrimRight(text, "\r\n"))
		}
	}
	for _, x := range coverage {
		line("%5.1f %% covered: %s", x.Percent, x.File)
		if verbose && len(x.Missed) > 0 {
			line("        no test reaches %s %s", lineWord(x.Missed), ranges(x.Missed))
		}
	}
	line("%s, %d passed, %d failed, %d skipped", count(len(results), "test", "tests"), passed, failed, skipped)
	if _, err := io.WriteString(w, b.String()); err != nil {
		return written(err)
	}
	switch {
	case failed > 0:
		return &exitError{code: exitFindings}
	case len(results) == 0:
		return usage("there is no test: rules that begin with test_ in a file *_test.rego")
	}
	return nil
}

func lineWord(rows []int) string {
	if len(rows) == 1 {
		return "line"
	}
	return "lines"
}

// ranges writes numbers in order as "3-5, 9".
func ranges(rows []int) string {
	rows = slices.Compact(slices.Sorted(slices.Values(rows)))
	var parts []string
	for i := 0; i < len(rows); {
		j := i
		for j+1 < len(rows) && rows[j+1] == rows[j]+1 {
			j++
		}
		if i == j {
			parts = append(parts, fmt.Sprint(rows[i]))
		} else {
			parts = append(parts, fmt.Sprintf("%d-%d", rows[i], rows[j]))
		}
		i = j + 1
	}
	return strings.Join(parts, ", ")
}

func newPolicyCheck(memory *collector) *cobra.Command {
	return &cobra.Command{
		Use:   "check DIR",
		Short: "Compile your rules as strictly as possible",
		Long: `check compiles the policies and tests in a folder or a bundle: METADATA, package and ID as they must be, no field that the document has
not, no import or variable that nothing uses. It also names the rules that no test speaks of; that is no error.`,
		Args: one("DIR with policies, or a bundle (.tar.gz)"),
		RunE: func(c *cobra.Command, args []string) error {
			memory.resume()
			own, err := loadFolder(args[0])
			if err != nil {
				return err
			}
			if err := own.Check(); err != nil {
				return &exitError{code: exitUsage, err: err}
			}
			for _, r := range own.Untested() {
				complain(c.ErrOrStderr(), fmt.Errorf("no test speaks of %s %s", r.ID, r.Name))
			}
			_, err = fmt.Fprintf(c.OutOrStdout(), "%s, all right\n", count(len(own.Rules), "rule", "rules"))
			return written(err)
		},
	}
}

func newPolicyFmt(memory *collector) *cobra.Command {
	var list, showDiff, fail bool
	c := &cobra.Command{
		Use:   "fmt DIR",
		Short: "Format your rules as 'opa fmt' does",
		Long:  "fmt rewrites the policies and tests in a folder as 'opa fmt' would. With --list or --diff it writes no file.",
		Args:  one("DIR with policies"),
		RunE: func(c *cobra.Command, args []string) error {
			memory.resume()
			o, closer, err := origin(args[0])
			if err != nil {
				return usage("%q: %s", args[0], checker.Reason(system(err)))
			}
			defer closer.Close() //nolint:errcheck // read-only: nothing is lost
			formatted, err := policy.Format(o)
			if err != nil {
				return &exitError{code: exitUsage, err: err}
			}
			for i := range formatted {
				if err := settleFormat(c.OutOrStdout(), args[0], &formatted[i], list, showDiff); err != nil {
					return err
				}
			}
			if fail && len(formatted) > 0 {
				return &exitError{code: exitFindings}
			}
			return nil
		},
	}
	c.Flags().BoolVarP(&list, "list", "l", false, "only list the files that would be changed")
	c.Flags().BoolVarP(&showDiff, "diff", "d", false, "only show what would be changed")
	c.Flags().BoolVar(&fail, "fail", false, "exit 1 if a file is or would be changed")
	return c
}

func settleFormat(w io.Writer, dir string, f *policy.Formatted, list, showDiff bool) error {
	switch {
	case list:
		_, err := fmt.Fprintln(w, report.Clean(f.Name))
		return written(err)
	case showDiff:
		for line := range strings.Lines(f.Diff) {
			if _, err := fmt.Fprintln(w, report.Clean(strings.ReplaceAll(strings.TrimRight(line, "\r\n"), "\t", "    "))); err != nil {
				return written(err)
			}
		}
		return nil
	}
	name := filepath.Join(dir, filepath.FromSlash(f.Path))
	if info, err := os.Lstat(name); err == nil && info.Mode()&fs.ModeSymlink != 0 {
		return usage("%q is a link; format what it leads to", name)
	}
	out, err := createFile(name)
	if err != nil {
		return undone("%q could not be written: %w", name, err)
	}
	defer out.discard()
	if _, err := out.Write(f.New); err != nil {
		return undone("%q could not be written: %w", name, system(err))
	}
	if err := out.settle(); err != nil {
		return undone("%q could not be written: %w", name, system(err))
	}
	return nil
}

func newPolicyEval(memory *collector) *cobra.Command {
	var f targetFlags
	c := &cobra.Command{
		Use:   "eval QUERY TARGET",
		Short: "Ask a Rego query about a target",
		Long: `eval asks a query in Rego about the document of TARGET, and prints each answer as a line of JSON: the values of the query's variables.
It sees data.mikscheck.lib, and with --policy or by the configuration the custom rules with their data.

  mi-kscheck policy eval '{ref.section: ref.opens.value | some ref in input.references}' .`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) != 2 {
				return usage("'%s' takes a QUERY and a TARGET, as in: mi-kscheck policy eval 'x := input.target.version' .", c.CommandPath())
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			memory.resume()
			return f.eval(c, args[0], args[1])
		},
	}
	f.register(c.Flags())
	f.config.policy.register(c.Flags())
	return c
}

func (f *targetFlags) eval(c *cobra.Command, query, path string) error {
	ctx := c.Context()
	s, err := f.begin(ctx, c.InOrStdin(), []string{path})
	if err != nil {
		return err
	}
	defer s.close()
	own := s.settings.custom
	if own == nil {
		own = &policy.Custom{}
	}
	var t tally
	t.notes(s.unreadable())
	t.undone = append(t.undone, s.missing...)
	if s.empty() {
		t.undone = append(t.undone, errNoTarget)
	}
	terms := s.settings.terms(nil)
	e := json.NewEncoder(c.OutOrStdout())
	e.SetEscapeHTML(false)
	err = checker.Run(ctx, s.targets, s.options(terms, f.jobs), func(o checker.Outcome) error {
		if o.Err != nil {
			return t.failed(o, &report.Summary{})
		}
		answers, err := own.Eval(ctx, query, o.Document, terms(o.Result.URI).Own)
		if err != nil {
			return &exitError{code: exitUsage, err: err}
		}
		for _, a := range answers {
			if err := e.Encode(a); err != nil {
				return written(err)
			}
		}
		return nil
	})
	var x *exitError
	if errors.As(err, &x) {
		return err
	}
	t.ended(ctx, err)
	return t.exit()
}
