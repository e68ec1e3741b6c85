package trust

import (
	"context"
	"math/big"

	"golang.org/x/sync/errgroup"
)

// Two RSA keys that were made with too little randomness may have a prime in common. Then the greatest common divisor of the
// two moduli is that prime, which anyone can compute from the certificates alone (Heninger et al., "Mining Your Ps and Qs",
// USENIX Security 2012). Over many keys that is done in one go, by a product and a remainder tree (Bernstein's batch GCD).

// partnerTries bounds how many pairs of conspicuous moduli are compared to name the partner of one that shares both its primes.
// A modulus that shares one prime finds its partner by that prime. Only an input made to cost time comes near.
const partnerTries = 20_000

// SharedPrimes gives for each of the moduli the index of another one that has a prime in common with it; -1 where there is
// none, and for all that are no positive numbers. A modulus that comes twice shares its primes with itself. The second index
// may stay open where the input is made for that: then it is the index of the modulus itself, which tells that it does share a
// prime. The error is the context's.
//
// 4,096 moduli of 2048 bits take some seconds on one core, and the time grows a little faster than with their number; callers
// bound it.
func SharedPrimes(ctx context.Context, moduli []*big.Int) ([]int, error) {
	partner := make([]int, len(moduli))
	var ns []*big.Int
	var at []int
	for i, n := range moduli {
		partner[i] = -1
		if n != nil && n.Sign() > 0 && n.BitLen() > 1 {
			ns, at = append(ns, n), append(at, i)
		}
	}
	if len(ns) < 2 {
		return partner, nil
	}
	divisors, err := batchGCD(ctx, ns)
	if err != nil {
		return nil, err
	}
	var shared []int              // indices into ns
	byPrime := map[string][]int{} // indices into ns by the one prime that they share
	for i, g := range divisors {
		if g.Cmp(one) > 0 {
			shared = append(shared, i)
			if g.Cmp(ns[i]) < 0 {
				byPrime[string(g.Bytes())] = append(byPrime[string(g.Bytes())], i)
			}
		}
	}
	tries := 0
	var g big.Int
	for _, i := range shared {
		partner[at[i]] = at[i]
		if same := byPrime[string(divisors[i].Bytes())]; len(same) > 1 {
			other := same[0]
			if other == i {
				other = same[1]
			}
			partner[at[i]] = at[other]
			continue
		}
		for _, j := range shared { // it shares both its primes, or its partner does
			if tries++; tries > partnerTries {
				break
			}
			if i != j && g.GCD(nil, nil, ns[i], ns[j]).Cmp(one) > 0 {
				partner[at[i]] = at[j]
				break
			}
		}
	}
	return partner, ctx.Err()
}

var one = big.NewInt(1)

// batchGCD gives for each number its greatest common divisor with the product of all others.
func batchGCD(ctx context.Context, ns []*big.Int) ([]*big.Int, error) {
	levels := [][]*big.Int{ns}
	for level := ns; len(level) > 1; {
		up := make([]*big.Int, (len(level)+1)/2)
		err := each(ctx, len(up), func(i int) {
			if 2*i+1 == len(level) {
				up[i] = level[2*i]
				return
			}
			up[i] = new(big.Int).Mul(level[2*i], level[2*i+1])
		})
		if err != nil {
			return nil, err
		}
		levels, level = append(levels, up), up
	}
	remainders := levels[len(levels)-1]
	for k := len(levels) - 2; k >= 0; k-- {
		level, above := levels[k], remainders
		remainders = make([]*big.Int, len(level))
		err := each(ctx, len(level), func(i int) {
			remainders[i] = new(big.Int).Mul(level[i], level[i])
			remainders[i].Rem(above[i/2], remainders[i])
		})
		if err != nil {
			return nil, err
		}
	}
	err := each(ctx, len(ns), func(i int) {
		remainders[i].Quo(remainders[i], ns[i])
		remainders[i].GCD(nil, nil, remainders[i], ns[i])
	})
	return remainders, err
}

// each does something n times, on two cores, unless the context ends.
func each(ctx context.Context, n int, do func(i int)) error {
	var g errgroup.Group
	for half := range 2 {
		g.Go(func() error {
			for i := half; i < n && ctx.Err() == nil; i += 2 {
				do(i)
			}
			return ctx.Err()
		})
	}
	return g.Wait()
}
