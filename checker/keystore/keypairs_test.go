package keystore

import (
	"bytes"
	"os"
	"os/exec"
	"testing"
)

// TestKeyPairsOfOpenSSL: keys of RFC 8410's algorithms belong to the certificate with their public key, and to no other.
func TestKeyPairsOfOpenSSL(t *testing.T) {
	if _, err := exec.LookPath("openssl"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	openssl := func(in []byte, args ...string) []byte {
		cmd := exec.Command("openssl", args...)
		cmd.Stdin = bytes.NewReader(in)
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("openssl %v: %v", args, err)
		}
		return out
	}
	for _, algorithm := range []string{"ED25519", "ED448", "X25519", "X448"} {
		t.Run(algorithm, func(t *testing.T) {
			var keys []publicPart
			var certs []*Certificate
			for range 3 {
				private := openssl(nil, "genpkey", "-algorithm", algorithm, "-outform", "DER")
				spki := openssl(private, "pkey", "-inform", "DER", "-pubout", "-outform", "DER")
				key, err := publicOf(private)
				if err != nil {
					t.Fatal(err)
				}
				c, err := ParseCertificate(certOf(3, nil, spki))
				if err != nil || c.java != "" {
					t.Fatal(c.java, err)
				}
				keys, certs = append(keys, key), append(certs, c)
			}
			for i, key := range keys {
				for j, c := range certs {
					if key.matches(c) != (i == j) {
						t.Errorf("key %d, certificate %d: %v", i, j, key.matches(c))
					}
				}
			}
		})
	}
}
