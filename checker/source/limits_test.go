package source

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// endless is a file that never ends, as one that grows while it is read.
type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

func TestReadAll(t *testing.T) {
	for _, size := range []int64{0, 10, 1000, 1 << 40} {
		if _, err := readAll(endless{}, size, 1000, "x"); !errors.Is(err, ErrTooLarge) {
			t.Errorf("an endless file of size %d: %v", size, err)
		}
		// Whatever size the system gave, all that is there comes, up to the limit.
		for _, n := range []int{0, 1, 999, 1000} {
			got, err := readAll(strings.NewReader(strings.Repeat("x", n)), size, 1000, "x")
			if err != nil || len(got) != n {
				t.Errorf("%d bytes of %d said: %d, %v", n, size, len(got), err)
			}
		}
		if _, err := readAll(strings.NewReader(strings.Repeat("x", 1001)), size, 1000, "x"); !errors.Is(err, ErrTooLarge) {
			t.Errorf("one byte too many: %v", err)
		}
	}
	if _, err := readAll(io.MultiReader(strings.NewReader("x"), broken{}), 1, 10, "x"); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("a file that breaks off: %v", err)
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestMany(t *testing.T) {
	dir := t.TempDir()
	for i := range 20 {
		name := filepath.Join(dir, fmt.Sprintf("d%02d", i), "f")
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	f, err := OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	f.most = 19
	if _, err := f.ReadDir("."); !errors.Is(err, ErrTooLarge) {
		t.Errorf("a folder with too many entries: %v", err)
	}
	f.most = 20
	if all, err := f.ReadDir("."); err != nil || len(all) != 20 {
		t.Errorf("one with as many as may be: %v", err)
	}
	visited, failed := 0, 0
	w := walk{src: f, most: 30, visit: func(string, fs.DirEntry) bool { visited++; return true }, failed: func(_ string, err error) {
		if !errors.Is(err, ErrTooLarge) {
			t.Error(err)
		}
		failed++
	}}
	if err := w.folder(t.Context(), ".", 0); err != nil || visited != 30 || failed != 1 {
		t.Errorf("a walk of 30 entries visited %d and failed %d times: %v", visited, failed, err)
	}
}

func TestCommonBases(t *testing.T) {
	for _, c := range []struct {
		roots []string
		want  string
	}{
		{[]string{"/a"}, "map[]"},
		{[]string{"/a", "/b"}, "map[/a:a/ /b:b/]"},
		{[]string{"/x/a", "/x/b/c"}, "map[/x/a:a/ /x/b/c:b/c/]"},
		{[]string{"/x/a", "/x/ab"}, "map[/x/a:a/ /x/ab:ab/]"},
		{[]string{"/x", "/x/b"}, "map[/x:x/ /x/b:x/b/]"},
		{[]string{"/", "/b"}, "map[/b:b/]"},
	} {
		var places []*place
		for _, r := range c.roots {
			places = append(places, &place{root: r})
		}
		if got := fmt.Sprint(commonBases(places)); got != c.want {
			t.Errorf("%q: %s, want %s", c.roots, got, c.want)
		}
	}
}
