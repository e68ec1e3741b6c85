package report

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/mi-kscheck/mi-kscheck/checker/finding"
)

func TestNew(t *testing.T) {
	for _, f := range Formats() {
		if _, err := New(f, io.Discard); err != nil {
			t.Error(err)
		}
	}
	_, err := New("docx\x1b", io.Discard)
	if err == nil || !strings.Contains(err.Error(), "text, sarif") || !strings.Contains(err.Error(), `docx\x1b`) {
		t.Errorf("the error lists no formats: %v", err)
	}
}

func TestSameBytes(t *testing.T) {
	for _, f := range Formats() {
		first := render(t, f, sampleRun(), Summary{}, sample(), sample())
		for range 5 {
			if !bytes.Equal(first, render(t, f, sampleRun(), Summary{}, sample(), sample())) {
				t.Errorf("%s differs between two runs", f)
			}
		}
	}
}

// target is one of many: the same faults, each in a file of its own.
func target(n int) finding.Result {
	r := sample()
	r.URI = fmt.Sprintf("home-%05d/conf/deployment.toml", n)
	for i := range r.Findings {
		r.Findings[i].URI = r.URI
	}
	for i := range r.Unjudged {
		r.Unjudged[i].URI = r.URI
	}
	r.Unjudged[0].Reason = fmt.Sprintf("The file 'home-%05d/trust.jks' is missing.", n) // reasons may all differ
	for i := range r.Notes {
		r.Notes[i].URI = r.URI
	}
	return r
}

// TestMemoryIsFlat holds the promise of Writer: what is kept until the end does not grow with the number of targets.
func TestMemoryIsFlat(t *testing.T) {
	for _, format := range Formats() {
		t.Run(format, func(t *testing.T) {
			w, err := New(format, io.Discard)
			if err != nil {
				t.Fatal(err)
			}
			if err := w.Begin(sampleRun()); err != nil {
				t.Fatal(err)
			}
			var early uint64
			targets := 3_000
			if os.Getenv("MIKSCHECK_LONG") == "1" {
				targets = 10_000
			}
			for n := range targets {
				if n == 2_000 {
					early = live()
				}
				if err := w.Target(target(n)); err != nil {
					t.Fatal(err)
				}
			}
			late := live()
			more := uint64(64 << 10)
			if format == "sarif" {
				more = maxFirst + 2<<20 // lesser results are held back, up to a bound
			}
			if format == "html" {
				more += uint64(targets-2_000) * 500 // findings wait, compressed, for the verdict above them
			}
			if late > early+more {
				t.Errorf("after 2,000 targets %d bytes are live, after %d %d", early, targets, late)
			}
			if err := w.End(Summary{}); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func live() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// brittle fails once it has taken so many bytes, and counts what it is given after that.
type brittle struct {
	left  int
	after int
}

var errFull = errors.New("no space left on device")

func (b *brittle) Write(p []byte) (int, error) {
	if b.left < 0 {
		b.after++
		return 0, errors.New("another error")
	}
	if b.left -= len(p); b.left < 0 {
		return 0, errFull
	}
	return len(p), nil
}

func TestFirstWriteErrorIsKept(t *testing.T) {
	for _, format := range Formats() {
		for _, room := range []int{0, 10, 5_000, 100_000} {
			t.Run(fmt.Sprintf("%s after %d bytes", format, room), func(t *testing.T) {
				b := &brittle{left: room}
				w, err := New(format, b)
				if err != nil {
					t.Fatal(err)
				}
				var seen error
				check := func(err error) {
					if seen != nil && !errors.Is(err, errFull) {
						t.Errorf("after the error of the disk came %v", err)
					}
					if err != nil {
						seen = err
					}
				}
				check(w.Begin(sampleRun()))
				for n := range 200 {
					check(w.Target(target(n)))
				}
				check(w.End(Summary{}))
				// What is left below 0 met the full disk; some formats never grow that large.
				if b.left < 0 && !errors.Is(seen, errFull) {
					t.Errorf("the error of the disk was lost: %v", seen)
				}
				if b.after > 0 {
					t.Errorf("%d more writes after the disk was full", b.after)
				}
			})
		}
	}
}

func BenchmarkTarget(b *testing.B) {
	for _, format := range Formats() {
		b.Run(format, func(b *testing.B) {
			w, err := New(format, io.Discard)
			if err != nil {
				b.Fatal(err)
			}
			if err := w.Begin(sampleRun()); err != nil {
				b.Fatal(err)
			}
			r := target(1)
			b.ReportAllocs()
			for b.Loop() {
				if err := w.Target(r); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
