package trust

import (
	"context"
	"crypto/rand"
	"math/big"
	mrand "math/rand"
	"testing"
	"time"
)

// The batch is held to what comparing each pair gives, over random sets of moduli some of which share primes.
func TestSharedPrimesAgreeWithPairs(t *testing.T) {
	r := mrand.New(mrand.NewSource(6))
	primes := make([]*big.Int, 24)
	for i := range primes {
		p, err := rand.Prime(rand.Reader, 96)
		if err != nil {
			t.Fatal(err)
		}
		primes[i] = p
	}
	hits := 0
	for round := range 200 {
		ns := make([]*big.Int, r.Intn(14))
		for i := range ns {
			ns[i] = new(big.Int).Mul(primes[r.Intn(len(primes))], primes[r.Intn(len(primes))])
		}
		if round%5 == 0 && len(ns) > 2 {
			ns[0], ns[1] = nil, new(big.Int)
		}
		got, err := SharedPrimes(context.Background(), ns)
		if err != nil {
			t.Fatal(err)
		}
		for i, n := range ns {
			want := false
			for j, m := range ns {
				want = want || i != j && n != nil && m != nil && n.Sign() > 0 && m.Sign() > 0 && new(big.Int).GCD(nil, nil, n, m).Cmp(one) > 0
			}
			if want != (got[i] >= 0) {
				t.Fatalf("round %d: modulus %d shares a prime: %v, want %v", round, i, got[i] >= 0, want)
			}
			if !want {
				continue
			}
			hits++
			if j := got[i]; j == i || new(big.Int).GCD(nil, nil, n, ns[j]).Cmp(one) <= 0 {
				t.Fatalf("round %d: modulus %d is said to share a prime with %d", round, i, j)
			}
		}
	}
	if hits < 200 {
		t.Errorf("only %d moduli shared a prime: the test tells little", hits)
	}
}

// Moduli made so that each shares both its primes keep the search for partners within its bound.
func TestSharedPrimesBounded(t *testing.T) {
	primes := make([]*big.Int, 48)
	for i := range primes {
		primes[i], _ = rand.Prime(rand.Reader, 64)
	}
	var ns []*big.Int
	for i := range primes {
		for j := range i {
			ns = append(ns, new(big.Int).Mul(primes[i], primes[j]))
		}
	}
	start := time.Now()
	got, err := SharedPrimes(context.Background(), ns)
	if err != nil {
		t.Fatal(err)
	}
	for i, j := range got {
		if j < 0 {
			t.Fatalf("modulus %d is said to share no prime", i)
		}
	}
	if d := time.Since(start); d > 10*time.Second {
		t.Errorf("%d moduli took %v", len(ns), d)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := SharedPrimes(ctx, ns); err == nil {
		t.Error("a run that has ended goes on")
	}
}
