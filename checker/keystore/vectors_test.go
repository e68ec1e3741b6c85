package keystore

import (
	"bytes"
	"crypto/sha1"
	"encoding/hex"
	"testing"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestRC2 holds rc2 to the vectors of RFC 2268, section 5.
func TestRC2(t *testing.T) {
	for _, v := range []struct {
		key       string
		effective int
		plain     string
		cipher    string
	}{
		{"0000000000000000", 63, "0000000000000000", "ebb773f993278eff"},
		{"ffffffffffffffff", 64, "ffffffffffffffff", "278b27e42e2f0d49"},
		{"3000000000000000", 64, "1000000000000001", "30649edf9be7d2c2"},
		{"88", 64, "0000000000000000", "61a8a244adacccf0"},
		{"88bca90e90875a", 64, "0000000000000000", "6ccf4308974c267f"},
		{"88bca90e90875a7f0f79c384627bafb2", 64, "0000000000000000", "1a807d272bbe5db1"},
		{"88bca90e90875a7f0f79c384627bafb2", 128, "0000000000000000", "2269552ab0f85ca6"},
		{"88bca90e90875a7f0f79c384627bafb216f80a6f85920584c42fceb0be255daf1e", 129, "0000000000000000", "5b78d3a43dfff1f1"},
	} {
		c := newRC2(unhex(t, v.key), v.effective)
		out := make([]byte, 8)
		c.Encrypt(out, unhex(t, v.plain))
		if hex.EncodeToString(out) != v.cipher {
			t.Errorf("%s/%d encrypts to %x, want %s", v.key, v.effective, out, v.cipher)
		}
		c.Decrypt(out, unhex(t, v.cipher))
		if hex.EncodeToString(out) != v.plain {
			t.Errorf("%s/%d decrypts to %x, want %s", v.key, v.effective, out, v.plain)
		}
	}
}

// TestPKCS12KDF holds the derivation to the vectors that circulate since the format's first implementations
// (BouncyCastle's and OpenSSL's test suites have them).
func TestPKCS12KDF(t *testing.T) {
	for _, v := range []struct {
		password   string
		salt       string
		id         byte
		iterations int
		size       int
		want       string
	}{
		{"smeg", "0a58cf64530d823f", kdfKey, 1, 24, "8aaae6297b6cb04642ab5b077851284eb7128f1a2a7fbca3"},
		{"smeg", "0a58cf64530d823f", kdfIV, 1, 8, "79993dfe048d3b76"},
		{"smeg", "3d83c0e4546ac140", kdfMAC, 1, 20, "8d967d88f6caa9d714800ab3d48051d63f73a312"},
		{"queeg", "05dec959acff72f7", kdfKey, 1000, 24, "ed2034e36328830ff09df1e1a07dd357185dac0d4f9eb3d4"},
		{"queeg", "05dec959acff72f7", kdfIV, 1000, 8, "11dedad7758d4860"},
		{"queeg", "263216fcc2fab31c", kdfMAC, 1000, 20, "5ec4c7a80df652294c3925b6489a7ab857c83476"},
	} {
		got := pkcs12KDF(sha1.New, bmpString(v.password, false), unhex(t, v.salt), v.id, v.iterations, v.size)
		if hex.EncodeToString(got) != v.want {
			t.Errorf("%s, purpose %d: %x, want %s", v.password, v.id, got, v.want)
		}
	}
}

// TestBMPString: RFC 7292, B.1, a character outside the basic plane, and the two forms of the empty password.
func TestBMPString(t *testing.T) {
	for _, v := range []struct {
		password string
		bare     bool
		want     string
	}{
		{"Beavis", false, "0042006500610076006900730000"},
		{"😀", false, "d83dde000000"},
		{"", false, "0000"},
		{"", true, ""},
	} {
		if got := bmpString(v.password, v.bare); hex.EncodeToString(got) != v.want {
			t.Errorf("%q: %x, want %s", v.password, got, v.want)
		}
	}
}

func TestToDER(t *testing.T) {
	for _, v := range []struct{ name, in, want string }{
		{"DER stays", "3003020103", "3003020103"},
		{"indefinite", "30800201030000", "3003020103"},
		{"nested indefinite", "308030800201030000020104 0000", "30080603" /* replaced below */},
		{"string in pieces", "2480040201020401030000", "0403010203"},
		{"pieces of pieces", "248024040402010204010300 00", "0403010203"},
		{"definite pieces", "240704020102040103", "0403010203"},
		{"trailing bytes", "300302010300", "3003020103"},
	} {
		in := unhex(t, string(bytes.ReplaceAll([]byte(v.in), []byte(" "), nil)))
		if v.name == "nested indefinite" {
			v.want = "30083003020103020104"
		}
		got, _, _, err := toDER(in, 64)
		if err != nil || hex.EncodeToString(got) != v.want {
			t.Errorf("%s: %x, %v; want %s", v.name, got, err, v.want)
		}
	}
	for _, in := range []string{"", "30", "3080", "30800201", "3002", "308002010300", "3180020103", "2480020103 0000", "30850000000001"} {
		if got, _, _, err := toDER(unhex(t, string(bytes.ReplaceAll([]byte(in), []byte(" "), nil))), 64); err == nil {
			t.Errorf("%s gives %x", in, got)
		}
	}
	deep := bytes.Repeat([]byte{0x30, 0x80}, 1000)
	if _, _, _, err := toDER(deep, 64); err != errBERDepth {
		t.Errorf("1,000 levels: %v", err)
	}
}
