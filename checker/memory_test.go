//go:build linux

package checker_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// maxMemory is what a run over hostile input may take at its peak.
const maxMemory = 256 << 20

// command builds the program once and gives a function that runs it and measures.
func command(t testing.TB) func(t testing.TB, args ...string) (code int, peak int64, took time.Duration) {
	t.Helper()
	program := filepath.Join(t.TempDir(), "mi-kscheck")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, "../cmd/mi-kscheck").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return func(t testing.TB, args ...string) (code int, peak int64, took time.Duration) {
		t.Helper()
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
		defer cancel()
		c := exec.CommandContext(ctx, program, args...)
		start := time.Now()
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		done := make(chan error, 1)
		go func() { done <- c.Wait() }()
		// Not the usage that the system gives in the end: that counts this process's own size, from before the program was loaded.
		for {
			select {
			case err := <-done:
				var exit *exec.ExitError
				if err != nil && !errors.As(err, &exit) {
					t.Fatal(err)
				}
				return c.ProcessState.ExitCode(), peak, time.Since(start)
			case <-time.After(2 * time.Millisecond):
				peak = max(peak, highWater(c.Process.Pid, program))
			}
		}
	}
}

// highWater is the most memory that a process has had so far; 0 where it runs another program yet, or none any more.
func highWater(pid int, program string) int64 {
	proc := fmt.Sprintf("/proc/%d/", pid)
	if exe, err := os.Readlink(proc + "exe"); err != nil || exe != program {
		return 0
	}
	b, err := os.ReadFile(proc + "status")
	if err != nil {
		return 0
	}
	var kib int64
	for line := range strings.Lines(string(b)) {
		if n, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			fmt.Sscan(n, &kib) //nolint:errcheck // 0 then
		}
	}
	return kib << 10
}

// TestHostileMemory measures the whole program on each hostile home: the peak of its memory, its time, and its exit code.
func TestHostileMemory(t *testing.T) {
	if !long() {
		t.Skip("takes long: MIKSCHECK_LONG=1")
	}
	check := command(t)
	for _, h := range hostiles {
		t.Run(h.name, func(t *testing.T) {
			root := hostileTree(t, h)
			code, peak, took := check(t, "check", root, "--env-file", "../testdata/homes/clean.env", "-f", "text", "-f", "sarif="+filepath.Join(t.TempDir(), "sarif"))
			t.Logf("exit %d, %d MiB, %v", code, peak>>20, took)
			if peak > maxMemory {
				t.Errorf("it takes %d MiB, more than %d", peak>>20, maxMemory>>20)
			}
			if code != 1 && code != 3 {
				t.Errorf("exit code %d", code)
			}
			if took > 30*time.Second {
				t.Errorf("it takes %v", took)
			}
		})
	}
}
