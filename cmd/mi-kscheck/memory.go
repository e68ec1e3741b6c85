package main

import (
	"math"
	"runtime/debug"
	"sync"
)

const (
	// untilFirst bounds the memory that is used before the collector runs for the first time.
	untilFirst = 96 << 20
	// ceiling is from where on the collector works harder: hostile input may take 256 MiB in all, garbage included.
	ceiling = 192 << 20
	// relaxed is the collector's percentage below the ceiling: over many homes every fourth instruction would be its own else,
	// for what is live is small and made anew for each.
	relaxed = 400
)

// collector puts off garbage collection until the policies are compiled: most of what compiling allocates stays, and a run
// over one home is over before a collection would pay. That saves about a quarter of its time.
type collector struct{ once sync.Once }

// deferCollection starts the pause. Who set GOGC or GOMEMLIMIT knows better, and gets no pause and no ceiling.
func deferCollection() *collector {
	c := &collector{}
	if percent := debug.SetGCPercent(-1); percent != 100 || debug.SetMemoryLimit(-1) != math.MaxInt64 {
		debug.SetGCPercent(percent)
		c.once.Do(func() {})
		return c
	}
	debug.SetMemoryLimit(untilFirst)
	return c
}

// resume ends the pause; what is called again does nothing.
func (c *collector) resume() {
	c.once.Do(func() {
		debug.SetMemoryLimit(ceiling)
		debug.SetGCPercent(relaxed)
	})
}
