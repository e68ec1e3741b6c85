package report

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/mi-kscheck/mi-kscheck/checker/finding"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
	"github.com/mi-kscheck/mi-kscheck/rules"
)

// sampleRules is a catalogue of the tests' own: the writers must not depend on what the real rules say.
func sampleRules() []*rules.Rule {
	return []*rules.Rule{
		{ID: "MIKS101", Name: "default-store-password", Category: "credentials", Title: "A store has the shipped password",
			Description: "The effective password of a store is the shipped default, which everybody knows.",
			Level:       "error", Severity: 9.1, Precision: "very-high", CWE: []int{798, 1393}},
		{ID: "MIKS203", Name: "known-default-key", Category: "separation", Title: "A private key is publicly known",
			Description: "The store's private key is one that WSO2 ships in a product or a sample.",
			Level:       "error", Severity: 9.8, Precision: "very-high", CWE: []int{321}, Standards: []string{"WSO2 production security guidelines"}},
		{ID: "MIKS301", Name: "self-signed-primary", Category: "certificates", Title: "The primary certificate is self-signed",
			Description: "Issuer equals subject and the certificate's own key verifies its signature.",
			Level:       "warning", Severity: 5.9, Precision: "very-high", CWE: []int{295, 296}},
		{ID: "MIKS302", Name: "certificate-expired", Category: "certificates", Title: "A certificate has expired",
			Level: "error", Severity: 6.5, Precision: "very-high", CWE: []int{298}},
		{ID: "MIKS501", Name: "store-not-found", Category: "configuration", Title: "A store does not exist",
			Description: "The file does not exist under any root.", Level: "error", Precision: "high"},
		{ID: "MIKS903", Name: "unreadable", Category: "run", Title: "A file cannot be read",
			Description: "A file or folder cannot be read.", Level: "warning"},
		{ID: "ACME001", Name: "corporate-ca", Category: "acme", Title: "The certificate is not from the ACME CA", Level: "warning"},
	}
}

func rule(id string) finding.Rule {
	for _, r := range sampleRules() {
		if r.ID == id {
			return finding.Rule{ID: r.ID, Name: r.Name}
		}
	}
	return finding.Rule{ID: id}
}

const sampleFile = "deployment/conf/deployment.toml"

func region(line, from, to int) source.Region {
	return source.Region{StartLine: line, StartColumn: from, EndLine: line, EndColumn: to}
}

// expired stands at the alias, password at the password, knownKey explains both.
func knownKey() finding.Finding {
	return finding.Finding{
		Rule: rule("MIKS203"), Level: finding.Error,
		Message: "The primary keystore 'repository/resources/security/wso2carbon.jks' holds the private key that WSO2 ships with the product (alias 'wso2carbon', SHA-256 2d4a9c…). " +
			"Whoever downloads the product can impersonate this server. Make a key of your own and have it signed by your CA.",
		Fix: "Make a key of your own and have it signed by your CA.",
		URI: sampleFile, Region: region(12, 1, 10),
		Quote:     &finding.Quote{Line: 12, Text: `file_name = "wso2carbon.jks"`, Column: 0, Width: 9},
		Key:       "keystore.primary.file_name",
		Related:   []finding.Related{{URI: "deployment/repository/resources/security/wso2carbon.jks", Message: "the primary keystore"}},
		Inherited: []string{"keystore.internal.file_name", "transport.http.listener"},
		Also:      []finding.Also{{Rule: finding.Rule{ID: "MIKS202", Name: "shared-internal-key"}, Level: finding.Warning, Message: "Both stores hold one key."}},
		Commands:  []finding.Command{{Argv: []string{"keytool", "-genkeypair", "-alias", "my key", "-keyalg", "RSA", "-keysize", "3072", "-storetype", "PKCS12", "-keystore", "primary.p12"}}},
		Store:     "deployment/repository/resources/security/wso2carbon.jks", Alias: "wso2carbon", Fingerprint: "a1b2c3d4e5f60718",
	}
}

func expired() finding.Finding {
	return finding.Finding{
		Rule: rule("MIKS302"), Level: finding.Error,
		Message: "The certificate 'CN=localhost' of the primary keystore expired on 2022-03-01. Clients refuse it. Replace it.",
		Fix:     "Replace it.",
		URI:     sampleFile, Region: region(14, 1, 6),
		Quote:       &finding.Quote{Line: 14, Text: `alias = "wso2carbon"`, Column: 0, Width: 5},
		Key:         "keystore.primary.alias",
		FollowsFrom: "MIKS203", Fingerprint: "0011223344556677",
	}
}

func password() finding.Finding {
	there := region(13, 1, 9)
	return finding.Finding{
		Rule: rule("MIKS101"), Level: finding.Error,
		Message: "The internal keystore has the shipped password, which it inherits from '[keystore.primary]'. Choose one of your own and put it into '$secret{…}'.",
		Fix:     "Choose one of your own and put it into '$secret{…}'.",
		URI:     sampleFile, Region: there,
		Quote: &finding.Quote{Line: 13, Text: `password = "••••••••"`, Column: 0, Width: 8},
		Key:   "keystore.primary.password",
		Origin: []finding.Hop{
			{Text: "keystore.internal.password = $ref{keystore.primary.password}: default of 4.4.0", URI: sampleFile},
			{Text: "keystore.primary.password: written here", URI: sampleFile, Region: &there},
		},
		Fingerprint: "8899aabbccddeeff",
	}
}

func waived() finding.Finding {
	return finding.Finding{
		Rule: rule("MIKS301"), Level: finding.Warning,
		Message: "The primary certificate is self-signed. Clients must trust it one by one. Have it signed by your CA.",
		Fix:     "Have it signed by your CA.",
		URI:     sampleFile, Region: region(14, 1, 6), FollowsFrom: "MIKS203", Fingerprint: "123456789abcdef0",
		Suppressed: &finding.Suppression{Kind: "inSource", Status: "accepted", Justification: "Test system, until 2027."},
	}
}

func missing() finding.Finding {
	return finding.Finding{
		Rule: rule("MIKS501"), Level: finding.Note,
		Message: "The truststore 'client-truststore.jks' was not found. It was looked for in 'repository/resources/security'. Add it, or declare the mount.",
		Fix:     "Add it, or declare the mount.",
		URI:     "deployment/Dockerfile", Region: region(3, 6, 27),
		Quote:       &finding.Quote{Line: 3, Text: "COPY client-truststore.jks ${WSO2_SERVER_HOME}/repository/resources/security/", Column: 5, Width: 21},
		Fingerprint: "fedcba9876543210",
	}
}

func sampleUnjudged() []finding.Unjudged {
	const reason = "The truststore was not opened: $env{TRUST_PASS} was not given (--env TRUST_PASS)."
	return []finding.Unjudged{
		{Rule: finding.Rule{ID: "MIKS401", Name: "issuing-ca-not-trusted"}, Reason: reason, URI: sampleFile},
		{Rule: finding.Rule{ID: "MIKS402", Name: "own-certificate-not-trusted"}, Reason: reason, URI: sampleFile},
		{Rule: rule("MIKS302"), Reason: "The internal keystore does not exist in this checkout.", URI: sampleFile},
	}
}

// sample is a target with every kind of thing in it.
func sample() finding.Result {
	return finding.Result{
		URI: sampleFile, Kind: "mi-home", Version: "4.4.0", VersionFrom: "bin/version.txt",
		Findings: []finding.Finding{missing(), knownKey(), password(), expired(), waived()},
		Unjudged: sampleUnjudged(),
		Verdicts: []finding.Verdict{
			{Rule: rule("MIKS203"), Outcome: finding.Found}, {Rule: rule("ACME001"), Outcome: finding.Passed},
		},
		Notes: []finding.Notification{{Rule: rule("MIKS903"), Level: finding.Warning, Message: "The folder 'secret' cannot be read: permission denied.", URI: "deployment/secret"}},
	}
}

func sampleRun() Run {
	return Run{
		Tool: Tool{Version: "1.2.3"}, Rules: sampleRules(), Now: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC),
		Revision: "0123456789abcdef0123456789abcdef01234567", Profile: "production",
		Hints: []string{"mi-kscheck explain {{rule}}          why it matters, and how to repair it", "mi-kscheck check --update-baseline   accept what stands, report what is new"},
	}
}

// samplePage stands for the real pages, which change; rules of the real catalogue have theirs.
func samplePage(r *rules.Rule) rules.Page {
	if r.Since != "" {
		return r.Page()
	}
	if !strings.HasPrefix(r.ID, "MIKS") {
		return rules.Page{}
	}
	return rules.Page{
		Why: "Because of <this> & that.", Bad: "```toml\nalias = \"wso2carbon\"\n```", Good: "```toml\nalias = \"mine\"\n```",
		Repair: "Do *that*.", References: "- [WSO2](https://wso2.com/)",
	}
}

// render writes a whole report.
func render(tb testing.TB, format string, run Run, sum Summary, results ...finding.Result) []byte {
	tb.Helper()
	var b bytes.Buffer
	w, err := New(format, &b)
	if err != nil {
		tb.Fatal(err)
	}
	if s, ok := w.(*sarif); ok {
		s.cat = catalogue{page: samplePage, run: func() []*rules.Rule { return sampleRules()[5:6] }}
	}
	if err := w.Begin(run); err != nil {
		tb.Fatal(err)
	}
	for _, r := range results {
		if err := w.Target(r); err != nil {
			tb.Fatal(err)
		}
	}
	sum.Targets = len(results)
	if err := w.End(sum); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}
