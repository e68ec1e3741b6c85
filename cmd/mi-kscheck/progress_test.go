package main

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// screen is a terminal's memory, safe for the goroutine that draws.
type screen struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *screen) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(b)
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// waitFor waits until the terminal shows a text.
func (s *screen) waitFor(t *testing.T, text string) {
	t.Helper()
	for range 500 {
		if strings.Contains(s.String(), text) {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("%q never came; there is %q", text, s.String())
}

func TestProgress(t *testing.T) {
	s := &screen{}
	name := func(n int) string {
		return fmt.Sprintf("home-%d/\x1b[2J\u202e%s/deployment.toml", n, strings.Repeat("x", 300))
	}
	p := newProgress(s, 100, 4, name, 0, time.Millisecond)
	s.waitFor(t, "(0/4)")
	p.step()
	p.step()
	s.waitFor(t, "(2/4)")
	s.waitFor(t, "50%")
	s.waitFor(t, "xx/deployment.toml")
	out := p.beside(s)
	if _, err := out.Write([]byte("a finding\n")); err != nil {
		t.Fatal(err)
	}
	p.end()
	p.end()
	shown := s.String()
	if !strings.Contains(shown, wipeLine+"a finding\n") {
		t.Errorf("the bar is not wiped before a line of the report: %q", shown)
	}
	if !strings.HasSuffix(shown, wipeLine) && !strings.HasSuffix(shown, "a finding\n") {
		t.Errorf("something of the bar is left: %q", shown[max(0, len(shown)-200):])
	}
	plain := strings.ReplaceAll(shown, "\x1b[K", "")
	if strings.ContainsAny(plain, "\x1b\u202e") {
		t.Errorf("a name drives the terminal: %q", plain)
	}
	for _, line := range regexp.MustCompile(`[\r\n]`).Split(plain, -1) {
		if n := len([]rune(line)); n > 100 {
			t.Errorf("%d columns: %q", n, line)
		}
	}
	time.Sleep(5 * time.Millisecond)
	if s.String() != shown {
		t.Error("the bar is drawn after its end")
	}
}

// A run that is over soon shows nothing.
func TestProgressOfAShortRun(t *testing.T) {
	s := &screen{}
	p := newProgress(s, 0, 1, func(int) string { return "x" }, time.Hour, time.Millisecond)
	p.step()
	if _, err := p.beside(s).Write([]byte("a finding\n")); err != nil {
		t.Fatal(err)
	}
	p.end()
	if s.String() != "a finding\n" {
		t.Errorf("%q", s.String())
	}
	var none *progress
	none.step()
	none.end()
	if none.beside(s) != s {
		t.Error("without progress there is nothing to wipe")
	}
}
