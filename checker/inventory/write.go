package inventory

import (
	"bufio"
	"cmp"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Cleaner makes a text of the input fit to be shown: one line, nothing invisible.
type Cleaner func(string) string

// Formats lists the names that Write takes.
func Formats() []string { return []string{"text", "json", "csv", "ics"} }

// Write writes the inventory in a format of Formats.
func (inv *Inventory) Write(w io.Writer, format string, clean Cleaner) error {
	b := bufio.NewWriter(w)
	var err error
	switch format {
	case "text":
		inv.text(b, clean)
	case "json":
		err = inv.json(b, clean)
	case "csv":
		err = inv.csv(b, clean)
	case "ics":
		inv.calendar(b, clean)
	default:
		return fmt.Errorf("there is no format %q; there are: %s", format, strings.Join(Formats(), ", "))
	}
	if err == nil {
		err = b.Flush()
	}
	return err
}

// maxCell is the width of a column of the table but the last, in code points; the other formats have all of it.
const maxCell = 48

// text writes a table.
func (inv *Inventory) text(w *bufio.Writer, clean Cleaner) {
	rows := [][]string{{"EXPIRES", "DAYS", "SUBJECT", "ISSUER", "KEY", "SIGNATURE", "USED BY", "TRUSTED BY", "STORE AND ALIAS"}}
	for _, k := range inv.Certificates {
		row := []string{
			day(k.NotAfter), k.daysLeft(), k.Subject, k.issuer(), k.key(), k.SignatureAlgorithm,
			joined(k.Uses, ", ", Use.brief), joined(k.TrustedBy, ", ", func(u Use) string { return u.Section }), joined(k.Places, ", ", Place.brief),
		}
		for i := range row {
			if row[i] = clean(row[i]); i < len(row)-1 {
				row[i] = cut(row[i], maxCell)
			}
		}
		rows = append(rows, row)
	}
	if len(inv.Certificates) > 0 {
		table(w, rows)
	}
	for _, u := range inv.Unread {
		_, _ = w.WriteString(clean("not listed: "+u.Store+by(u.Uses)+": "+u.Reason) + "\n") // a bufio.Writer keeps its error for Flush
	}
	expired := 0
	for _, k := range inv.Certificates {
		if !k.NotAfter.IsZero() && !k.NotAfter.After(inv.Now) {
			expired++
		}
	}
	_, _ = fmt.Fprintf(w, "Certificates: %d, %d of them expired. Stores not listed, or not in full: %d.\n", len(inv.Certificates), expired, len(inv.Unread))
}

func by(uses []Use) string {
	if len(uses) == 0 {
		return ""
	}
	return " (" + joined(uses, ", ", func(u Use) string { return u.Section }) + ")"
}

// table aligns the columns; the last is not padded.
func table(w *bufio.Writer, rows [][]string) {
	widths := make([]int, len(rows[0]))
	for _, r := range rows {
		for i, c := range r {
			widths[i] = max(widths[i], utf8.RuneCountInString(c))
		}
	}
	for _, r := range rows {
		var line strings.Builder
		for i, c := range r {
			line.WriteString(c)
			line.WriteString(strings.Repeat(" ", widths[i]-utf8.RuneCountInString(c)+2))
		}
		_, _ = w.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
}

// cut keeps the beginning and the end.
func cut(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n-13]) + "…" + string(r[len(r)-12:])
}

func (k *Certificate) issuer() string {
	if k.Issuer == k.Subject {
		return "itself"
	}
	return k.Issuer
}

func (k *Certificate) key() string {
	if k.KeyBits == 0 {
		return k.KeyAlgorithm
	}
	return k.KeyAlgorithm + " " + strconv.Itoa(k.KeyBits)
}

func (k *Certificate) daysLeft() string {
	if k.NotAfter.IsZero() {
		return ""
	}
	return strconv.FormatInt(k.DaysLeft, 10)
}

func (u Use) brief() string {
	if u.As == "configured" || u.As == "anchor" {
		return u.Section
	}
	return u.Section + " (" + u.As + ")"
}

func (u Use) full() string { return u.Target + " " + u.brief() }

func (p Place) brief() string {
	s := p.Store + " " + cmp.Or(p.Alias, `""`)
	if p.Kind == "chain" {
		s += " (chain)"
	}
	return s
}

// joined puts a list in words, each once.
func joined[T any](list []T, separator string, word func(T) string) string {
	var words []string
	said := map[string]bool{}
	for _, x := range list {
		if w := word(x); !said[w] {
			said[w] = true
			words = append(words, w)
		}
	}
	return strings.Join(words, separator)
}

func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

type jsonUse struct {
	Target  string `json:"target"`
	Section string `json:"section"`
	As      string `json:"as,omitempty"`
}

type jsonPlace struct {
	Store string `json:"store"`
	Alias string `json:"alias"`
	Kind  string `json:"kind"`
}

type jsonCertificate struct {
	SHA256    string      `json:"sha256"`
	SPKI      string      `json:"spki"`
	Subject   string      `json:"subject"`
	Issuer    string      `json:"issuer"`
	Serial    string      `json:"serial"`
	NotBefore string      `json:"not_before"`
	NotAfter  string      `json:"not_after"`
	DaysLeft  int64       `json:"days_left"`
	Key       string      `json:"key_algorithm"`
	KeyBits   int         `json:"key_bits,omitempty"`
	Signature string      `json:"signature"`
	CA        bool        `json:"ca"`
	Names     []string    `json:"names,omitempty"`
	ShippedIn string      `json:"shipped_in,omitempty"`
	Places    []jsonPlace `json:"places"`
	UsedBy    []jsonUse   `json:"used_by"`
	TrustedBy []jsonUse   `json:"trusted_by"`
}

type jsonUnread struct {
	Store  string    `json:"store"`
	UsedBy []jsonUse `json:"used_by"`
	Reason string    `json:"reason"`
}

func (inv *Inventory) json(w io.Writer, clean Cleaner) error {
	out := struct {
		Now          string            `json:"now"`
		Certificates []jsonCertificate `json:"certificates"`
		Unread       []jsonUnread      `json:"unread"`
	}{stamp(inv.Now), []jsonCertificate{}, []jsonUnread{}}
	for _, k := range inv.Certificates {
		v := jsonCertificate{
			SHA256: k.SHA256, SPKI: k.SPKI, Subject: clean(k.Subject), Issuer: clean(k.Issuer), Serial: k.Serial, NotBefore: stamp(k.NotBefore),
			NotAfter: stamp(k.NotAfter), DaysLeft: k.DaysLeft, Key: clean(k.KeyAlgorithm), KeyBits: k.KeyBits, Signature: clean(k.SignatureAlgorithm),
			CA: k.CA, ShippedIn: clean(k.ShippedIn), UsedBy: jsonUses(k.Uses, clean), TrustedBy: jsonUses(k.TrustedBy, clean),
		}
		for _, n := range k.Names {
			v.Names = append(v.Names, clean(n))
		}
		for _, p := range k.Places {
			v.Places = append(v.Places, jsonPlace{clean(p.Store), clean(p.Alias), p.Kind})
		}
		out.Certificates = append(out.Certificates, v)
	}
	for _, u := range inv.Unread {
		out.Unread = append(out.Unread, jsonUnread{clean(u.Store), jsonUses(u.Uses, clean), clean(u.Reason)})
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(out)
}

func jsonUses(uses []Use, clean Cleaner) []jsonUse {
	out := []jsonUse{}
	for _, u := range uses {
		out = append(out, jsonUse{clean(u.Target), clean(u.Section), u.As})
	}
	return out
}

func (inv *Inventory) csv(w io.Writer, clean Cleaner) error {
	c := csv.NewWriter(w)
	rows := [][]string{{
		"not_after", "days_left", "subject", "issuer", "serial", "key_algorithm", "key_bits", "signature", "ca", "names", "shipped_in",
		"used_by", "trusted_by", "places", "not_before", "sha256",
	}}
	for _, k := range inv.Certificates {
		rows = append(rows, []string{
			stamp(k.NotAfter), k.daysLeft(), k.Subject, k.Issuer, k.Serial, k.KeyAlgorithm, strconv.Itoa(k.KeyBits), k.SignatureAlgorithm, strconv.FormatBool(k.CA),
			strings.Join(k.Names, "; "), k.ShippedIn, joined(k.Uses, "; ", Use.full), joined(k.TrustedBy, "; ", Use.full), joined(k.Places, "; ", Place.brief),
			stamp(k.NotBefore), k.SHA256,
		})
	}
	for i, row := range rows {
		for j := range row {
			if j != daysColumn || i == 0 {
				row[j] = harmless(clean(row[j]))
			}
		}
	}
	return c.WriteAll(rows)
}

// daysColumn is a number, which may be negative.
const daysColumn = 1

// harmless keeps a spreadsheet from taking a cell for a formula.
func harmless(s string) string {
	if t := strings.TrimLeft(s, " \t\u3000\""); t != "" && strings.ContainsRune("=+-@|%＝＋－＠", []rune(t)[0]) {
		return "'" + s
	}
	return s
}
