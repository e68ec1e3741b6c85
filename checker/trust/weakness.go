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
	RefusedCurve KeyWeakness = "refused-curve" // JDK 17 can't use it
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

// refusedCurves are those that Java's providers knew and JDK 16 took out (JDK-8235710); before, jdk.disabled.namedCurves kept
// them from being used.
var refusedCurves = []string{
	"secp112r1", "secp112r2", "secp128r1", "secp128r2", "secp160k1", "secp160r1", "secp160r2", "secp192k1", "secp192r1", "secp224k1",
	"secp224r1", "secp256k1", "sect113r1", "sect113r2", "sect131r1", "sect131r2", "sect163k1", "sect163r1", "sect163r2", "sect193r1",
	"sect193r2", "sect233k1", "sect233r1", "sect239k1", "sect283k1", "sect283r1", "sect409k1", "sect409r1", "sect571k1", "sect571r1",
	"X9.62 c2tnb191v1", "X9.62 c2tnb191v2", "X9.62 c2tnb191v3", "X9.62 c2tnb239v1", "X9.62 c2tnb239v2", "X9.62 c2tnb239v3",
	"X9.62 c2tnb359v1", "X9.62 c2tnb431r1", "X9.62 prime192v2", "X9.62 prime192v3", "X9.62 prime239v1", "X9.62 prime239v2",
	"X9.62 prime239v3", "brainpoolP256r1", "brainpoolP320r1", "brainpoolP384r1", "brainpoolP512r1",
}

// rocaPrimes are the primes above 2 whose product divides the number M of Nemec et al., "The Return of Coppersmith's Attack"
// (CCS 2017), for keys of every size: modulo M an affected modulus is a power of 65537, the same power for all primes.
var rocaPrimes = []int64{
	3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109, 113, 127, 131, 137,
	139, 149, 151, 157, 163, 167,
}

// roca asks for the one power. That there is a power for each prime alone holds for a sound key once in 2^27, which anyone
// may make on purpose; that they fit together is as good as impossible by chance.
func roca(n *big.Int) bool {
	if n.Sign() <= 0 || n.BitLen() < 256 {
		return false
	}
	var r big.Int
	type power struct{ exponent, order int64 }
	var found []power
	for _, p := range rocaPrimes {
		e, order, ok := logarithm(r.Mod(n, big.NewInt(p)).Int64(), p)
		if !ok {
			return false
		}
		for _, f := range found { // one exponent has all these remainders where each pair agrees (Chinese remainder theorem)
			if (e-f.exponent)%gcd(order, f.order) != 0 {
				return false
			}
		}
		found = append(found, power{e, order})
	}
	return true
}

// logarithm gives the exponent of 65537 that leaves the residue modulo a prime, and the order of 65537.
func logarithm(residue, p int64) (exponent, order int64, ok bool) {
	g := int64(65537) % p
	x := int64(1)
	for e := int64(0); ; e++ {
		if x == residue {
			exponent, ok = e, true
		}
		if x = x * g % p; x == 1 {
			return exponent, e + 1, ok
		}
	}
}

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
