package inspect

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/mi-kscheck/mi-kscheck/checker/keystore"
)

// shownNames is how many alternative names of a certificate the text shows.
const shownNames = 40

// Text writes the report for people, in the words of `keytool -list -v` where it has any.
func (r Report) Text(w io.Writer) error {
	t := &text{r: r}
	t.head()
	for i := range r.Entries {
		t.line("")
		t.entry(&r.Entries[i])
	}
	if len(r.Unlisted) > 0 {
		t.line("")
		t.line("Not shown by Java, because they carry neither its trust attribute nor belong to a key: %s", count(len(r.Unlisted), "certificate"))
		for i := range r.Unlisted {
			t.certificate(i+1, &r.Unlisted[i])
		}
	}
	if _, err := w.Write(t.b.Bytes()); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return nil
}

// text collects the lines. Its %s arguments that come from a store pass clean.
type text struct {
	r Report
	b bytes.Buffer
}

func (t *text) line(format string, args ...any) {
	fmt.Fprintf(&t.b, format, args...)
	t.b.WriteByte('\n')
}

func (t *text) clean(s string) string { return t.r.clean(s) }

func (t *text) head() {
	r := t.r
	if r.name != "" {
		t.line("Keystore: %s", t.clean(r.name))
	}
	if r.Format == keystore.Unknown {
		t.line("Keystore type: none that is known")
	} else {
		t.line("Keystore type: %s", r.Format)
	}
	if r.Declared != "" && r.Format != keystore.Unknown && r.ProblemKind != WrongType {
		loads, why := declared(r.Declared, r.Format)
		switch {
		case why == "":
			t.line("Declared type: %s", t.clean(r.Declared))
		case loads:
			t.line("Declared type: %s (%s)", t.clean(r.Declared), t.clean(why))
		default:
			t.line("Declared type: %s. %s", t.clean(r.Declared), t.clean(why))
		}
	}
	if r.Problem != "" {
		t.line("Problem: %s", t.clean(r.Problem))
	}
	for _, s := range r.JavaRefuses {
		t.line("Java: does not load it, although this tool does: %s", t.clean(s))
	}
	if r.Format != keystore.Unknown {
		t.protection()
	}
	if ts := r.TrustStore; ts != nil {
		what := "not opened"
		if ts.Format != keystore.Unknown {
			what = fmt.Sprintf("%s, %s", ts.Format, count(ts.Anchors, "trust anchor"))
		}
		t.line("Truststore: %s%s", prefix(t.clean(ts.name), ": "), what)
		if ts.Problem != "" {
			t.line("Truststore problem: %s", t.clean(ts.Problem))
		}
	}
	for _, s := range r.Skipped {
		t.line("Not an entry for Java: %s", t.clean(s))
	}
	if r.Format != keystore.Unknown || len(r.Entries) > 0 {
		more := ""
		if !r.Complete {
			more = ", perhaps more that are encrypted"
		}
		t.line("Your keystore contains %s%s", count(len(r.Entries), "entry"), more)
	}
}

func (t *text) protection() {
	p := t.r.Protection
	integrity := p.Integrity
	if p.Iterations > 0 {
		integrity += fmt.Sprintf(", %s", count(p.Iterations, "iteration"))
	}
	switch {
	case t.r.ProblemKind == Damaged && t.r.Integrity != keystore.IntegrityVerified:
		// What is damaged was not compared with its digest.
	case integrity == "" || t.r.Integrity == keystore.IntegrityAbsent:
		t.line("Integrity: none (no MAC): Java lists it with any password, and nothing shows a change")
	default:
		state := map[keystore.Integrity]string{
			keystore.IntegrityVerified:  "verified with the password",
			keystore.IntegrityFailed:    "does not fit the password",
			keystore.IntegrityUnchecked: "not checked, for want of a password",
		}[t.r.Integrity]
		t.line("Integrity: %s%s", t.clean(integrity), prefix(": ", state))
	}
	if s := ciphers(p.Keys); s != "" {
		t.line("Keys encrypted with: %s", t.clean(s))
	}
	if s := ciphers(p.Certificates); s != "" {
		t.line("Certificates encrypted with: %s", t.clean(s))
	}
	if len(t.r.Weaknesses) > 0 {
		t.line("Protection: weak (MIKS519): %s", t.clean(strings.Join(t.r.Weaknesses, "; ")))
	}
}

func ciphers(list []keystore.Cipher) string {
	var out []string
	for _, c := range list {
		s := c.Algorithm
		if c.Iterations > 0 {
			s += ", " + count(c.Iterations, "iteration")
		}
		out = append(out, s)
	}
	return strings.Join(out, "; ")
}

// entryTypes are keytool's words for the kinds.
var entryTypes = map[keystore.Kind]string{
	keystore.PrivateKeyEntry:  "PrivateKeyEntry",
	keystore.CertificateEntry: "trustedCertEntry",
	keystore.SecretKeyEntry:   "SecretKeyEntry",
}

func (t *text) entry(e *Entry) {
	t.line("Alias name: %s", t.clean(e.Alias))
	if e.Created != "" {
		t.line("Creation date: %s", e.Created)
	}
	t.line("Entry type: %s", entryTypes[e.Kind])
	t.key(e)
	switch {
	case e.Public == nil:
	case e.Kind == keystore.PrivateKeyEntry:
		t.line("WARNING: this private key is public, everyone has it: it ships in %s", t.clean(e.Public.ShippedIn))
	default:
		t.line("WARNING: the private key of this certificate is public (it ships in %s): whoever trusts it trusts everyone", t.clean(e.Public.ShippedIn))
	}
	for _, n := range e.Notes {
		t.line("Chain: %s", t.clean(n))
	}
	t.trust(e)
	if e.Kind == keystore.PrivateKeyEntry && len(e.Chain) == 0 && !t.r.Complete {
		t.line("Certificate chain: not shown, as it is encrypted")
	} else if e.Kind == keystore.PrivateKeyEntry {
		t.line("Certificate chain length: %d", len(e.Chain))
	}
	for i, c := range e.Chain {
		n := i + 1
		if e.Kind == keystore.CertificateEntry {
			n = 0
		}
		t.certificate(n, c)
	}
}

func (t *text) key(e *Entry) {
	k := e.Key
	if k == nil {
		return
	}
	switch {
	case k.Opens == nil:
		t.line("Key: not tried, for want of a password")
	case !*k.Opens:
		t.line("Key: does not open: %s", t.clean(k.Problem))
	default:
		s := "opens with the store's password"
		if !k.own {
			s = "opens, but with another password than the store (WSO2 requires them to be equal)"
		}
		switch {
		case k.Matches != nil && *k.Matches:
			s += " and belongs to the certificate"
		case k.Matches != nil:
			s += ", but does NOT belong to the certificate"
		}
		t.line("Key: %s", s)
	}
	if e.JavaRefuses != "" {
		t.line("Java: can't recover the key, although this tool can: %s", t.clean(e.JavaRefuses))
	}
}

// certificate writes one certificate; n is its place in a chain, 0 for none.
func (t *text) certificate(n int, c *Certificate) {
	if n > 0 {
		t.line("Certificate[%d]:", n)
	}
	self := ""
	if c.SelfSigned != nil && *c.SelfSigned {
		self = " (self-signed)"
	}
	t.line("Owner: %s", t.clean(c.Subject))
	t.line("Issuer: %s%s", t.clean(c.Issuer), self)
	t.line("Serial number: %s", c.Serial)
	t.line("Valid from: %s until: %s%s", day(c.source.NotBefore), day(c.source.NotAfter), prefix(", ", t.remaining(c)))
	t.line("Certificate fingerprint (SHA-256): %s", colons(c.SHA256))
	t.line("Signature algorithm name: %s", t.clean(c.SignatureAlgorithm))
	t.line("Subject Public Key Algorithm: %s", t.clean(c.PublicKey.text()))
	if names := c.AlternativeNames.list(); len(names) > 0 {
		more := ""
		if len(names) > shownNames {
			more = fmt.Sprintf(" and %d more", len(names)-shownNames)
			names = names[:shownNames]
		}
		for i := range names {
			names[i] = t.clean(names[i])
		}
		t.line("Subject alternative names: %s%s", strings.Join(names, ", "), more)
	}
	if s := c.usage(); s != "" {
		t.line("Use: %s", t.clean(s))
	}
	for _, o := range c.Oddities {
		t.line("Odd: %s", t.clean(o))
	}
}

// text describes a key as keytool does.
func (k PublicKey) text() string {
	s := k.Algorithm
	if k.Curve != "" {
		s += " (" + k.Curve + ")"
	}
	if k.Bits > 0 {
		s = fmt.Sprintf("%d-bit %s key", k.Bits, s)
	}
	return s
}

func (s *SANs) list() []string {
	if s == nil {
		return nil
	}
	var out []string
	for _, group := range []struct {
		name   string
		values []string
	}{{"DNS", s.DNS}, {"IP", s.IP}, {"email", s.Email}, {"URI", s.URI}} {
		for _, v := range group.values {
			out = append(out, group.name+":"+v)
		}
	}
	return out
}

// usage joins what the extensions say of the purpose.
func (c *Certificate) usage() string {
	var out []string
	if c.CA {
		s := "CA"
		if c.PathLength != nil {
			s += ", path length " + strconv.Itoa(*c.PathLength)
		}
		out = append(out, s)
	}
	if len(c.KeyUsage) > 0 {
		out = append(out, "key usage "+strings.Join(c.KeyUsage, " "))
	}
	if len(c.ExtendedKeyUsage) > 0 {
		out = append(out, "extended key usage "+strings.Join(c.ExtendedKeyUsage, " "))
	}
	return strings.Join(out, "; ")
}

// remaining counts whole days, by seconds since a Duration ends after 292 years.
func (t *text) remaining(c *Certificate) string {
	now := t.r.now
	if now.IsZero() {
		return ""
	}
	days := func(from, to time.Time) int { return int((to.Unix() - from.Unix()) / 86400) }
	from, to := c.source.NotBefore, c.source.NotAfter
	switch {
	case now.After(to):
		return fmt.Sprintf("EXPIRED %s ago", count(days(to, now), "day"))
	case now.Before(from):
		return fmt.Sprintf("NOT YET VALID for %s", count(days(now, from), "day"))
	}
	return count(days(now, to), "day") + " left"
}

func day(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }

// colons writes a fingerprint as keytool does.
func colons(hex string) string {
	var b strings.Builder
	for i := 0; i+1 < len(hex); i += 2 {
		if i > 0 {
			b.WriteByte(':')
		}
		b.WriteString(strings.ToUpper(hex[i : i+2]))
	}
	return b.String()
}

// count writes a number with thousands separated and the noun in its number.
func count(n int, noun string) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	if n == 1 {
		return s + " " + noun
	}
	if strings.HasSuffix(noun, "y") && noun != "day" {
		return s + " " + strings.TrimSuffix(noun, "y") + "ies"
	}
	return s + " " + noun + "s"
}

// prefix joins two words that only stand together.
func prefix(a, b string) string {
	if a == "" || b == "" {
		return ""
	}
	return a + b
}
