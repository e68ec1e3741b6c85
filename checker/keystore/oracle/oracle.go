// Package oracle asks Java what it makes of a keystore. Tests use it to hold this module to Java's answers; nothing else does.
package oracle

import (
	"bufio"
	"cmp"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// Request is one question: how KeyStore.getInstance(Type, Provider).load(file, Password) ends, and which of Keys open each key.
type Request struct {
	Type     string
	Provider string  // empty: Java's default; "BC" for BouncyCastle's formats
	Path     string  // of the file, or
	Data     []byte  // its bytes
	Password *string // nil is Java's null: no integrity check
	Keys     []string
}

// Answer is what Java said. Error is the exception where the store does not load.
type Answer struct {
	Error   string
	Entries []Entry
}

// Entry is one alias of a loaded store.
type Entry struct {
	Alias   string
	Kind    string // "certificate", "key", or "none" for an alias that Java lists but does not find
	Created int64  // milliseconds
	Chain   []Certificate
	Keys    []Key // one a password of the request, for keys
}

// Certificate is one of a chain.
type Certificate struct {
	SHA256    string
	Subject   string
	Issuer    string
	Serial    string
	NotBefore int64
	NotAfter  int64
	SigAlg    string
	KeyAlg    string
	Version   int
	CA        int // X509Certificate.getBasicConstraints: -1 where it is no CA
	Usage     []bool
}

// Key is what a password makes of a key: Error, or the key's algorithm and the digest of its encoding.
type Key struct {
	Error     string
	Format    string
	Algorithm string
	SHA256    string
}

// Oracle is a running JVM. It may be asked from several goroutines; it answers one at a time.
type Oracle struct {
	// BouncyCastle tells whether the provider BC is there.
	BouncyCastle bool

	mu  sync.Mutex
	in  io.Writer
	out *bufio.Reader
}

var (
	once   sync.Once
	shared *Oracle
	failed error
)

// bouncyCastle is where Debian's libbcprov-java puts the provider. BCPROV in the environment names another place; one that
// does not exist shows what the tests do without it.
var bouncyCastle = cmp.Or(os.Getenv("BCPROV"), "/usr/share/java/bcprov.jar")

// Start gives the JVM of this test binary, compiling the oracle at the first call. Where there is no JDK, the test is
// skipped, or fails if CI is "true" in the environment.
func Start(tb testing.TB) *Oracle {
	tb.Helper()
	once.Do(func() { shared, failed = start() })
	if failed != nil {
		missing(tb, "no Java to compare with: %v", failed)
	}
	return shared
}

// missing skips a test that lacks an oracle, or fails it where CI is "true" in the environment.
func missing(tb testing.TB, format string, args ...any) {
	tb.Helper()
	if os.Getenv("CI") == "true" {
		tb.Fatalf(format, args...)
	}
	tb.Skipf(format, args...)
}

// NeedBouncyCastle skips a test that asks about BouncyCastle's formats where the provider is not there, or fails it as Start does.
func (o *Oracle) NeedBouncyCastle(tb testing.TB) {
	tb.Helper()
	if !o.BouncyCastle {
		missing(tb, "%s is not there (Debian: libbcprov-java), which Java needs for this format", bouncyCastle)
	}
}

// Source is the folder of the Java programs, testdata/oracle of the module.
func Source() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "..", "..", "..", "testdata", "oracle")
}

// Compile compiles the Java programs of testdata/oracle into a temporary folder and gives the class path to run them with.
func Compile() (classPath string, err error) {
	javac, err := exec.LookPath("javac")
	if err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp("", "keystore-oracle")
	if err != nil {
		return "", err
	}
	sources, err := filepath.Glob(filepath.Join(Source(), "*.java"))
	if err != nil {
		return "", err
	}
	classPath = dir
	if _, err := os.Stat(bouncyCastle); err == nil {
		classPath += string(os.PathListSeparator) + bouncyCastle
	} else {
		// Without the provider only what needs none compiles.
		sources = []string{filepath.Join(Source(), "Oracle.java")}
	}
	cmd := exec.Command(javac, append([]string{"-nowarn", "-d", dir, "-cp", classPath}, sources...)...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("javac: %w\n%s", err, out)
	}
	return classPath, nil
}

func start() (*Oracle, error) {
	classPath, err := Compile()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command("java", "-Xmx512m", "-XX:+UseSerialGC", "-Dorg.bouncycastle.bks.enable_v1=true", "-cp", classPath, "Oracle")
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	// It ends with its standard input, that is with this process; its classes are loaded by its first answer.
	o := &Oracle{in: in, out: bufio.NewReaderSize(out, 1<<20), BouncyCastle: strings.Contains(classPath, bouncyCastle)}
	_, err = o.ask(Request{Type: "JKS", Data: []byte{}})
	dir, _, _ := strings.Cut(classPath, string(os.PathListSeparator))
	os.RemoveAll(dir)
	return o, err
}

// Generate has Java write a matrix of stores, format by algorithm by entries by password, into a temporary folder. It gives
// them in the order made; of every so many one is made. Like Start it skips or fails where there is no JDK, and where BouncyCastle is missing.
func Generate(tb testing.TB, every int) []Made {
	tb.Helper()
	classPath, err := Compile()
	if err != nil {
		missing(tb, "no Java to generate stores with: %v", err)
	}
	dir, _, ok := strings.Cut(classPath, string(os.PathListSeparator))
	defer os.RemoveAll(dir)
	if !ok {
		missing(tb, "no BouncyCastle to generate stores with (Debian: libbcprov-java)")
	}
	to := tb.TempDir()
	cmd := exec.Command("java", "-XX:+UseSerialGC", "-Dorg.bouncycastle.bks.enable_v1=true", "-Djdk.jceks.iterationCount=10000", "-cp", classPath, "Generate", to, filepath.Join(Source(), "..", "stores"), strconv.Itoa(every))
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		tb.Fatalf("generate: %v", err)
	}
	var made []Made
	for _, line := range strings.Split(strings.TrimSpace(string(out)), "\n") {
		f := strings.Split(line, "\t")
		password, err := hex.DecodeString(f[1])
		if err != nil || len(f) != 3 {
			tb.Fatalf("generate prints %q", line)
		}
		made = append(made, Made{Path: filepath.Join(to, f[0]), Password: string(password)})
	}
	return made
}

// Made is a generated store; its keys have the password of the store.
type Made struct {
	Path     string
	Password string
}

// Ask puts one question.
func (o *Oracle) Ask(tb testing.TB, r Request) Answer {
	tb.Helper()
	a, err := o.ask(r)
	if err != nil {
		tb.Fatalf("the oracle does not answer: %v", err)
	}
	return a
}

func (o *Oracle) ask(r Request) (Answer, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	where := r.Path
	if where == "" {
		where = "base64:" + base64.StdEncoding.EncodeToString(r.Data)
	}
	password := "-"
	if r.Password != nil {
		password = hex.EncodeToString([]byte(*r.Password))
	}
	fields := []string{r.Type, r.Provider, where, password}
	for _, k := range r.Keys {
		fields = append(fields, hex.EncodeToString([]byte(k)))
	}
	if _, err := io.WriteString(o.in, strings.Join(fields, "\t")+"\n"); err != nil {
		return Answer{}, err
	}
	line, err := o.out.ReadBytes('\n')
	if err != nil {
		return Answer{}, err
	}
	var a Answer
	err = json.Unmarshal(line, &a)
	return a, err
}
