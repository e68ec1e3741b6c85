package main

import (
	"math"
	"runtime/debug"
	"sync"
)

// untilFirst bounds the memory that is used before the collector runs for the first time.
const untilFirst = 96 << 20

// collector puts off garbage collection until the policies are compiled: most of what compiling allocates stays, and a run
// over one home is over before a collection would pay. That saves about a quarter of its time.
type collector struct {
	percent int
	once    sync.Once
}

// deferCollection starts the pause. Who set GOGC or GOMEMLIMIT knows better, and gets no pause.
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
		debug.SetMemoryLimit(math.MaxInt64)
		debug.SetGCPercent(c.percent)
	})
}
