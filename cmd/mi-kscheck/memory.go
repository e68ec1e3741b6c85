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
)

// collector puts off garbage collection until the policies are compiled: most of what compiling allocates stays, and a run
// over one home is over before a collection would pay. That saves about a quarter of its time.
type collector struct {
	percent int
	once    sync.Once
}

// deferCollection starts the pause. Who set GOGC or GOMEMLIMIT knows better, and gets no pause and no ceiling.
func deferCollection() *collector {
	c := &collector{percent: debug.SetGCPercent(-1)}
	if c.percent != 100 || debug.SetMemoryLimit(-1) != math.MaxInt64 {
		debug.SetGCPercent(c.percent)
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
		debug.SetGCPercent(c.percent)
	})
}
