package packed

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

func TestFiles(t *testing.T) {
	file := filepath.Join(t.TempDir(), "x.gz")
	files := map[string]string{"a": "one", "b/c": "two\n"}
	write := func() []byte {
		t.Helper()
		if err := Write(file, files); err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	data := write()
	f := New(data)
	for name, want := range files {
		if got := f.Read(name); string(got) != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if got := f.Read("d"); got != nil {
		t.Errorf("a file that is not there: %q", got)
	}
	if got := New(data[:20]).Read("a"); got != nil {
		t.Errorf("what is cut off: %q", got)
	}
	// What holds the same is left alone, however it is compressed; what holds something else is not.
	other := append(bytes.Clone(data), data...)
	if err := os.WriteFile(file, other, 0o600); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(write(), other) {
		t.Error("what held the files was written anew")
	}
	files["a"] = "three"
	if got := New(write()).Read("a"); string(got) != "three" {
		t.Errorf("after a change: %q", got)
	}
}
