package trust

import (
	"crypto/rand"
	"crypto/rsa"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mi-kscheck/mi-kscheck/checker/keystore"
)

func parsed(t *testing.T, text string) *big.Int {
	t.Helper()
	n, ok := new(big.Int).SetString(text, 0)
	if !ok {
		t.Fatalf("no number: %s", text)
	}
	return n
}

// The moduli are test vectors of the discoverers' own tool (github.com/crocs-muni/roca, mod01, mod03 and mod05).
func TestROCA(t *testing.T) {
	for name, c := range map[string]struct {
		modulus string
		weak    bool
	}{
		"512 bits": {"0x944e13208a280c37efc31c3114485e590192adbb8e11c87cad60cdef0037ce99278330d3f471a2538fa667802ed2a3c44a8b7dea826e888d0aa341fd664f7fa7", true},
		"2048 bits": {"0x9dcd7420e420c270a68060eb8b5aa7457a9f6648f86fafed2775cc1f79ae962f1e63f1b9e51c55f9ea6fdc7332e9b0058c9ff2eb1fc89855029cf6aafe21e689" +
			"feb38ac9ffb12f1ce371bb5d0e9aae64161abce74b4244bf68f1edb4411f756a097c8929c14740245ea355f8332d1aa36bb50c7dcb4505da8de02e4e53d38f8d" +
			"f06097da7524df0df93db48eac8cc4af2d3a16257eb2b2adca6ba464e5974fa92550d31b1babf161e7692d00b86e3dd886ecab4abfbe1a8f8cc263ff4af55cdb" +
			"45f4249a5193925f5e983d762f0b6800943eb0267b08f42ed311ce1f5c86eacbc8ce4d3cb7a2fee1ef5641423a1cf4114e5ecf50034a60a412523af9e6f4aa11", true},
		"sound": {"0xba68fc5fbb606c4d428ab98b355d66214db4f7e475b5f7ffddc349c73f7d659965121ab16a4014e6c465c111d850205853d113f712127e4a230aa97f481eed64" +
			"10f6c345f48e25fb81c42ec6815dc35cdd839e0de91fb2bec848d0910fa77e2c31f99ec9bcc7ed167812bd724318b0adf492d6b47c5ce050184e877ea64045f9" +
			"501bf70569cffd102db7299f49e9c00222af9115d0aada967dfe759b7e4576e85c3a4ff594039231b90b448b90c3236083bcf819bc318d53a2018ec9b401f102" +
			"ba9ee13dde592a42b032df136689d9c5619db55d519853a422d3100624d2d9e478218375f460c26930eda8cd0d947e58ffe9b7be2445356deaed988223e3ed1d", false},
		// Made so that each prime alone finds a power, but not the same one; the tool's first version fell for it.
		"made to look so": {"72414128973967872688332736535017614208620368242015797102796086827882754006260204061799547004983731426777596445658889886861027045033760014948048067467947960318205453778973975867532910489227970143091184725760290172935872752222320334100097730483600892686353719855397381316384244147860260153198611313067061116317", false},
		"zero":            {"0", false},
		"small":           {"65537", false},
	} {
		t.Run(name, func(t *testing.T) {
			got := Weakness(keystore.PublicKey{Algorithm: "RSA", Modulus: parsed(t, c.modulus), Exponent: big.NewInt(65537)})
			if (got == ROCA) != c.weak {
				t.Errorf("%q", got)
			}
		})
	}
}

// TestSound holds that keys which nobody broke are not called weak: real ones, and many odd numbers of their size.
func TestSound(t *testing.T) {
	for range 4 {
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			t.Fatal(err)
		}
		if w := Weakness(keystore.PublicKey{Algorithm: "RSA", Modulus: key.N, Exponent: big.NewInt(int64(key.E))}); w != NoWeakness {
			t.Errorf("%s: %x", w, key.N)
		}
	}
	limit := new(big.Int).Lsh(big.NewInt(1), 2048)
	for range 20_000 {
		n, err := rand.Int(rand.Reader, limit)
		if err != nil {
			t.Fatal(err)
		}
		if n.SetBit(n, 0, 1); roca(n) {
			t.Errorf("%x", n)
		}
	}
}

func TestExponentOne(t *testing.T) {
	n := parsed(t, "0xba68fc5fbb606c4d428ab98b355d66214db4f7e475b5f7ffddc349c73f7d659965121ab16a4014e6c465c111d850205853d113f712127e4a230aa97f481eed65")
	for e, want := range map[int64]KeyWeakness{1: ExponentOne, 3: NoWeakness, 65537: NoWeakness} {
		if got := Weakness(keystore.PublicKey{Algorithm: "RSA", Modulus: n, Exponent: big.NewInt(e)}); got != want {
			t.Errorf("exponent %d: %q", e, got)
		}
	}
	if got := Weakness(keystore.PublicKey{}); got != NoWeakness {
		t.Errorf("a key of which nothing is known: %q", got)
	}
}

func TestRefusedCurves(t *testing.T) {
	for curve, want := range map[string]KeyWeakness{
		"secp256r1": NoWeakness, "secp384r1": NoWeakness, "secp521r1": NoWeakness, "secp256k1": RefusedCurve, "secp224r1": RefusedCurve,
		"brainpoolP256r1": RefusedCurve, "sect571r1": RefusedCurve, "": NoWeakness,
	} {
		if got := Weakness(keystore.PublicKey{Algorithm: "EC", Curve: curve}); got != want {
			t.Errorf("%s: %q", curve, got)
		}
	}
}

// TestRefusedCurvesJava has the JDK make a key on each curve.
func TestRefusedCurvesJava(t *testing.T) {
	if _, err := exec.LookPath("java"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("the oracle needs a JDK: %v", err)
		}
		t.Skipf("not compared with Java: %v", err)
	}
	curves := append([]string{"secp256r1", "secp384r1", "secp521r1"}, refusedCurves...)
	out, err := exec.Command("java", append([]string{filepath.Join("testdata", "Curves.java")}, curves...)...).Output() //nolint:gosec // our own program
	if err != nil {
		t.Fatal(err)
	}
	answers := strings.Fields(string(out))
	if len(answers) != len(curves) {
		t.Fatalf("%d answers for %d curves", len(answers), len(curves))
	}
	for i, curve := range curves {
		if made, refused := answers[i] == "yes", Weakness(keystore.PublicKey{Algorithm: "EC", Curve: curve}) == RefusedCurve; made == refused {
			t.Errorf("%s: Java makes a key: %v", curve, made)
		}
	}
}
