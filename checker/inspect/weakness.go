package inspect

import (
	"fmt"
	"strings"

	"github.com/mi-kscheck/mi-kscheck/checker/keystore"
)

// What MIKS519 calls weak, which judges stores that a configuration uses; a test holds the two together.
var oldCiphers = []string{"RC2-40", "3DES", "2DES", "RC4-40", "MD5-DES", "SHA1-DES"}

const fewIterations = 1000

// weaknesses is the verdict on the protection of a PKCS12 file: what makes it easier to try passwords on it, or to change it
// unnoticed. Other formats leave no choice.
func weaknesses(format keystore.Format, p keystore.Protection) []string {
	if format != keystore.PKCS12 {
		return nil
	}
	var found []string
	note := func(use string, list []keystore.Cipher) {
		for _, c := range list {
			for _, old := range oldCiphers {
				if strings.Contains(c.Algorithm, old) {
					found = append(found, fmt.Sprintf("%s encrypted with %s", use, c.Algorithm))
					break
				}
			}
			if c.Iterations > 0 && c.Iterations < fewIterations {
				found = append(found, fmt.Sprintf("%s for %s", count(c.Iterations, "iteration"), use))
			}
		}
	}
	note("keys", p.Keys)
	note("certificates", p.Certificates)
	switch {
	case p.Integrity == "":
		found = append(found, "no MAC")
	case p.Iterations > 0 && p.Iterations < fewIterations:
		found = append(found, count(p.Iterations, "iteration")+" for the MAC")
	}
	return found
}
