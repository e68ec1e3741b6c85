package source_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// item is an entry of an archive: a file, a folder (its name ends in a slash), a link, or a hard link.
type item struct {
	name, data, link, hard string
}

func tarred(t testing.TB, items ...item) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, e := range items {
		h := &tar.Header{Name: e.name, Mode: 0o644, Size: int64(len(e.data)), Typeflag: tar.TypeReg}
		switch {
		case e.link != "":
			h.Typeflag, h.Linkname = tar.TypeSymlink, e.link
		case e.hard != "":
			h.Typeflag, h.Linkname = tar.TypeLink, e.hard
		case strings.HasSuffix(e.name, "/"):
			h.Typeflag = tar.TypeDir
		}
		must(t, w.WriteHeader(h))
		_, err := w.Write([]byte(e.data))
		must(t, err)
	}
	must(t, w.Close())
	return b.Bytes()
}

func zipped(t testing.TB, items ...item) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, e := range items {
		h := &zip.FileHeader{Name: e.name, Method: zip.Deflate}
		if e.link != "" {
			h.SetMode(fs.ModeSymlink | 0o777)
			e.data = e.link
		}
		f, err := w.CreateHeader(h)
		must(t, err)
		_, err = f.Write([]byte(e.data))
		must(t, err)
	}
	must(t, w.Close())
	return b.Bytes()
}

func gzipped(t testing.TB, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write(data)
	must(t, err)
	must(t, w.Close())
	return b.Bytes()
}

// asJSON is a value as an image describes itself.
func asJSON(t testing.TB, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	must(t, err)
	return string(b)
}

// openArchive opens bytes as an archive.
func openArchive(t testing.TB, data []byte) (*source.Archive, error) {
	t.Helper()
	dir := t.TempDir()
	must(t, os.WriteFile(filepath.Join(dir, "a.bin"), data, 0o600))
	f, err := source.OpenFolder(dir)
	must(t, err)
	a, err := source.OpenArchive(context.Background(), f, "a.bin")
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	t.Cleanup(func() { a.Close() })
	return a, nil
}

func archiveOf(t testing.TB, data []byte) *source.Archive {
	t.Helper()
	a, err := openArchive(t, data)
	must(t, err)
	return a
}

// content is what a name leads to; a cause in brackets where it leads to nothing.
func content(a *source.Archive, name string) string {
	f, err := a.Read(name)
	for text, cause := range map[string]error{
		"[missing]": fs.ErrNotExist, "[outside]": source.ErrOutside, "[not regular]": source.ErrNotRegular, "[too large]": source.ErrTooLarge, "[damaged]": source.ErrArchive,
	} {
		if errors.Is(err, cause) {
			return text
		}
	}
	if err != nil {
		return err.Error()
	}
	return string(f.Data)
}

var items = []item{
	{name: "home/"},
	{name: "home/conf/deployment.toml", data: "a = 1"},
	{name: "./home/bin/version.txt", data: "v1"},
	{name: "home/link", link: "conf/deployment.toml"},
	{name: "home/up", link: "../home/conf"},
	{name: "home/out", link: "../../etc"},
	{name: "home/abs", link: "/home/conf"},
	{name: "home/self", link: "self"},
}

var contents = map[string]string{
	"home/conf/deployment.toml": "a = 1", "home/bin/version.txt": "v1", "home/link": "a = 1", "home/up/deployment.toml": "a = 1",
	"home/out": "[outside]", "home/out/passwd": "[outside]", "home/abs/deployment.toml": "[outside]", "home/self": "[outside]",
	"home/none": "[missing]", "home/conf": "[not regular]", "../x": "[missing]", "home/conf/deployment.toml/x": "[missing]",
}

func TestArchives(t *testing.T) {
	plain := tarred(t, items...)
	for kind, data := range map[string][]byte{"zip": zipped(t, items...), "tar": plain, "tar.gz": gzipped(t, plain)} {
		a := archiveOf(t, data)
		for name, want := range contents {
			if got := content(a, name); got != want {
				t.Errorf("%s: %s: %q, want %q", kind, name, got, want)
			}
		}
		if got := a.URI("home/conf"); got != "a.bin!/home/conf" {
			t.Errorf("%s: URI %q", kind, got)
		}
		if _, ok := a.Within("/home/conf"); ok {
			t.Errorf("%s: an absolute path lies in it", kind)
		}
		if len(a.Left()) != 0 {
			t.Errorf("%s: %v", kind, a.Left())
		}
		entries, err := a.ReadDir("home")
		var names []string
		for _, e := range entries {
			names = append(names, e.Name())
		}
		if got := strings.Join(names, " "); err != nil || got != "abs bin conf link out self up" {
			t.Errorf("%s: home holds %s (%v)", kind, got, err)
		}
	}
	// Without links, which fstest takes for broken, it is a file system as any other.
	a := archiveOf(t, tarred(t, items[:3]...))
	if err := fstest.TestFS(a, "home/conf/deployment.toml", "home/bin/version.txt"); err != nil {
		t.Error(err)
	}
}

// What stands twice is what unpacking would leave.
func TestArchiveTwice(t *testing.T) {
	a := archiveOf(t, tarred(t, item{name: "x", data: "1"}, item{name: "x", data: "2"}, item{name: "y", hard: "x"}, item{name: "z", hard: "none"}, item{name: "f", data: "f"}, item{name: "f/g", data: "g"}))
	for name, want := range map[string]string{"x": "2", "y": "2", "z": "[missing]", "f": "[not regular]", "f/g": "g"} {
		if got := content(a, name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	b := archiveOf(t, zipped(t, item{name: `home\conf\x`, data: "1"}, item{name: "home/conf/x", data: "2"}))
	if got := content(b, "home/conf/x"); got != "2" {
		t.Errorf("a name with backslashes: %q", got)
	}
}

// layers are those of an image: the upper ones take away and replace what is below.
func layers(t testing.TB) [][]byte {
	return [][]byte{
		tarred(t, item{name: "home/conf/deployment.toml", data: "old"}, item{name: "home/conf/gone", data: "x"}, item{name: "home/lib/a", data: "a"}, item{name: "etc/ssl/x", data: "x"}),
		tarred(t, item{name: "home/conf/.wh.gone"}, item{name: "home/conf/deployment.toml", data: "new"}, item{name: "home/lib/b", data: "b"}, item{name: "home/lib/.wh..wh..opq"}, item{name: "ssl", link: "/etc/ssl"}, item{name: "up", link: "../../etc/ssl/x"}),
	}
}

func imageOf(t testing.TB, kind string, compress bool) []byte {
	t.Helper()
	var parts []item
	var names []string
	var descriptors []map[string]string
	for i, l := range layers(t) {
		if compress {
			l = gzipped(t, l)
		}
		name := fmt.Sprintf("blobs/sha256/%d", i)
		if kind == "old" {
			name = fmt.Sprintf("%d/layer.tar", i)
		}
		names = append(names, name)
		descriptors = append(descriptors, map[string]string{"digest": fmt.Sprintf("sha256:%d", i)})
		parts = append(parts, item{name: name, data: string(l)})
	}
	if kind == "oci" {
		parts = append(parts, item{name: "oci-layout", data: `{"imageLayoutVersion":"1.0.0"}`},
			item{name: "index.json", data: `{"manifests":[{"digest":"sha256:index"}]}`},
			item{name: "blobs/sha256/index", data: `{"manifests":[{"digest":"sha256:manifest","platform":{"architecture":"amd64"}},{"digest":"sha256:proof","platform":{"architecture":"unknown"}}]}`},
			item{name: "blobs/sha256/proof", data: `{}`},
			item{name: "blobs/sha256/manifest", data: asJSON(t, map[string]any{"layers": descriptors})})
	} else {
		parts = append(parts, item{name: "manifest.json", data: asJSON(t, []any{map[string]any{"Config": "c.json", "Layers": names}})}, item{name: "c.json", data: "{}"})
	}
	return tarred(t, parts...)
}

func TestImages(t *testing.T) {
	for _, kind := range []string{"old", "docker", "oci"} {
		for _, compress := range []bool{false, true} {
			for _, whole := range []bool{false, true} {
				data := imageOf(t, kind, compress)
				if whole {
					data = gzipped(t, data)
				}
				a := archiveOf(t, data)
				for name, want := range map[string]string{
					"home/conf/deployment.toml": "new", "home/conf/gone": "[missing]", "home/lib/a": "[missing]", "home/lib/b": "b", "ssl/x": "x", "up": "x", "home/conf/.wh.gone": "[missing]",
				} {
					if got := content(a, name); got != want {
						t.Errorf("%s, layers compressed %t, all of it %t: %s: %q, want %q", kind, compress, whole, name, got, want)
					}
				}
				if name, ok := a.Within("/home/conf"); !ok || name != "home/conf" {
					t.Errorf("an absolute path of an image: %q, %t", name, ok)
				}
			}
		}
	}
}

func TestHostileArchives(t *testing.T) {
	many := make([]item, 0, source.MaxEntries+1)
	for i := range source.MaxEntries + 1 {
		many = append(many, item{name: fmt.Sprint(i)})
	}
	two := asJSON(t, []any{map[string]any{"Config": "c", "Layers": []string{"a"}}, map[string]any{"Config": "d", "Layers": []string{"a"}}})
	list := zipped(t, item{name: "x", data: "y"})
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"tar bomb":             {gzipped(t, tarred(t, item{name: "x", data: strings.Repeat("\x00", 300<<20)})), "times its size"},
		"many entries":         {tarred(t, many...), "more than 200000 entries"},
		"cut off":              {tarred(t, items...)[:1027], "damaged or cut off"},
		"cut off, compressed":  {gzipped(t, tarred(t, items...))[:100], "damaged or cut off"},
		"zip without list":     {list[:len(list)-10], "its list of entries is damaged"},
		"no archive":           {[]byte("hello"), "it is no zip and no tar"},
		"zstd":                 {[]byte("\x28\xb5\x2f\xfdxxxx"), "compressed in a way that is not read here"},
		"several images":       {tarred(t, item{name: "manifest.json", data: two}, item{name: "a", data: "x"}), "holds several images"},
		"a layer is missing":   {tarred(t, item{name: "manifest.json", data: strings.ReplaceAll(two, `,{"Config":"d","Layers":["a"]}`, "")}), `the layer "a" of the image is not in it`},
		"indexes in a circle":  {tarred(t, item{name: "oci-layout", data: "{}"}, item{name: "index.json", data: `{"manifests":[{"digest":"sha256:i"}]}`}, item{name: "blobs/sha256/i", data: `{"manifests":[{"digest":"sha256:i"}]}`}), "lead in a circle"},
		"a broken description": {tarred(t, item{name: "oci-layout", data: "{}"}, item{name: "index.json", data: `{`}), "can't be understood"},
	} {
		_, err := openArchive(t, c.data)
		if err == nil || !strings.Contains(err.Error(), c.want) || !errors.Is(err, source.ErrArchive) {
			t.Errorf("%s: %v; want %q", name, err, c.want)
		}
	}
	// The rest of an archive counts.
	climbing := archiveOf(t, tarred(t, item{name: "../../etc/passwd", data: "x"}, item{name: "a/../../b", data: "x"}, item{name: "/c", data: "c"}))
	if len(climbing.Left()) != 1 || !errors.Is(climbing.Left()[0], source.ErrClimbing) || content(climbing, "c") != "c" || content(climbing, "b") != "[missing]" {
		t.Errorf("names that lead out: %v, %q", climbing.Left(), content(climbing, "c"))
	}
	large := archiveOf(t, zipped(t, item{name: "x", data: strings.Repeat("\x00", source.MaxFile+1)}, item{name: "y", data: "y"}))
	if content(large, "x") != "[too large]" || content(large, "y") != "y" {
		t.Errorf("a large file: %q, %q", content(large, "x"), content(large, "y"))
	}
	encrypted := bytes.Replace(zipped(t, item{name: "x", data: "y"}), []byte("PK\x01\x02\x14\x00\x14\x00\x08"), []byte("PK\x01\x02\x14\x00\x14\x00\x09"), 1)
	if f, err := archiveOf(t, encrypted).Read("x"); err == nil || !strings.Contains(err.Error(), "it is encrypted") {
		t.Errorf("an encrypted file: %v, %v", f, err)
	}
	links := []item{{name: "x", data: "x"}}
	for i := range 100 {
		links = append(links, item{name: fmt.Sprintf("l%d", i), link: fmt.Sprintf("l%d/../l%d", i+1, i+1)})
	}
	if got := content(archiveOf(t, tarred(t, links...)), "l0"); got != "[outside]" && got != "[missing]" {
		t.Errorf("links without end: %q", got)
	}
}

// A file that says it is larger than it is, or smaller, is what it is.
func TestArchiveSizes(t *testing.T) {
	data := zipped(t, item{name: "x", data: strings.Repeat("y", 1000)})
	at := bytes.LastIndex(data, []byte("PK\x01\x02"))
	for _, size := range []byte{1, 255} {
		changed := bytes.Clone(data)
		changed[at+24], changed[at+25], changed[at+26] = size, 0, size
		a, err := openArchive(t, changed)
		if err != nil {
			continue
		}
		if got := content(a, "x"); got != "[damaged]" && got != "[too large]" {
			t.Errorf("size %d: %.20q", size, got)
		}
	}
}

func FuzzArchive(f *testing.F) {
	f.Add(zipped(f, items...))
	f.Add(tarred(f, items...))
	f.Add(gzipped(f, tarred(f, items...)))
	f.Add(imageOf(f, "docker", false))
	f.Add(imageOf(f, "oci", true))
	f.Add(gzipped(f, imageOf(f, "old", true)))
	f.Fuzz(func(t *testing.T, data []byte) {
		a, err := openArchive(t, data)
		if err != nil {
			if !errors.Is(err, source.ErrArchive) {
				t.Errorf("%v", err)
			}
			return
		}
		seen := 0
		err = source.Walk(t.Context(), a, ".", func(name string, d fs.DirEntry) bool {
			if seen++; seen < 50 && !d.IsDir() {
				content(a, name)
			}
			return seen < 50
		}, func(string, error) {})
		if err != nil {
			t.Error(err)
		}
	})
}

// What is in a CApp has a name below it and is bounded; damaged ones are errors.
func FuzzEntries(f *testing.F) {
	f.Add(zipped(f, items...))
	f.Add(zipped(f, item{name: "../x", data: "x"}, item{name: `a\b.xml`, data: "<a/>"}, item{name: "a/c.xml", data: "<a/>"}))
	f.Add(zipped(f, items...)[:100])
	f.Fuzz(func(t *testing.T, data []byte) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "a.car"), data, 0o600); err != nil {
			t.Fatal(err)
		}
		folder, err := source.OpenFolder(dir)
		if err != nil {
			t.Fatal(err)
		}
		defer folder.Close() //nolint:errcheck // read-only
		seen := 0
		_ = source.Entries(folder, "a.car", func(entry string, read func() (*source.File, error)) bool { // an error is a sentence of its own
			seen++
			file, err := read()
			if !fs.ValidPath(strings.ToValidUTF8(entry, "?")) || err == nil && (len(file.Data) > source.MaxFile || !file.Packed || file.URI != folder.URI("a.car")+"!/"+entry) {
				t.Errorf("%q: %v", entry, err)
			}
			return seen < 50
		})
	})
}
