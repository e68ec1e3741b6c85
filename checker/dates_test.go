package checker_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	ics "github.com/arran4/golang-ical"

	"github.com/mi-kscheck/mi-kscheck/checker/inventory"
	"github.com/mi-kscheck/mi-kscheck/checker/layout"
	"github.com/mi-kscheck/mi-kscheck/checker/report"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// TestDates takes validities at the edges of the calendar and of DER's two kinds of time (UTCTime from 1950 to 2049, GeneralizedTime
// else) through the rules, as of --now, and through the calendar of the inventory.
func TestDates(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	at := func(s string) time.Time {
		d, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for _, tt := range []struct {
		from, to, now string
		want          string // rule, level, and a part of the message; none: silence
	}{
		// Leap years: 29 February is a day, and 2100 has none.
		{"2027-02-28T00:00:00Z", "2028-02-29T12:00:00Z", "2028-02-28T12:00:00Z", "MIKS304 warning 2028-02-29, in 1 days"},
		{"2027-02-28T00:00:00Z", "2028-02-29T12:00:00Z", "2028-02-29T11:59:59Z", "MIKS304 warning 2028-02-29, in 0 days"},
		{"2027-02-28T00:00:00Z", "2028-02-29T12:00:00Z", "2028-02-29T12:00:00Z", "MIKS302 error 2028-02-29 (0 days ago"},
		{"2027-02-28T00:00:00Z", "2028-02-29T12:00:00Z", "2028-03-01T12:00:00Z", "MIKS302 error 2028-02-29 (1 days ago"},
		{"2027-02-28T00:00:00Z", "2028-03-01T00:00:00Z", "2028-01-30T23:59:59Z", "MIKS304 note 2028-03-01, in 30 days"},
		{"2027-02-28T00:00:00Z", "2028-03-01T00:00:00Z", "2028-01-31T00:00:00Z", "MIKS304 warning 2028-03-01, in 30 days"},
		{"2099-02-28T00:00:00Z", "2100-03-01T00:00:00Z", "2100-02-28T00:00:00Z", "MIKS304 warning 2100-03-01, in 1 days"},
		{"2028-02-29T00:00:00Z", "2040-01-01T00:00:00Z", "2028-02-28T23:59:59Z", "MIKS303 error 2028-02-29"},
		{"2028-02-29T00:00:00Z", "2040-01-01T00:00:00Z", "2028-02-29T00:00:00Z", ""},
		// Where UTCTime ends.
		{"2049-01-01T00:00:00Z", "2049-12-31T23:59:59Z", "2049-12-31T23:59:58Z", "MIKS304 warning 2049-12-31, in 0 days"},
		{"2049-12-31T23:59:59Z", "2050-01-01T00:00:00Z", "2049-12-31T23:59:59Z", "MIKS304 warning 2050-01-01, in 0 days"},
		{"2049-12-31T23:59:59Z", "2050-01-01T00:00:00Z", "2050-01-01T00:00:00Z", "MIKS302 error 2050-01-01 (0 days ago"},
		{"2026-01-01T00:00:00Z", "2050-01-01T00:00:00Z", "2026-11-23T00:00:00Z", ""},
		{"2050-01-01T00:00:00Z", "2060-01-01T00:00:00Z", "2026-11-23T00:00:00Z", "MIKS303 error 2050-01-01"},
		{"1950-01-01T00:00:00Z", "2060-01-01T00:00:00Z", "2026-11-23T00:00:00Z", ""},
		{"1949-12-31T23:59:59Z", "2060-01-01T00:00:00Z", "2026-11-23T00:00:00Z", ""},
		// Before 1970, and before UTCTime begins.
		{"1949-01-01T00:00:00Z", "1949-12-31T23:59:59Z", "2026-11-23T00:00:00Z", "MIKS302 error 1949-12-31 (28085 days ago"},
		{"1950-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "2026-11-23T00:00:00Z", "MIKS302 error 1969-12-31 (20780 days ago"},
		{"1950-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "1969-12-31T00:00:00Z", "MIKS304 warning 1970-01-01, in 1 days"},
		{"1968-02-29T00:00:00Z", "2000-01-01T00:00:00Z", "1968-02-28T00:00:00Z", "MIKS303 error 1968-02-29"},
		// The end of time that RFC 5280 gives to certificates which never expire.
		{"2026-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2026-11-23T00:00:00Z", ""},
		{"2026-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "9999-12-31T00:00:00Z", "MIKS304 warning 9999-12-31, in 0 days"},
		{"2026-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z", "MIKS302 error 9999-12-31 (0 days ago"},
	} {
		t.Run(tt.to+" at "+tt.now, func(t *testing.T) {
			dir := t.TempDir()
			der := datedHome(t, dir, key, at(tt.from), at(tt.to))
			var got []string
			for _, f := range (run{paths: []string{dir}, now: at(tt.now)}).do(t).findings(t) {
				switch f.Rule.ID {
				case "MIKS302", "MIKS303", "MIKS304":
					got = append(got, f.Rule.ID+" "+string(f.Level)+" "+f.Message)
				}
			}
			switch rule, part, _ := strings.Cut(tt.want, " "); {
			case tt.want == "" && len(got) > 0, tt.want != "" && len(got) != 1:
				t.Errorf("%q, not %q", got, tt.want)
			case tt.want != "":
				level, part, _ := strings.Cut(part, " ")
				if !strings.HasPrefix(got[0], rule+" "+level+" ") || !strings.Contains(got[0], part) {
					t.Errorf("%q, not %q", got, tt.want)
				}
			}
			inCalendar(t, dir, at(tt.to), at(tt.now))
			askOpenSSL(t, der, at(tt.now), got)
		})
	}
}

// datedHome makes an MI home whose primary certificate has that validity.
func datedHome(t *testing.T, home string, key *rsa.PrivateKey, from, to time.Time) []byte {
	t.Helper()
	c := &x509.Certificate{SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: "localhost"}, DNSNames: []string{"localhost"}, NotBefore: from, NotAfter: to}
	der, store := selfSignedStore(t, c, key)
	write(t, filepath.Join(home, "repository/resources/security/primary.jks"), store)
	write(t, filepath.Join(home, "bin/version.txt"), "WSO2 Micro Integrator v4.4.0\n")
	write(t, filepath.Join(home, "conf/deployment.toml"), fmt.Sprintf(`[keystore.primary]
file_name = "repository/resources/security/primary.jks"
password = %q
key_password = %[1]q
alias = "api"
[keystore.internal]
file_name = "repository/resources/security/none.jks"
`, fleetPassword))
	return der
}

// inCalendar reads the end of validity back from the calendar.
func inCalendar(t *testing.T, home string, to, now time.Time) {
	t.Helper()
	folder, err := source.OpenFolder(home)
	if err != nil {
		t.Fatal(err)
	}
	defer folder.Close() //nolint:errcheck // read-only
	targets, _ := layout.Find(context.Background(), folder, layout.Options{})
	inv, err := inventory.Collect(t.Context(), inventory.Input{Targets: targets, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := inv.Write(&b, "ics", report.Clean); err != nil {
		t.Fatal(err)
	}
	cal, err := ics.ParseCalendar(&b)
	if err != nil || len(cal.Events()) != 1 {
		t.Fatal(err, b.String())
	}
	if start, err := cal.Events()[0].GetStartAt(); err != nil || !start.Equal(to) {
		t.Errorf("the calendar has %v (%v), not %v", start, err, to)
	}
}

// askOpenSSL holds "valid or not" to openssl. It takes no time before 1970.
func askOpenSSL(t *testing.T, der []byte, now time.Time, got []string) {
	t.Helper()
	if _, err := exec.LookPath("openssl"); err != nil || now.Unix() < 0 {
		return
	}
	file := filepath.Join(t.TempDir(), "c.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	out, _ := exec.Command("openssl", "verify", "-attime", fmt.Sprint(now.Unix()), "-CAfile", file, file).CombinedOutput() //nolint:gosec // our own file
	for rule, words := range map[string]string{"MIKS302": "certificate has expired", "MIKS303": "certificate is not yet valid"} {
		ours := slices.ContainsFunc(got, func(s string) bool { return strings.HasPrefix(s, rule) })
		if theirs := strings.Contains(string(out), words); ours != theirs {
			t.Errorf("%s %v, but openssl: %s", rule, ours, out)
		}
	}
}
