package trust

import (
	"math/big"
	"slices"

	"github.com/mi-kscheck/mi-kscheck/checker/keystore"
)

// KeyWeakness is what makes a public key weak beyond its size.
type KeyWeakness string

// The weaknesses.
const (
	NoWeakness   KeyWeakness = ""
	ROCA         KeyWeakness = "roca"          // CVE-2017-15361: made by a flawed Infineon library, can be factored
	ExponentOne  KeyWeakness = "exponent-1"    // RSA with public exponent 1: encryption does nothing
	RefusedCurve KeyWeakness = "refused-curve" // jdk.disabled.namedCurves of JDK 17
)

// Weakness looks for a known weakness of a public key.
func Weakness(k keystore.PublicKey) KeyWeakness {
	switch {
	case k.Exponent != nil && k.Exponent.Cmp(big.NewInt(1)) == 0:
		return ExponentOne
	case k.Modulus != nil && roca(k.Modulus):
		return ROCA
	case k.Curve != "" && slices.Contains(refusedCurves, k.Curve):
		return RefusedCurve
	}
	return NoWeakness
}

// refusedCurves is jdk.disabled.namedCurves of JDK 17's java.security.
var refusedCurves = []string{
	"secp112r1", "secp112r2", "secp128r1", "secp128r2", "secp160k1", "secp160r1", "secp160r2", "secp192k1", "secp192r1", "secp224k1",
	"secp224r1", "secp256k1", "sect113r1", "sect113r2", "sect131r1", "sect131r2", "sect163k1", "sect163r1", "sect163r2", "sect193r1",
	"sect193r2", "sect233k1", "sect233r1", "sect239k1", "sect283k1", "sect283r1", "sect409k1", "sect409r1", "sect571k1", "sect571r1",
	"X9.62 c2tnb191v1", "X9.62 c2tnb191v2", "X9.62 c2tnb191v3", "X9.62 c2tnb239v1", "X9.62 c2tnb239v2", "X9.62 c2tnb239v3",
	"X9.62 c2tnb359v1", "X9.62 c2tnb431r1", "X9.62 prime192v2", "X9.62 prime192v3", "X9.62 prime239v1", "X9.62 prime239v2",
	"X9.62 prime239v3", "brainpoolP256r1", "brainpoolP320r1", "brainpoolP384r1", "brainpoolP512r1",
}

// rocaPrimes are the small primes of the test of Nemec et al., "The Return of Coppersmith's Attack" (CCS 2017): modulo each,
// an affected modulus is a power of 65537. A sound key passes all of them by chance once in 2^27.
var rocaPrimes = []int64{11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157}

func roca(n *big.Int) bool {
	if n.Sign() <= 0 || n.BitLen() < 256 {
		return false
	}
	var r big.Int
	for _, p := range rocaPrimes {
		if !powerOf65537(r.Mod(n, big.NewInt(p)).Int64(), p) {
			return false
		}
	}
	return true
}

func powerOf65537(residue, p int64) bool {
	g := int64(65537) % p
	x := int64(1)
	for range p {
		if x == residue {
			return true
		}
		x = x * g % p
	}
	return false
}
