//go:build linux

package checker_test

import (
	"context"
	"errors"
	"os/exec"
	"path/filepath"
	"syscall"
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
	return func(t testing.TB, args ...string) (int, int64, time.Duration) {
		t.Helper()
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
		defer cancel()
		c := exec.CommandContext(ctx, program, args...)
		start := time.Now()
		err := c.Run()
		took := time.Since(start)
		var exit *exec.ExitError
		if err != nil && !errors.As(err, &exit) {
			t.Fatal(err)
		}
		usage, ok := c.ProcessState.SysUsage().(*syscall.Rusage)
		if !ok {
			t.Skip("the system does not tell the peak of memory")
		}
		return c.ProcessState.ExitCode(), usage.Maxrss << 10, took
	}
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
