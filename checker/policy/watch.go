package policy

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"
)

// watched does what asks policies outside of a check within the bounds of one: on memory, and on time where most is not 0. What
// is done must end with its context; what does not is left behind, the error wraps ErrStuck, and nothing of it may be looked at.
func watched(ctx context.Context, most time.Duration, do func(context.Context) error) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	done := make(chan error, 1)
	go func() {
		defer func() {
			if recover() != nil {
				done <- errors.New("the policy engine failed")
			}
		}()
		done <- do(ctx)
	}()
	var end, late <-chan time.Time
	if most > 0 {
		end = time.After(most)
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
			if why := context.Cause(ctx); why != nil {
				runtime.GC() // or what comes next would be blamed for what is garbage by now
				return why
			}
			return err
		case <-end:
			over(ErrDeadline)
		case <-late:
			return fmt.Errorf("%w, and %w", context.Cause(ctx), ErrStuck)
		case <-tick.C:
			switch n := heap(); {
			case n > 2*memory:
				return fmt.Errorf("%w, and %w", ErrMemory, ErrStuck)
			case late == nil && n > memory:
				over(ErrMemory)
			case late == nil && ctx.Err() != nil:
				over(ctx.Err())
			}
		}
	}
}
