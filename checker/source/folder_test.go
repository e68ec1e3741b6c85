package source_test

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

func write(t testing.TB, dir, name, content string) {
	t.Helper()
	full := filepath.Join(dir, filepath.FromSlash(name))
	must(t, os.MkdirAll(filepath.Dir(full), 0o755))
	must(t, os.WriteFile(full, []byte(content), 0o644))
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func folder(t testing.TB, dir string) *source.Folder {
	t.Helper()
	f, err := source.OpenFolder(dir)
	must(t, err)
	t.Cleanup(func() { f.Close() })
	return f
}

func TestFolderIsAFileSystem(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "conf/deployment.toml", "a = 1\n")
	write(t, dir, "repository/resources/security/x.jks", "store")
	write(t, dir, "empty", "")
	if err := fstest.TestFS(folder(t, dir), "conf/deployment.toml", "repository/resources/security/x.jks", "empty"); err != nil {
		t.Error(err)
	}
}

func TestFolderRead(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "conf/deployment.toml", "a = 1\n")
	must(t, os.Chmod(filepath.Join(dir, "conf/deployment.toml"), 0o640))
	write(t, dir, "latin-\xe4", "old name")
	f := folder(t, dir)
	got, err := f.Read("conf/deployment.toml")
	must(t, err)
	if string(got.Data) != "a = 1\n" || got.URI != "conf/deployment.toml" || got.Name != got.URI || got.Mode != 0o640 {
		t.Errorf("%+v", got)
	}
	if _, err := f.Read("latin-\xe4"); err != nil {
		t.Errorf("a name that is not UTF-8: %v", err)
	}
	if !f.Modes() {
		t.Error("permission bits mean nothing here")
	}
	if facts := f.Git("conf/deployment.toml"); facts != (source.GitFacts{}) {
		t.Errorf("git facts outside of git: %+v", facts)
	}
}

// TestFolderRefuses holds every kind of hostile or odd file to one sentence and one cause.
func TestFolderRefuses(t *testing.T) {
	outside := t.TempDir()
	write(t, outside, "secret", "outside")
	dir := t.TempDir()
	write(t, dir, "file", "inside")
	write(t, dir, "sub/file", "inside")
	link := func(to, name string) { must(t, os.Symlink(to, filepath.Join(dir, name))) }
	link(outside+"/secret", "leaves")
	link("../"+filepath.Base(outside)+"/secret", "leaves-upwards")
	link(outside, "leaves-folder")
	link("/dev/zero", "zero")
	link("circle-b", "circle-a")
	link("circle-a", "circle-b")
	link("self", "self")
	link("nowhere", "dangling")
	link("sub/file", "inner")
	link(dir+"/sub/file", "inner-absolute")
	link(dir+"/sub", "inner-folder")
	link("deep", "deep-0")
	fifo(t, filepath.Join(dir, "fifo"))
	link("fifo", "to-fifo")
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: filepath.Join(dir, "socket"), Net: "unix"})
	must(t, err)
	defer l.Close()
	big, err := os.Create(filepath.Join(dir, "big"))
	must(t, err)
	must(t, big.Truncate(source.MaxFile+1))
	must(t, big.Close())
	full, err := os.Create(filepath.Join(dir, "full"))
	must(t, err)
	must(t, full.Truncate(source.MaxFile))
	must(t, full.Close())
	f := folder(t, dir)

	for name, want := range map[string]error{
		"file": nil, "inner": nil, "inner-absolute": nil, "inner-folder/file": nil, "full": nil,
		"leaves": source.ErrOutside, "leaves-upwards": source.ErrOutside, "leaves-folder/secret": source.ErrOutside,
		"zero":     source.ErrOutside,
		"circle-a": source.ErrCircle, "self": source.ErrCircle,
		"dangling": fs.ErrNotExist, "none": fs.ErrNotExist, "file/below": fs.ErrNotExist, "": fs.ErrNotExist,
		"../file": fs.ErrNotExist, "/etc/passwd": fs.ErrNotExist, "sub//file": fs.ErrNotExist, "a\x00b": fs.ErrNotExist,
		strings.Repeat("x", 300): fs.ErrNotExist,
		"fifo":                   source.ErrNotRegular, "to-fifo": source.ErrNotRegular, "socket": source.ErrNotRegular, "sub": source.ErrNotRegular, ".": source.ErrNotRegular,
		"big": source.ErrTooLarge,
	} {
		t.Run(name, func(t *testing.T) {
			done := make(chan error, 1)
			go func() {
				_, err := f.Read(name)
				done <- err
			}()
			select {
			case err := <-done:
				if want == nil && err != nil || want != nil && !errors.Is(err, want) {
					t.Fatalf("Read: %v, want %v", err, want)
				}
				if want != nil {
					sentence(t, err)
				}
			case <-time.After(10 * time.Second):
				t.Fatal("Read hangs")
			}
			file, err := f.Open(name)
			switch {
			case want == nil || name == "." || name == "sub":
				must(t, err)
				file.Close()
			case !errors.Is(err, want):
				t.Errorf("Open: %v, want %v", err, want)
			}
			if _, err := f.ReadDir(name); err == nil && name != "." && name != "sub" {
				t.Error("ReadDir lists it")
			}
		})
	}
	if !errors.Is(source.ErrCircle, source.ErrOutside) {
		t.Error("a circle of links is no ErrOutside")
	}
	if entries, err := f.ReadDir("leaves-folder"); !errors.Is(err, source.ErrOutside) {
		t.Errorf("a folder outside is listed: %v, %v", entries, err)
	}
	if _, err := f.Stat("leaves"); !errors.Is(err, source.ErrOutside) {
		t.Errorf("Stat: %v", err)
	}
	if info, err := f.Stat("inner-absolute"); err != nil || !info.Mode().IsRegular() {
		t.Errorf("Stat of an absolute link that stays inside: %v", err)
	}
}

// sentence checks that an error is for a user: one line that names the file and says why.
func sentence(t *testing.T, err error) {
	t.Helper()
	text := err.Error()
	if !strings.HasPrefix(text, `"`) || strings.ContainsAny(text, "\n\x00\x1b") || strings.Contains(text, "openat") {
		t.Errorf("no sentence for users: %s", text)
	}
}

func TestDevices(t *testing.T) {
	f := folder(t, "/dev")
	if _, err := f.Read("zero"); !errors.Is(err, source.ErrNotRegular) {
		t.Errorf("/dev/zero: %v", err)
	}
	if _, err := f.Read("null"); !errors.Is(err, source.ErrNotRegular) {
		t.Errorf("/dev/null: %v", err)
	}
}

// TestUnknownSize reads what gives its size as 0.
func TestUnknownSize(t *testing.T) {
	if _, err := os.Stat("/proc/self/maps"); err != nil {
		t.Skip("no /proc here")
	}
	got, err := folder(t, "/proc/self").Read("maps")
	if err != nil || len(got.Data) == 0 {
		t.Errorf("a file that gives its size as 0: %v", err)
	}
}

func TestGrowingFile(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "growing", "first")
	f := folder(t, dir)
	file, err := f.Open("growing")
	must(t, err)
	defer file.Close()
	must(t, os.Truncate(filepath.Join(dir, "growing"), source.MaxFile+5))
	n, err := io.Copy(io.Discard, file)
	if !errors.Is(err, source.ErrTooLarge) || n > source.MaxFile+1 {
		t.Errorf("read %d bytes of a file that grows: %v", n, err)
	}
}

func TestNoPermission(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root may read everything; TestDenied of package layout has a source that denies")
	}
	dir := t.TempDir()
	write(t, dir, "closed/file", "")
	write(t, dir, "unreadable", "")
	must(t, os.Chmod(filepath.Join(dir, "closed"), 0))
	must(t, os.Chmod(filepath.Join(dir, "unreadable"), 0))
	t.Cleanup(func() { _ = os.Chmod(filepath.Join(dir, "closed"), 0o755) })
	f := folder(t, dir)
	for _, name := range []string{"closed/file", "unreadable"} {
		_, err := f.Read(name)
		if !errors.Is(err, fs.ErrPermission) {
			t.Errorf("%s: %v", name, err)
		}
		sentence(t, err)
	}
	if _, err := f.ReadDir("closed"); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("closed: %v", err)
	}
}

func TestWithin(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "real/conf/x", "")
	must(t, os.Symlink("real", filepath.Join(dir, "link")))
	f := folder(t, filepath.Join(dir, "link"))
	for abs, want := range map[string]string{
		dir + "/link/conf/x": "conf/x", dir + "/real/conf/x": "conf/x", dir + "/link": ".", dir + "/link/a/../conf": "conf",
		dir: "", dir + "/linked": "", dir + "/link/../x": "", "conf/x": "", "": "",
	} {
		got, ok := f.Within(abs)
		if got != want || ok != (want != "") {
			t.Errorf("Within(%q) = %q, %v; want %q", abs, got, ok, want)
		}
	}
	if got := f.OSPath("conf/x"); got != filepath.Join(dir, "link/conf/x") {
		t.Errorf("OSPath %q", got)
	}
}

func TestBytes(t *testing.T) {
	for _, name := range []string{"deployment.toml", "conf/deployment.toml", "/abs/olute.toml", "../x", ".", ""} {
		s := source.Bytes(name, []byte("a = 1"))
		inner := name
		if !fs.ValidPath(name) || name == "." {
			inner = "stdin"
		}
		got, err := s.Read(inner)
		if err != nil || string(got.Data) != "a = 1" || got.URI != name {
			t.Errorf("%q: %+v, %v", name, got, err)
		}
		if o := source.OpenBytes(name, []byte("a")); len(o.Paths) != 1 || o.Paths[0] != inner || o.Close() != nil {
			t.Errorf("%+v", o)
		}
		if _, err := s.Read("wso2carbon.jks"); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("another file: %v", err)
		}
		if _, err := s.Open(inner); err != nil {
			t.Error(err)
		}
		if s.Modes() || s.Git(inner) != (source.GitFacts{}) {
			t.Error("a file in memory has modes or git facts")
		}
	}
	if err := fstest.TestFS(source.Bytes("deployment.toml", []byte("x")), "deployment.toml"); err != nil {
		t.Error(err)
	}
	big := source.Bytes("x", bytes.Repeat([]byte{'a'}, source.MaxFile+1))
	if _, err := big.Read("x"); !errors.Is(err, source.ErrTooLarge) {
		t.Errorf("%v", err)
	}
}
