package report

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"

	"github.com/mi-kscheck/mi-kscheck/checker/finding"
)

// csvFormat writes a table for a spreadsheet: a row for each finding, the waived ones too, for each rule that could not be judged, and
// for what the run says beside them; the first column tells which it is. No cell can be taken for a formula.
type csvFormat struct {
	out *output
	csv *csv.Writer
	run Run
}

func newCSV(w io.Writer) *csvFormat {
	out := newOutput(w)
	return &csvFormat{out: out, csv: csv.NewWriter(csvOutput{out})}
}

// csvOutput hands what package csv writes to an output, whose error it gives.
type csvOutput struct{ *output }

func (o csvOutput) Write(b []byte) (int, error) {
	o.write(b)
	return len(b), o.err
}

// csvColumns head the table; new ones come last.
var csvColumns = []string{
	"kind", "level", "rule", "name", "path", "line", "column", "key", "store", "alias", "message", "fix", "follows_from", "justification", "product_version", "fingerprint",
}

// csvRow is a row in the order of csvColumns.
type csvRow struct {
	kind                                                                   string // finding, waived, not-judged, notification
	level, rule, name, path                                                string
	line, column                                                           int // 0: none
	key, store, alias, message, fix, follows, reason, version, fingerprint string
}

func (c *csvFormat) Begin(run Run) error {
	c.run = run
	return c.cells(csvColumns)
}

func (c *csvFormat) Target(r finding.Result) error {
	for i := range r.Findings {
		f := &r.Findings[i]
		if !c.run.shows(f) {
			continue
		}
		row := csvRow{
			kind: "finding", level: level(f.Level), rule: f.Rule.ID, name: f.Rule.Name, path: f.URI, line: f.Region.StartLine, column: f.Region.StartColumn,
			key: f.Key, store: f.Store, alias: f.Alias, message: f.Message, fix: f.Fix, follows: f.FollowsFrom, version: r.Version, fingerprint: f.Fingerprint,
		}
		if f.Suppressed != nil {
			row.kind, row.reason = "waived", f.Suppressed.Justification
		}
		c.row(&row)
	}
	for _, u := range r.Unjudged {
		c.row(&csvRow{kind: "not-judged", rule: u.Rule.ID, name: u.Rule.Name, path: u.URI, message: u.Reason, version: r.Version})
	}
	c.notify(r.Notes)
	return c.out.err
}

func (c *csvFormat) notify(list []finding.Notification) {
	for _, n := range list {
		c.row(&csvRow{kind: "notification", level: level(n.Level), rule: n.Rule.ID, name: n.Rule.Name, path: n.URI, message: n.Message})
	}
}

func (c *csvFormat) End(sum Summary) error {
	c.notify(sum.Notifications)
	if !sum.Successful {
		c.notify([]finding.Notification{{Level: finding.Error, Message: notDone}})
	}
	return c.out.flush()
}

func (c *csvFormat) row(r *csvRow) {
	number := func(n int) string {
		if n < 1 {
			return ""
		}
		return strconv.Itoa(n)
	}
	cells := []string{
		r.kind, r.level, Clean(r.rule), Clean(r.name), cleanPath(r.path), number(r.line), number(r.column), CleanValue(r.key), cleanPath(r.store), CleanValue(r.alias),
		Clean(r.message), Clean(r.fix), Clean(r.follows), Clean(r.reason), CleanValue(r.version), Clean(r.fingerprint),
	}
	for i, s := range cells {
		cells[i] = csvCell(s)
	}
	_ = c.cells(cells)
}

func (c *csvFormat) cells(cells []string) error {
	if err := c.csv.Write(cells); err != nil {
		c.out.fail(err)
	}
	c.csv.Flush()
	return c.out.err
}

// csvCell keeps a spreadsheet from taking a cell for a formula: an apostrophe in front, which it does not show. Full-width signs
// count as the narrow ones.
func csvCell(s string) string {
	if strings.ContainsAny(firstRune(strings.TrimLeft(s, " \u3000")), "=+-@|%\uff1d\uff0b\uff0d\uff20") {
		return "'" + s
	}
	return s
}

func firstRune(s string) string {
	for i := range s {
		if i > 0 {
			return s[:i]
		}
	}
	return s
}
