package keystore

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"

	library "github.com/pavlo-v-chernykh/keystore-go/v4"
)

// jksFiles are all JKS files at hand: the generated ones, and the real ones where they are.
func jksFiles(t testing.TB) map[string][]byte {
	files := map[string][]byte{}
	for _, pattern := range []string{"../../testdata/stores/*", "../../../shared/realstores/*"} {
		paths, _ := filepath.Glob(pattern)
		for _, p := range paths {
			data, err := os.ReadFile(p)
			if err != nil {
				t.Fatal(err)
			}
			if Detect(data) == JKS {
				files[filepath.Base(p)] = data
			}
		}
	}
	if len(files) == 0 {
		t.Fatal("no JKS files")
	}
	return files
}

// TestWalkAgreesWithLibrary: the walk and keystore-go read the same entries of every store.
func TestWalkAgreesWithLibrary(t *testing.T) {
	files := jksFiles(t)
	for name, data := range files {
		file, err := walkJava(data, JKS, DefaultLimits)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		lib := library.New(library.WithCaseExactAliases())
		lib.Load(bytes.NewReader(data), nil) // a digest mismatch: the entries stay
		last := map[string]javaEntry{}
		for _, e := range file.entries {
			last[e.rawName] = e
		}
		if len(lib.Aliases()) != len(last) {
			t.Errorf("%s: the library has %d aliases, the walk %d", name, len(lib.Aliases()), len(last))
		}
		for i, e := range file.entries {
			if lib.IsPrivateKeyEntry(e.rawName) != (last[e.rawName].tag == tagPrivateKey) {
				t.Errorf("%s: they differ on the kind of %q", name, e.alias)
			}
			if e.tag == tagCertificate {
				entry, err := lib.GetTrustedCertificateEntry(e.rawName)
				if err != nil || !bytes.Equal(entry.Certificate.Content, last[e.rawName].chain[0].der) || entry.CreationTime.UnixMilli() != last[e.rawName].created {
					t.Errorf("%s: they differ on %q: %v", name, e.alias, err)
				}
			}
			chain := loadJKS(data, file)[i]
			if len(chain) != len(e.chain) {
				t.Fatalf("%s: the chain of %q has %d certificates, the walk saw %d", name, e.alias, len(chain), len(e.chain))
			}
			for j := range chain {
				if !bytes.Equal(chain[j], e.chain[j].der) {
					t.Errorf("%s: certificate %d of %q differs", name, j, e.alias)
				}
			}
			if len(file.entries) > 20 && i > 20 {
				break // loadJKS for each entry is the test's own cost
			}
		}
	}
	t.Logf("%d files", len(files))
}

// TestJKSKeyAgreesWithLibrary: with an ASCII password both recover the same key.
func TestJKSKeyAgreesWithLibrary(t *testing.T) {
	data, err := os.ReadFile("../../testdata/stores/jks-keypass.jks")
	if err != nil {
		t.Fatal(err)
	}
	lib := library.New()
	if err := lib.Load(bytes.NewReader(data), []byte("storepass")); err != nil {
		t.Fatal(err)
	}
	want, err := lib.GetPrivateKeyEntry("api", []byte("keypass"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := OpenBytes(data, Options{Passwords: []string{"storepass"}})
	if err != nil {
		t.Fatal(err)
	}
	e, _ := s.Entry("API")
	got, err := e.PrivateKey("keypass")
	if err != nil || !bytes.Equal(got, want.PrivateKey) {
		t.Errorf("the keys differ: %v", err)
	}
}

// rebuild writes a JKS file of the walked entries, in the given version and with a right digest.
func rebuild(version uint32, entries []javaEntry, password string) []byte {
	var b bytes.Buffer
	put := func(v any) { binary.Write(&b, binary.BigEndian, v) }
	utf := func(s string) { put(uint16(len(s))); b.WriteString(s) }
	cert := func(c javaCert) {
		if version == 2 {
			utf(c.kind)
		}
		put(uint32(len(c.der)))
		b.Write(c.der)
	}
	put(uint32(jksMagic))
	put(version)
	put(uint32(len(entries)))
	for _, e := range entries {
		put(e.tag)
		utf(e.rawName)
		put(e.created)
		if e.tag == tagPrivateKey {
			put(uint32(len(e.key)))
			b.Write(e.key)
			put(uint32(len(e.chain)))
		}
		for _, c := range e.chain {
			cert(c)
		}
	}
	b.Write(javaDigest(password, b.Bytes()))
	return b.Bytes()
}

func walked(t testing.TB, name string) []javaEntry {
	t.Helper()
	data, err := os.ReadFile("../../testdata/stores/" + name)
	if err != nil {
		t.Fatal(err)
	}
	file, err := walkJava(data, JKS, DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	return file.entries
}

func TestJKSVersion1(t *testing.T) {
	data := rebuild(1, walked(t, "jks-chain.jks"), "changeit")
	s, err := OpenBytes(data, Options{Passwords: []string{"changeit"}})
	if err != nil || s.Version != 1 || len(s.Entries) != 1 || len(s.Entries[0].Chain) != 3 {
		t.Fatalf("%+v, %v", s, err)
	}
	if m, err := s.Entries[0].KeyMatches("changeit"); !m || err != nil {
		t.Error(m, err)
	}
}

// TestJKSDuplicates: the walk keeps both entries in the order of the file; Java finds the later one, and none with capitals.
func TestJKSDuplicates(t *testing.T) {
	entries := walked(t, "jks-mixed.jks")
	entries = append(entries, entries[1])
	entries[len(entries)-1].alias, entries[len(entries)-1].rawName = entries[0].alias, entries[0].rawName
	capital := entries[1]
	capital.alias, capital.rawName = "Capital", "Capital"
	entries = append(entries, capital)
	s, err := OpenBytes(rebuild(2, entries, "x"), Options{Passwords: []string{"x"}})
	if err != nil || len(s.Entries) != len(entries) {
		t.Fatal(s, err)
	}
	for i, e := range entries {
		if s.Entries[i].Alias != e.alias || s.Entries[i].Leaf() == nil || !bytes.Equal(s.Entries[i].Leaf().Raw, e.chain[0].der) {
			t.Errorf("entry %d is %q, want %q with its certificate", i, s.Entries[i].Alias, e.alias)
		}
	}
	if e, ok := s.Entry(entries[0].alias); !ok || e != &s.Entries[len(entries)-2] {
		t.Error("of two entries with one alias the later one counts")
	}
	if _, ok := s.Entry("Capital"); ok {
		t.Error("Java does not find an alias that the file writes with capitals")
	}
}

func TestModifiedUTF8(t *testing.T) {
	for _, test := range []struct {
		in   string
		want string
		ok   bool
	}{
		{"abc", "abc", true},
		{"\xc3\xbc", "ü", true},
		{"\xe2\x82\xac", "€", true},
		{"\xc0\x80", "\x00", true},
		{"\xed\xa0\xbd\xed\xb8\x80", "😀", true},
		{"\xf0\x9f\x98\x80", "", false},
		{"\xc3", "", false},
		{"\xc3\x41", "", false},
		{"\xe2\x82", "", false},
		{"\x80", "", false},
	} {
		if got, ok := modifiedUTF8([]byte(test.in)); got != test.want || ok != test.ok {
			t.Errorf("%q: %q, %v", test.in, got, ok)
		}
	}
}

func TestLower(t *testing.T) {
	for in, want := range map[string]string{"ABC": "abc", "ÜBER": "über", "İx": "i̇x", "ΣΑΣ": "σας", "ΑΣΑ": "ασα", "Σ": "σ"} {
		if got := lower(in); got != want {
			t.Errorf("lower(%q) = %q, want %q", in, got, want)
		}
	}
}
