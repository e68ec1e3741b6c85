package trust

import (
	"testing"
	"time"

	"github.com/mi-kscheck/mi-kscheck/checker/keystore"
)

// rfc5280 is section 6 as a table: for each condition of path validation one PKI that meets it and one that does not, with
// the paragraph. Where Java departs from the paragraph, java says how; TestRFC5280Java holds the column want to the JDK.
func rfc5280() []rfcCase {
	root := newRoot("Root", "p256a")
	other := newRoot("Other", "p256c")
	inter := root.issue("Inter", "p256b")
	past, ahead := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2048, 1, 1, 0, 0, 0, 0, time.UTC)

	// under is a leaf below an intermediate of the root that is changed; the intermediate's own path is root, inter, leaf.
	under := func(change func(*spec), leaf ...func(*spec)) []*keystore.Certificate {
		i := root.issue("Inter", "p256b", change)
		return certs(i.leaf(leaf...), i.cert)
	}
	// twoUnder has a second intermediate.
	twoUnder := func(first, second func(*spec), leaf ...func(*spec)) []*keystore.Certificate {
		a := root.issue("First", "p256b", first)
		b := a.issue("Second", "p256d", second)
		return certs(b.leaf(leaf...), b.cert, a.cert)
	}
	none := func(*spec) {}
	length := func(n int) func(*spec) { return func(s *spec) { s.pathLen = number(n) } }
	permit := func(bases ...string) func(*spec) { return func(s *spec) { s.permitted = bases } }
	exclude := func(bases ...string) func(*spec) { return func(s *spec) { s.excluded = bases } }
	dns := func(names ...string) func(*spec) { return func(s *spec) { s.dns = names } }
	mail := func(names ...string) func(*spec) { return func(s *spec) { s.dns, s.emails = nil, names } }
	policy := func(names ...string) func(*spec) { return func(s *spec) { s.policies = names } }
	both := func(a, b func(*spec)) func(*spec) { return func(s *spec) { a(s); b(s) } }
	required := func(n int, names ...string) func(*spec) {
		return func(s *spec) { s.require, s.policies = number(n), names }
	}
	mapping := func(from, to string) func(*spec) {
		return func(s *spec) { s.mappings = append(s.mappings, [2]string{from, to}) }
	}
	inhibitMapping := func(n int) func(*spec) { return func(s *spec) { s.inhibitMapping = number(n) } }
	inhibitAny := func(n int) func(*spec) { return func(s *spec) { s.inhibitAny = number(n) } }
	const p1, p2, p3 = "1.2.3.1", "1.2.3.2", "1.2.3.3"

	// A self-issued certificate: the same name below the same name, with another key (a rollover).
	rolled := func(change func(*spec)) []*keystore.Certificate {
		a := root.issue("First", "p256b", change)
		b := a.issue("First", "p256d")
		c := b.issue("Second", "p256e")
		return certs(c.leaf(), c.cert, b.cert, a.cert)
	}

	return []rfcCase{
		// 6.1.1, the inputs.
		{"6.1.1 (a)", "a path of n certificates", certs(inter.leaf(), inter.cert), certs(root.cert), "", ""},
		{"6.1.1 (d)", "another trust anchor", certs(inter.leaf(), inter.cert), certs(other.cert), IssuerMissing, ""},
		{"6.1.1 (d)", "the anchor's own dates are no input", certs(newRoot("Old", "p256e", func(s *spec) { s.to = past }).leaf()), certs(newRoot("Old", "p256e", func(s *spec) { s.to = past }).cert), "", ""},
		{"6.1.1 (d)", "the anchor's own name constraints are no input", certs(newRoot("Narrow", "p256e", permit("example.org")).leaf()), certs(newRoot("Narrow", "p256e", permit("example.org")).cert), "", ""},
		{"6.1.1 (d)", "the anchor's own path length is no input", certs(newRoot("Short", "p256e", length(0)).issue("Inter", "p256b").leaf(), newRoot("Short", "p256e", length(0)).issue("Inter", "p256b").cert), certs(newRoot("Short", "p256e", length(0)).cert), "", ""},
		{"6.1.1 (d)", "the anchor's CA flag is no input", certs(newRoot("Flag", "p256e", func(s *spec) { s.basic = nil }).leaf()), certs(newRoot("Flag", "p256e", func(s *spec) { s.basic = nil }).cert), NotACA, "Java asks an anchor of version 3 for CA:TRUE"},

		// 6.1.3, each certificate.
		{"6.1.3 (a)(1)", "the signature does not verify", certs(inter.leaf(func(s *spec) { s.signer = keyPool()["p256f"] }), inter.cert), certs(root.cert), SignatureMismatch, ""},
		{"6.1.3 (a)(1)", "nor does the intermediate's", certs(inter.leaf(), root.issue("Inter", "p256b", func(s *spec) { s.signer = keyPool()["p256f"] }).cert), certs(root.cert), SignatureMismatch, ""},
		{"6.1.3 (a)(2)", "the leaf has expired", certs(inter.leaf(func(s *spec) { s.to = past }), inter.cert), certs(root.cert), Expired, ""},
		{"6.1.3 (a)(2)", "the leaf is not valid yet", certs(inter.leaf(func(s *spec) { s.from = ahead }), inter.cert), certs(root.cert), Expired, ""},
		{"6.1.3 (a)(2)", "the intermediate has expired", under(func(s *spec) { s.to = past }), certs(root.cert), Expired, ""},
		{"6.1.3 (a)(4)", "the issuer's name is not the subject above", certs(inter.leaf(func(s *spec) { s.issuer = other.subject }), inter.cert), certs(root.cert), IssuerMissing, ""},
		{"6.1.3 (b)", "permitted: the name lies within", under(permit("example.com")), certs(root.cert), "", ""},
		{"6.1.3 (b)", "permitted: the name lies elsewhere", under(permit("example.org")), certs(root.cert), NameConstraints, ""},
		{"6.1.3 (b)", "permitted: one of two names lies elsewhere", under(permit("example.com"), dns("host.example.com", "host.example.org")), certs(root.cert), NameConstraints, ""},
		{"6.1.3 (b)", "permitted: another type of names is free", under(permit("@example.org")), certs(root.cert), "", ""},
		{"6.1.3 (b)", "permitted: a mailbox at the host", under(permit("@example.com"), mail("me@example.com")), certs(root.cert), "", ""},
		{"6.1.3 (b)", "permitted: a mailbox at another host", under(permit("@example.com"), mail("me@mail.example.com")), certs(root.cert), NameConstraints, ""},
		{"6.1.3 (b)", "permitted: a mailbox in the domain", under(permit("@.example.com"), mail("me@mail.example.com")), certs(root.cert), "", ""},
		{"6.1.3 (b)", "permitted: a directory name elsewhere", under(permit("dir:" + string(encodeName(org("Else"))))), certs(root.cert), NameConstraints, ""},
		{"6.1.3 (b)", "permitted: checked for intermediates", twoUnder(permit("dir:"+string(encodeName(cn("host.example.com")))), none), certs(root.cert), NameConstraints, ""},
		{"6.1.3 (b)", "permitted: not for self-issued intermediates", func() []*keystore.Certificate {
			a := root.issue("First", "p256b", permit("dir:"+string(encodeName(org("Example")))))
			b := a.issue("First", "p256d")
			return certs(b.leaf(func(s *spec) { s.subject = encodeName(org("Example"), cn("host.example.com")) }), b.cert, a.cert)
		}(), certs(root.cert), "", ""},
		{"6.1.3 (b)", "permitted: an intermediate's CN is no DNS name", twoUnder(permit("example.com"), none), certs(root.cert), NameConstraints, "Java takes the CN for a DNS name where there is no subjectAltName"},
		{"6.1.3 (c)", "excluded: the name lies within", under(exclude("example.com")), certs(root.cert), NameConstraints, ""},
		{"6.1.3 (c)", "excluded: the name lies elsewhere", under(exclude("example.org")), certs(root.cert), "", ""},
		{"6.1.3 (c)", "excluded within permitted", under(both(permit("example.com"), exclude("host.example.com"))), certs(root.cert), NameConstraints, ""},
		{"6.1.3 (d)(1)", "the policy is known above", under(required(0, p1), policy(p1)), certs(root.cert), "", ""},
		{"6.1.3 (d)(1)", "the policy is not known above", under(required(0, p1), policy(p2)), certs(root.cert), Policy, ""},
		{"6.1.3 (d)(1)(ii)", "anyPolicy above takes each", under(required(0, anyPolicy), policy(p2)), certs(root.cert), "", ""},
		{"6.1.3 (d)(2)", "anyPolicy below", under(required(0, p1), policy(anyPolicy)), certs(root.cert), "", ""},
		{"6.1.3 (d)(2)", "anyPolicy below, inhibited", under(both(required(0, p1), inhibitAny(0)), policy(anyPolicy)), certs(root.cert), Policy, ""},
		{"6.1.3 (d)(2)", "anyPolicy below, inhibited only further down", under(both(required(0, p1), inhibitAny(1)), policy(anyPolicy)), certs(root.cert), "", ""},
		{"6.1.3 (e)", "no policies: the tree ends", under(required(0, p1)), certs(root.cert), Policy, ""},
		{"6.1.3 (f)", "no policy is required", under(policy(p1)), certs(root.cert), "", ""},

		// 6.1.4, preparing for the next certificate.
		{"6.1.4 (a)", "a mapping from anyPolicy", under(both(policy(anyPolicy), mapping(anyPolicy, p2)), policy(p2)), certs(root.cert), Policy, ""},
		{"6.1.4 (a)", "a mapping to anyPolicy", under(both(policy(p1), mapping(p1, anyPolicy)), policy(p2)), certs(root.cert), Policy, ""},
		{"6.1.4 (b)(1)", "the policy that it is mapped to", under(both(required(0, p1), mapping(p1, p2)), policy(p2)), certs(root.cert), "", ""},
		{"6.1.4 (b)(1)", "the policy that it was mapped from", under(both(required(0, p1), mapping(p1, p2)), policy(p1)), certs(root.cert), Policy, ""},
		{"6.1.4 (b)(2)", "mapping inhibited from above", twoUnder(both(required(0, p1), inhibitMapping(0)), both(policy(p1), mapping(p1, p2)), policy(p2)), certs(root.cert), Policy, ""},
		{"6.1.4 (b)(2)", "mapping inhibited only further down", twoUnder(both(required(0, p1), inhibitMapping(1)), both(policy(p1), mapping(p1, p2)), policy(p2)), certs(root.cert), "", ""},
		{"6.1.4 (c)", "the issuer's name is compared without case", certs(inter.leaf(func(s *spec) { s.issuer = encodeName(cn("INTER")) }), inter.cert), certs(root.cert), "", ""},
		{"6.1.4 (d)", "the key of the one above verifies", certs(inter.leaf(), inter.cert), certs(root.cert), "", ""},
		{"6.1.4 (g)(1)", "permitted subtrees intersect", twoUnder(permit("example.com"), both(permit("host.example.com"), func(s *spec) { s.subject = encodeName(org("Second")) })), certs(root.cert), "", ""},
		{"6.1.4 (g)(1)", "permitted by the first alone", twoUnder(permit("example.com"), both(permit("api.example.com"), func(s *spec) { s.subject = encodeName(org("Second")) })), certs(root.cert), NameConstraints, ""},
		{"6.1.4 (g)(2)", "excluded subtrees add up: the first's", twoUnder(exclude("example.com"), exclude("example.org")), certs(root.cert), NameConstraints, ""},
		{"6.1.4 (g)(2)", "excluded subtrees add up: the second's", twoUnder(exclude("example.org"), exclude("example.com")), certs(root.cert), NameConstraints, ""},
		{"6.1.4 (h)", "requireExplicitPolicy counts down", twoUnder(required(1, p1), none), certs(root.cert), Policy, ""},
		{"6.1.4 (h)", "and has not run out at the leaf", twoUnder(required(3, p1), none), certs(root.cert), "", ""},
		{"6.1.4 (h)(1)", "and does not for self-issued ones", rolled(required(3, p1)), certs(root.cert), "", ""},
		{"6.1.4 (i)(1)", "the smaller requireExplicitPolicy counts", twoUnder(required(5, p1), required(0, p1), policy(p2)), certs(root.cert), Policy, ""},
		{"6.1.4 (i)(1)", "a larger one below does not", twoUnder(required(0, p1), required(5, p1), policy(p2)), certs(root.cert), Policy, ""},
		{"6.1.4 (k)", "basicConstraints are missing", under(func(s *spec) { s.basic = nil }), certs(root.cert), NotACA, ""},
		{"6.1.4 (k)", "CA:FALSE", under(func(s *spec) { no := false; s.basic = &no }), certs(root.cert), NotACA, ""},
		{"6.1.4 (k)", "version 1", under(func(s *spec) { s.version = 1 }), certs(root.cert), NotACA, ""},
		{"6.1.4 (l)", "no room is left: one CA too many", twoUnder(length(0), none), certs(root.cert), PathLength, ""},
		{"6.1.4 (l)", "room for one", twoUnder(length(1), none), certs(root.cert), "", ""},
		{"6.1.4 (l)", "room for a self-issued one and another", rolled(length(1)), certs(root.cert), "", ""},
		{"6.1.4 (l)", "no room for another beside the self-issued one", rolled(length(0)), certs(root.cert), PathLength, ""},
		{"6.1.4 (m)", "the smaller path length counts", func() []*keystore.Certificate {
			a := root.issue("First", "p256b", length(5))
			b := a.issue("Second", "p256d", length(0))
			c := b.issue("Third", "p256e")
			return certs(c.leaf(), c.cert, b.cert, a.cert)
		}(), certs(root.cert), PathLength, ""},
		{"6.1.4 (n)", "keyUsage without keyCertSign", under(func(s *spec) { s.keyUsage = usage(kuSign) }), certs(root.cert), KeyUsage, ""},
		{"6.1.4 (n)", "keyUsage with keyCertSign", under(func(s *spec) { s.keyUsage = usage(kuCertSign) }), certs(root.cert), "", ""},
		{"6.1.4 (o)", "a critical extension that nobody knows, in an intermediate", under(func(s *spec) { s.critical = true }), certs(root.cert), Critical, ""},

		// 6.1.5, the end.
		{"6.1.5 (a)", "requireExplicitPolicy runs out at the leaf", under(required(1, p1)), certs(root.cert), Policy, ""},
		{"6.1.5 (b)", "the leaf itself requires one, and has none that is known", under(policy(p1), required(0, p3)), certs(root.cert), Policy, ""},
		{"6.1.5 (f)", "a critical extension that nobody knows, in the leaf", under(none, func(s *spec) { s.critical = true }), certs(root.cert), Critical, ""},
		{"6.1.5 (g)", "any policy will do", under(required(0, p1, p2), policy(p2)), certs(root.cert), "", ""},
	}
}

type rfcCase struct {
	paragraph, what string
	chain, anchors  []*keystore.Certificate
	want            Reason
	java            string // why Java's verdict is not the paragraph's
}

func TestRFC5280(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, tt := range rfc5280() {
		got := NewAnchors(storeOf(tt.anchors...)).Validate(tt.chain, Options{Dates: true, Now: now})
		if got.Reason != tt.want || got.Trusted != (tt.want == "") || got.Unknown {
			t.Errorf("%s, %s: trusted %v, %q, unknown %v; want %q", tt.paragraph, tt.what, got.Trusted, got.Reason, got.Unknown, tt.want)
		}
	}
}

// TestRFC5280Java puts the table to the JDK.
func TestRFC5280Java(t *testing.T) {
	o := newOracle(t)
	agreed, table := 0, rfc5280()
	for _, tt := range table {
		p := pki{tt.chain, tt.anchors, make([]bool, len(tt.anchors)), nil}
		if trusted, why := o.ask(t, p.words()); trusted != (tt.want == "") {
			t.Errorf("%s, %s: Java says %v %s; want %q", tt.paragraph, tt.what, trusted, why, tt.want)
			continue
		}
		agreed++
	}
	t.Logf("%d/%d agree", agreed, len(table))
}
