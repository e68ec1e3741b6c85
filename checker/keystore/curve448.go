package keystore

import (
	"crypto/sha3"
	"math/big"
	"slices"
	"sync"
)

// The standard library has no curve of 448 bits. Whose key it is takes one multiplication of the base point, which math/big does in
// milliseconds; its time depends on the key, which matters to nobody who is not on this machine while its owner checks it.

const (
	ed448Size = 57 // bytes of a private key, and of an encoded point
	x448Size  = 56
)

// field448 holds the numbers of edwards448 (RFC 8032, section 5.2): x² + y² = 1 + d·x²·y² modulo p.
type field448 struct {
	p, d, x, y *big.Int
}

var field = sync.OnceValue(func() field448 {
	number := func(s string) *big.Int { n, _ := new(big.Int).SetString(s, 10); return n }
	p := new(big.Int).Lsh(big.NewInt(1), 448)
	p.Sub(p, new(big.Int).Lsh(big.NewInt(1), 224)).Sub(p, big.NewInt(1))
	return field448{
		p: p,
		d: new(big.Int).Sub(p, big.NewInt(39081)),
		x: number("224580040295924300187604334099896036246789641632564134246125461686950415467406032909029192869357953282578032075146446173674602635247710"),
		y: number("298819210078481492676017930443930673437544040154080242095928241372331506189835876003536878655418784733982303233503462500531545062832660"),
	}
})

func (f field448) mul(a, b *big.Int) *big.Int {
	r := new(big.Int).Mul(a, b)
	return r.Mod(r, f.p)
}

func (f field448) sub(a, b *big.Int) *big.Int { return new(big.Int).Sub(a, b) } // mul brings it back into range

// add is the sum of two points in projective coordinates; the formula holds for equal ones too (RFC 8032, section 5.2.4).
func (f field448) add(p, q [3]*big.Int) [3]*big.Int {
	a := f.mul(p[2], q[2])
	b := f.mul(a, a)
	c, d := f.mul(p[0], q[0]), f.mul(p[1], q[1])
	e := f.mul(f.d, f.mul(c, d))
	g, h := f.sub(b, e), new(big.Int).Add(b, e)
	cross := f.mul(new(big.Int).Add(p[0], p[1]), new(big.Int).Add(q[0], q[1]))
	return [3]*big.Int{f.mul(f.mul(a, g), f.sub(f.sub(cross, c), d)), f.mul(f.mul(a, h), f.sub(d, c)), f.mul(g, h)}
}

// ed448Public is the public key of an Ed448 private key (RFC 8032, section 5.2.5).
func ed448Public(private []byte) []byte {
	hash := sha3.SumSHAKE256(private, 2*ed448Size)
	defer clear(hash)
	scalar := hash[:ed448Size]
	scalar[0] &= 0xfc
	scalar[55] |= 0x80
	scalar[56] = 0
	f := field()
	sum := [3]*big.Int{big.NewInt(0), big.NewInt(1), big.NewInt(1)}
	base := [3]*big.Int{f.x, f.y, big.NewInt(1)}
	for i := 447; i >= 0; i-- {
		sum = f.add(sum, sum)
		if scalar[i/8]>>(i%8)&1 == 1 {
			sum = f.add(sum, base)
		}
	}
	inverse := new(big.Int).ModInverse(sum[2], f.p)
	x, y := f.mul(sum[0], inverse), f.mul(sum[1], inverse)
	out := y.FillBytes(make([]byte, ed448Size))
	slices.Reverse(out)
	out[ed448Size-1] |= byte(x.Bit(0)) << 7
	return out
}

// x448Public is the public key of an X448 private key: X448 of the base point (RFC 7748, section 5).
func x448Public(private []byte) []byte { return x448(private, big.NewInt(5)) }

// x448 multiplies the point with the coordinate u by the Montgomery ladder.
func x448(private []byte, u *big.Int) []byte {
	scalar := slices.Clone(private)
	defer clear(scalar)
	scalar[0] &= 0xfc
	scalar[55] |= 0x80
	f := field()
	x2, z2, x3, z3 := big.NewInt(1), big.NewInt(0), u, big.NewInt(1)
	for i := 447; i >= 0; i-- {
		bit := scalar[i/8]>>(i%8)&1 == 1
		if bit {
			x2, x3, z2, z3 = x3, x2, z3, z2
		}
		a, b := new(big.Int).Add(x2, z2), f.sub(x2, z2)
		aa, bb := f.mul(a, a), f.mul(b, b)
		e := f.sub(aa, bb)
		da, cb := f.mul(f.sub(x3, z3), a), f.mul(new(big.Int).Add(x3, z3), b)
		sum, difference := new(big.Int).Add(da, cb), f.sub(da, cb)
		x3, z3 = f.mul(sum, sum), f.mul(u, f.mul(difference, difference))
		x2, z2 = f.mul(aa, bb), f.mul(e, new(big.Int).Add(aa, f.mul(big.NewInt(39081), e)))
		if bit {
			x2, x3, z2, z3 = x3, x2, z3, z2
		}
	}
	inverse := new(big.Int).ModInverse(z2, f.p)
	if inverse == nil {
		inverse = new(big.Int) // the point at infinity
	}
	out := f.mul(x2, inverse).FillBytes(make([]byte, x448Size))
	slices.Reverse(out)
	return out
}
