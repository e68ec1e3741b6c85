package keystore

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/mi-kscheck/mi-kscheck/checker/keystore/oracle"
)

// resign puts a right digest under a changed JKS file, so that Java reads on where it would refuse everything else alike.
func resign(data []byte, password string) []byte {
	if len(data) < digestSize+12 {
		return data
	}
	body := data[:len(data)-digestSize]
	return append(body[:len(body):len(body)], javaDigest(password, body)...)
}

// TestMutantsAgreeWithJava: of mutants of JKS, JCEKS and PKCS12 files this package opens those that Java opens. The first two get a
// right digest again, so that more than the digest is compared. MIKSCHECK_LONG=1 takes 30,000 instead of 300.
func TestMutantsAgreeWithJava(t *testing.T) {
	java := oracle.Start(t)
	count := 300
	if os.Getenv("MIKSCHECK_LONG") == "1" {
		count = 30_000
	}
	jks, jceks, p12 := storesOf(t, JKS), storesOf(t, JCEKS), storesOf(t, PKCS12)
	r := rand.New(rand.NewPCG(3, 4)) //nolint:gosec // a repeatable test
	var opens, refuses, passed, differ int
	for i := range count {
		var data []byte
		format, password := JKS, "changeit"
		switch i % 3 {
		case 0:
			data = resign(mutate(r, jks[r.IntN(len(jks))]), password)
		case 1:
			format = JCEKS
			data = resign(mutate(r, jceks[r.IntN(len(jceks))]), password)
		case 2:
			format = PKCS12
			data = mutate(r, p12[r.IntN(len(p12))])
		}
		s, err := OpenBytes(data, Options{Passwords: []string{password}, Limits: Limits{Iterations: 500_000}})
		if errors.Is(err, ErrTooCostly) || len(data) < 4 || Detect(data) != format {
			passed++ // Java would take its time
			continue
		}
		answer := java.Ask(t, oracle.Request{Type: string(format), Data: data, Password: &password})
		here, there := err == nil && len(s.JavaRefuses) == 0, answer.Error == ""
		switch {
		case here != there:
			differ++
			refused := []string(nil)
			if s != nil {
				refused = s.JavaRefuses
			}
			if differ <= 60 {
				t.Logf("mutant %d (%s): Java: %q, here: %v, Java refuses: %q", i, format, answer.Error, err, refused)
			}
		case there:
			opens++
		default:
			refuses++
		}
	}
	t.Logf("%d mutants: %d open for both, %d for neither, %d differ, %d passed over", count, opens, refuses, differ, passed)
	if differ > 0 {
		t.Errorf("%d of %d differ", differ, count)
	}
	if opens == 0 || refuses == 0 {
		t.Error("the mutants reach too little")
	}
}

// TestCertificateMutantsAgreeWithJava: the same of certificates alone, each in a truststore of its own. MIKSCHECK_LONG=1 takes 20,000
// instead of 300.
func TestCertificateMutantsAgreeWithJava(t *testing.T) {
	java := oracle.Start(t)
	count := 300
	if os.Getenv("MIKSCHECK_LONG") == "1" {
		count = 20_000
	}
	var certs []javaCert
	for _, file := range []string{"jks-algorithms.jks", "jks-chain.jks", "jks-mixed.jks"} {
		for _, e := range walked(t, file) {
			certs = append(certs, e.chain...)
		}
	}
	r := rand.New(rand.NewPCG(1, 9)) //nolint:gosec // a repeatable test
	var differ, opens int
	for range count {
		der := mutate(r, certs[r.IntN(len(certs))].der)
		here, there, why := parsesInJava(t, java, der)
		switch {
		case here != there:
			differ++
			t.Logf("%s\n%x", why, der)
		case here:
			opens++
		}
	}
	t.Logf("%d mutants: %d taken by both, %d differ", count, opens, differ)
	// Java takes lists of indefinite length inside a certificate for empty, which 1 in 10,000 shows; DER has none.
	if differ > count/5000 || opens == 0 {
		t.Errorf("%d of %d differ, %d taken by both", differ, count, opens)
	}
}

// parsesInJava tells whether a certificate parses here and in Java.
func parsesInJava(t *testing.T, java *oracle.Oracle, der []byte) (here, there bool, why string) {
	t.Helper()
	password := "x"
	data := rebuild(2, []javaEntry{{tag: tagCertificate, rawName: "a", chain: []javaCert{{"X.509", der}}}}, password)
	s, err := OpenBytes(data, Options{Passwords: []string{password}})
	if err != nil {
		t.Fatal(err)
	}
	answer := java.Ask(t, oracle.Request{Type: "JKS", Data: data, Password: &password})
	return len(s.JavaRefuses) == 0, answer.Error == "", fmt.Sprintf("Java: %q, here: %q", answer.Error, s.JavaRefuses)
}
