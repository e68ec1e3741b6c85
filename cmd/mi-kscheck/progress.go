package main

import (
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/mattn/go-runewidth"
	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"github.com/mi-kscheck/mi-kscheck/checker/report"
)

const (
	progressAfter  = time.Second // shorter runs show none
	progressEvery  = 200 * time.Millisecond
	progressCounts = 30 // columns for percent and counts
	wipeLine       = "\r\x1b[K"
)

// progress shows at a terminal how far a run is: a bar, counts, and the target that comes next. The library draws the bar; when it
// is drawn is decided here, since reports may go to the same terminal: a report's line wipes it first. A nil progress shows nothing.
type progress struct {
	mu      sync.Mutex
	w       io.Writer
	bar     *progressbar.ProgressBar
	name    func(n int) string // of the nth target
	done    int
	targets int
	columns int  // of the terminal
	shown   bool // something stands on the terminal
	ended   bool
	ending  chan struct{}
}

// progressFor gives the progress of a run over targets; nil where none is to be shown.
func (f *checkFlags) progressFor(stderr io.Writer, targets int, name func(n int) string) *progress {
	if f.noProgress || f.quiet || targets == 0 || !isTerminal(stderr) || os.Getenv("TERM") == "dumb" {
		return nil
	}
	return newProgress(stderr, width(stderr), targets, name, progressAfter, progressEvery)
}

func newProgress(w io.Writer, columns, targets int, name func(n int) string, after, every time.Duration) *progress {
	if columns <= 0 {
		columns = 80
	}
	p := &progress{w: w, name: name, columns: columns, targets: targets, ending: make(chan struct{})}
	p.bar = progressbar.NewOptions(targets, progressbar.OptionSetWriter(io.Discard), progressbar.OptionShowCount(), progressbar.OptionSetPredictTime(false),
		progressbar.OptionSetElapsedTime(false), progressbar.OptionShowDescriptionAtLineEnd(), progressbar.OptionSetWidth(columns/3))
	go p.run(after, every)
	return p
}

func (p *progress) run(after, every time.Duration) {
	select {
	case <-time.After(after):
	case <-p.ending:
		return
	}
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		p.draw()
		select {
		case <-ticker.C:
		case <-p.ending:
			return
		}
	}
}

func (p *progress) draw() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ended || p.done >= p.targets {
		return
	}
	name := report.CleanValue(p.name(p.done))
	name = runewidth.TruncateLeft(name, max(0, runewidth.StringWidth(name)-max(p.columns-p.columns/3-progressCounts, 10)), "…")
	p.bar.Describe(name)
	_ = p.bar.Set(p.done) // fails for more than there are, which the run does not judge
	line := runewidth.Truncate(strings.TrimLeft(p.bar.String(), "\r"), p.columns-1, "")
	_, _ = io.WriteString(p.w, "\r"+line+"\x1b[K") // there is no one left to tell
	p.shown = true
}

// step counts a target.
func (p *progress) step() {
	if p != nil {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.done++
	}
}

// wipe takes the bar off the terminal; the lock is held.
func (p *progress) wipe() {
	if p.shown {
		_, _ = io.WriteString(p.w, wipeLine) // there is no one left to tell
		p.shown = false
	}
}

// end takes the bar away for good.
func (p *progress) end() {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.ended {
		p.ended = true
		close(p.ending)
		p.wipe()
	}
}

// beside gives a writer to the same terminal that wipes the bar before it writes. What goes elsewhere is written as it is.
func (p *progress) beside(w io.Writer) io.Writer {
	if f, ok := w.(*os.File); p == nil || ok && !term.IsTerminal(int(f.Fd())) {
		return w
	}
	return &besideProgress{p, w}
}

type besideProgress struct {
	p *progress
	w io.Writer
}

func (b *besideProgress) Write(data []byte) (int, error) {
	b.p.mu.Lock()
	defer b.p.mu.Unlock()
	b.p.wipe()
	return b.w.Write(data)
}
