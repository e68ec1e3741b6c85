package keystore

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// sideBySide calls f(0) to f(n-1) on all cores, in no order. A panic of one is a panic of the caller, who may want to recover.
func sideBySide(n int, f func(i int)) {
	workers := min(runtime.GOMAXPROCS(0), n)
	if workers <= 1 {
		for i := range n {
			f(i)
		}
		return
	}
	var (
		next  atomic.Int64
		fault atomic.Pointer[any]
		wg    sync.WaitGroup
	)
	for range workers {
		wg.Go(func() {
			defer func() {
				if p := recover(); p != nil {
					fault.CompareAndSwap(nil, &p)
				}
			}()
			for i := next.Add(1) - 1; i < int64(n); i = next.Add(1) - 1 {
				f(int(i))
			}
		})
	}
	wg.Wait()
	if p := fault.Load(); p != nil {
		panic(*p)
	}
}

// together is how many certificates are parsed in one go: some fifty microseconds.
const together = 16

// inBatches is sideBySide for what takes a few microseconds each, too little for a core to be called.
func inBatches(n int, f func(i int)) {
	sideBySide((n+together-1)/together, func(batch int) {
		for i := batch * together; i < min((batch+1)*together, n); i++ {
			f(i)
		}
	})
}
