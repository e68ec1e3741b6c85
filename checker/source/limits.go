package source

import (
	"cmp"
	"context"
)

// Limits are those on archives that a caller may set; a field at zero has its default.
type Limits struct {
	Unpacked int64 // bytes that the compressed parts of one may give, in one pass (8 GiB)
	Ratio    int64 // times its size that it may give, beyond 256 MiB (200)
	Entries  int   // that one may have (200,000)
}

type limitsKey struct{}

// WithLimits gives a context under which archives are opened with these limits.
func WithLimits(ctx context.Context, l Limits) context.Context {
	return context.WithValue(ctx, limitsKey{}, l)
}

func newBudget(ctx context.Context, size int64) *budget {
	l, _ := ctx.Value(limitsKey{}).(Limits)
	l.Unpacked, l.Ratio, l.Entries = cmp.Or(l.Unpacked, maxUnpacked), cmp.Or(l.Ratio, maxRatio), cmp.Or(l.Entries, MaxEntries)
	unpacked := l.Unpacked
	if size < unpacked/l.Ratio { // the product of two large limits has no room in a number
		unpacked = min(unpacked, max(minUnpacked, l.Ratio*size))
	}
	return &budget{stopped: ctx.Err, held: maxHeld, entries: l.Entries, limits: l, unpacked: unpacked}
}
