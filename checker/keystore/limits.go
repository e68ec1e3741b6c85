package keystore

import (
	"math"
	"sync"
)

// withDefaults fills the fields that the caller left at zero.
func (l Limits) withDefaults() Limits {
	d := DefaultLimits
	if l.Size == 0 {
		l.Size = d.Size
	}
	if l.Entries == 0 {
		l.Entries = d.Entries
	}
	if l.Chain == 0 {
		l.Chain = d.Chain
	}
	if l.Iterations == 0 {
		l.Iterations = d.Iterations
	}
	if l.ScryptMemory == 0 {
		l.ScryptMemory = d.ScryptMemory
	}
	if l.Depth == 0 {
		l.Depth = d.Depth
	}
	return l
}

// budget is what a Store may still spend on key derivation, shared by Open and the key recoveries after it.
type budget struct {
	mu           sync.Mutex
	left         int
	scryptMemory int64
}

// take pays for n iterations before they are run; false means that they must not be run.
func (b *budget) take(n int) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if n < 0 || n > b.left {
		return false
	}
	b.left -= n
	return true
}

// hashCost is what n hashes cost that take the whole password each time: a long password counts as more iterations, since
// a repository can hold a password of any length.
func hashCost(n, passwordBytes int) int {
	return int(min(int64(n)*int64(1+passwordBytes/256), math.MaxInt32))
}

// pay is take with the error that it leads to.
func (b *budget) pay(n int, f Format) error {
	if b.take(n) {
		return nil
	}
	return problem(ErrTooCostly, f, "a key derivation of %d iterations is more than what is left of the limit", n)
}
