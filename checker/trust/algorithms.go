package trust

import "crypto"

// disabledAlgorithms is jdk.certpath.disabledAlgorithms of JDK 17 (conf/security/java.security) as data:
//
//	MD2, MD5, SHA1 jdkCA & usage TLSServer, RSA keySize < 1024, DSA keySize < 1024, EC keySize < 224,
//	SHA1 usage SignedJAR & denyAfter 2019-01-01
//
// The two constraints of SHA-1 hold under the JDK's own roots (which a store does not tell) and in signed JARs only. MD4 is
// not in that list: no provider of JDK 17 has MD4withRSA.
var disabledAlgorithms = struct {
	digests map[string]bool
	bits    map[keyFamily]int // keys with fewer bits are disabled
}{
	digests: map[string]bool{"MD2": true, "MD4": true, "MD5": true},
	bits:    map[keyFamily]int{familyRSA: 1024, familyDSA: 1024, familyEC: 224},
}

// permitsKey is the key half of DisabledAlgorithmConstraints.permits: a key whose size Java can't tell passes.
func permitsKey(k publicKey) bool {
	least, limited := disabledAlgorithms.bits[k.family]
	return !limited || k.bits < 0 || k.bits >= least
}

// permitsSignature is the other half: the digest by its name, for RSASSA-PSS both digests of the parameters.
func permitsSignature(v *view) bool {
	s := schemes[v.sigOID]
	if s.family == familyPSS {
		p, ok := readPSS(v.sigParams)
		return !ok || (p.hash != crypto.MD5 && p.mgf != crypto.MD5)
	}
	return !disabledAlgorithms.digests[s.digest]
}
