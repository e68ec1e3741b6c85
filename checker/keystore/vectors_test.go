package keystore

import (
	"bytes"
	"crypto/aes"
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"testing"

	"golang.org/x/crypto/scrypt"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// algorithmVectors is testdata/vectors/algorithms.json.
type algorithmVectors struct {
	RC2 struct {
		Vectors []struct {
			Key, Plain, Cipher string
			Bits               int
		}
	}
	PKCS12KDF struct {
		Vectors []struct {
			Password, Salt, Key string
			ID                  byte
			Iterations          int
		}
	}
	CCM struct {
		Vectors []struct {
			Key, Nonce, Plain, Sealed string
			Tag                       int
		}
	}
	CCM3610 struct {
		Vectors []struct {
			Key, Nonce, Additional, Plain, Sealed string
			Tag                                   int
		}
	}
	KW           struct{ Vectors []wrapVector }
	KWP          struct{ Vectors []wrapVector }
	PBKDF2       struct{ Vectors []pbkdf2Vector }
	PBKDF2SHA256 struct{ Vectors []pbkdf2Vector }
	Ed448        struct{ Vectors []keyPairVector }
	X448         struct{ Vectors []keyPairVector }
	Scrypt       struct {
		Vectors []struct {
			Password, Salt, Key string
			N, R, P             int
		}
	}
}

type (
	wrapVector   struct{ KEK, Plain, Wrapped string }
	pbkdf2Vector struct {
		Password, Salt, Key string
		Iterations          int
	}
	keyPairVector struct{ Private, Public string }
)

func loadVectors(t *testing.T) algorithmVectors {
	t.Helper()
	data, err := os.ReadFile("../../testdata/vectors/algorithms.json")
	if err != nil {
		t.Fatal(err)
	}
	var v algorithmVectors
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestRC2(t *testing.T) {
	for _, v := range loadVectors(t).RC2.Vectors {
		c := newRC2(unhex(t, v.Key), v.Bits)
		out := make([]byte, 8)
		c.Encrypt(out, unhex(t, v.Plain))
		if hex.EncodeToString(out) != v.Cipher {
			t.Errorf("%s/%d encrypts to %x, want %s", v.Key, v.Bits, out, v.Cipher)
		}
		c.Decrypt(out, unhex(t, v.Cipher))
		if hex.EncodeToString(out) != v.Plain {
			t.Errorf("%s/%d decrypts to %x, want %s", v.Key, v.Bits, out, v.Plain)
		}
	}
}

func TestPKCS12KDF(t *testing.T) {
	for _, v := range loadVectors(t).PKCS12KDF.Vectors {
		got := pkcs12KDF(sha1.New, bmpString(v.Password, false), unhex(t, v.Salt), v.ID, v.Iterations, len(v.Key)/2)
		if hex.EncodeToString(got) != v.Key {
			t.Errorf("%s, purpose %d: %x, want %s", v.Password, v.ID, got, v.Key)
		}
	}
}

func TestCCM(t *testing.T) {
	check := func(key, nonce, additional, plain, sealedHex string, tag int) {
		block, err := aes.NewCipher(unhex(t, key))
		if err != nil {
			t.Fatal(err)
		}
		sealed := unhex(t, sealedHex)
		got, ok := openCCM(block, unhex(t, nonce), sealed, unhex(t, additional), tag)
		if !ok || hex.EncodeToString(got) != plain {
			t.Errorf("%s opens to %x, %v", sealedHex, got, ok)
		}
		for i := range sealed {
			sealed[i] ^= 1
			if _, ok := openCCM(block, unhex(t, nonce), sealed, unhex(t, additional), tag); ok {
				t.Errorf("%s opens with byte %d changed", sealedHex, i)
			}
			sealed[i] ^= 1
		}
	}
	vectors := loadVectors(t)
	for _, v := range vectors.CCM.Vectors {
		check(v.Key, v.Nonce, "", v.Plain, v.Sealed, v.Tag)
	}
	for _, v := range vectors.CCM3610.Vectors {
		check(v.Key, v.Nonce, v.Additional, v.Plain, v.Sealed, v.Tag)
	}
	if len(vectors.CCM.Vectors) == 0 || len(vectors.CCM3610.Vectors) == 0 {
		t.Error("no vectors")
	}
}

// TestKW: the part of key wrap with padding that RFC 3394 describes, with that RFC's initial value.
func TestKW(t *testing.T) {
	for _, v := range loadVectors(t).KW.Vectors {
		block, err := aes.NewCipher(unhex(t, v.KEK))
		if err != nil {
			t.Fatal(err)
		}
		register, plain := unwrapKW(block, unhex(t, v.Wrapped))
		if hex.EncodeToString(register[:]) != "a6a6a6a6a6a6a6a6" || hex.EncodeToString(plain) != v.Plain {
			t.Errorf("%s unwraps to %x, %x", v.Wrapped, register, plain)
		}
	}
}

// TestKeysOf448Bits: the public keys of the RFCs' private ones.
func TestKeysOf448Bits(t *testing.T) {
	vectors := loadVectors(t)
	for _, v := range vectors.Ed448.Vectors {
		if got := ed448Public(unhex(t, v.Private)); hex.EncodeToString(got) != v.Public {
			t.Errorf("Ed448 %s: %x", v.Private, got)
		}
	}
	for _, v := range vectors.X448.Vectors {
		if got := x448Public(unhex(t, v.Private)); hex.EncodeToString(got) != v.Public {
			t.Errorf("X448 %s: %x", v.Private, got)
		}
	}
	if len(vectors.Ed448.Vectors) == 0 || len(vectors.X448.Vectors) == 0 {
		t.Error("no vectors")
	}
}

func TestKWP(t *testing.T) {
	for _, v := range loadVectors(t).KWP.Vectors {
		block, err := aes.NewCipher(unhex(t, v.KEK))
		if err != nil {
			t.Fatal(err)
		}
		wrapped := unhex(t, v.Wrapped)
		plain, ok := unwrapKWP(block, wrapped)
		if !ok || hex.EncodeToString(plain) != v.Plain {
			t.Errorf("%s unwraps to %x, %v", v.Wrapped, plain, ok)
		}
		wrapped[3] ^= 1
		if _, ok := unwrapKWP(block, wrapped); ok {
			t.Errorf("%s unwraps with a byte changed", v.Wrapped)
		}
	}
}

// TestLibraryDerivations: the derivations that come from libraries are called as their RFCs mean them.
func TestLibraryDerivations(t *testing.T) {
	vectors := loadVectors(t)
	for _, v := range vectors.PBKDF2.Vectors {
		p := pbkdf2Params{salt: unhex(t, v.Salt), iterations: v.Iterations, prf: hmacs[oidHMACSHA1]}
		if got := p.derive(v.Password, len(v.Key)/2); hex.EncodeToString(got) != v.Key {
			t.Errorf("PBKDF2 of %s: %x, want %s", v.Password, got, v.Key)
		}
	}
	for _, v := range vectors.PBKDF2SHA256.Vectors {
		p := pbkdf2Params{salt: unhex(t, v.Salt), iterations: v.Iterations, prf: hmacs["1.2.840.113549.2.9"]}
		if got := p.derive(v.Password, len(v.Key)/2); hex.EncodeToString(got) != v.Key {
			t.Errorf("PBKDF2 of %s: %x, want %s", v.Password, got, v.Key)
		}
	}
	for _, v := range vectors.Scrypt.Vectors {
		got, err := scrypt.Key([]byte(v.Password), unhex(t, v.Salt), v.N, v.R, v.P, len(v.Key)/2)
		if err != nil || hex.EncodeToString(got) != v.Key {
			t.Errorf("scrypt of %s: %x, %v, want %s", v.Password, got, err, v.Key)
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
	if _, _, _, err := toDER(deep, 64); !errors.Is(err, errBERDepth) {
		t.Errorf("1,000 levels: %v", err)
	}
}
