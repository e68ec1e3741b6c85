package source

import (
	"math"
	"testing"
)

// What an archive may give grows with its size, from a least to a most, and limits of any size have room.
func TestUnpackedLimit(t *testing.T) {
	const mib = int64(1 << 20)
	for _, c := range []struct {
		limits     Limits
		size, want int64
	}{
		{Limits{}, 1000, minUnpacked},
		{Limits{}, 10 * mib, 2000 * mib},
		{Limits{}, 1 << 40, maxUnpacked},
		{Limits{Unpacked: mib}, 1000, mib},
		{Limits{Ratio: 1000}, mib, 1000 * mib},
		{Limits{Ratio: math.MaxInt32, Unpacked: math.MaxInt32 * mib}, 1 << 40, math.MaxInt32 * mib},
	} {
		if got := newBudget(WithLimits(t.Context(), c.limits), c.size).unpacked; got != c.want {
			t.Errorf("%+v, %d bytes: %d, want %d", c.limits, c.size, got, c.want)
		}
	}
}
