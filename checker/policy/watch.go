package policy

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/metrics"
	"time"

	"github.com/open-policy-agent/opa/v1/topdown"
)

// bounds are what custom policies may take.
type bounds struct {
	time   time.Duration // 0: any
	memory uint64        // bytes of the process's heap, while they are compiled or asked
}

// watched does something with custom policies within bounds. What is done must end with its context, which gives a topdown.Cancel too; what
// does not end within the grace is left behind, the error wraps ErrStuck, and nothing of it may be looked at but under a lock.
// The error is the work's own, ErrDeadline, ErrMemory, or the context's.
func watched(ctx context.Context, b bounds, do func(context.Context, topdown.Cancel) error) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	done := make(chan error, 1)
	go func() {
		defer func() {
			if recover() != nil {
				done <- errors.New("the policy engine failed")
			}
		}()
		cancel := topdown.NewCancel()
		defer context.AfterFunc(ctx, cancel.Cancel)()
		done <- do(ctx, cancel)
	}()
	var end, late <-chan time.Time
	if b.time > 0 {
		end = time.After(b.time)
	}
	over := func(why error) {
		stop(why)
		end, late = nil, time.After(grace)
	}
	tick := time.NewTicker(look)
	defer tick.Stop()
	for {
		select {
		case err := <-done:
			why := context.Cause(ctx)
			if errors.Is(why, ErrMemory) {
				runtime.GC() // or what comes next would be blamed for what is garbage by now
			}
			if why != nil {
				return why
			}
			return err
		case <-end:
			over(ErrDeadline)
		case <-late:
			return fmt.Errorf("%w, and %w", context.Cause(ctx), ErrStuck)
		case <-tick.C:
			switch n := heap(); {
			case late != nil && n > 2*b.memory:
				return fmt.Errorf("%w, and %w", ErrMemory, ErrStuck)
			case late == nil && n > b.memory:
				over(ErrMemory)
			case late == nil && ctx.Err() != nil:
				over(ctx.Err())
			}
		}
	}
}

// heap is how much of the heap is in use, in bytes.
func heap() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
