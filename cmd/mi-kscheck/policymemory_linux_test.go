package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestPoliciesTakeBoundedMemory runs policies that make texts without end by each command that asks policies, and holds the memory of
// the process, as the system counts it, to what documentation promises.
func TestPoliciesTakeBoundedMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("it fills 512 MiB")
	}
	const most = 768 << 10 // KiB: the bound of the heap, and half of it for what is garbage, for stacks and the program
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var body strings.Builder
	body.WriteString("x0 := \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"\n\n")
	for i := range 16 {
		fmt.Fprintf(&body, "x%d := concat(\"\", [x%d, x%d])\n\n", i+1, i, i)
	}
	body.WriteString("xs := [x | some x in split(\"a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t,u,v,w,x,y,z\", \",\")]\n\n")
	const endless = `if count([concat("", [x16, a, b, c]) | some a in xs; some b in xs; some c in xs]) == 0`
	head := "# METADATA\n# scope: package\n# title: t\n# custom: {id: EVIL001, name: evil, level: note}\n"
	write("evil.rego", head+"package custom.a.evil\n\n"+body.String()+`findings contains {"at": "/x"} `+endless+"\n")
	write("evil_test.rego", "package custom.a.evil_test\n\nimport data.custom.a.evil\n\ntest_evil if count(evil.findings) == 0\n")
	const demo = "../../testdata/demo"
	for _, args := range [][]string{
		{"check", demo, "--policy", dir, "-q"},
		{"check", demo, "--policy", dir, "-q", "--only", "EVIL001", "--trace", "EVIL001"},
		{"policy", "eval", "data.custom.a.evil.findings", demo, "--policy", dir},
		{"policy", "test", dir},
	} {
		c := exec.CommandContext(t.Context(), "mi-kscheck", args...)
		out, err := c.CombinedOutput()
		// Where the machine is busy the time may be over first.
		if err == nil || !strings.Contains(string(out), "more than 512 MiB of memory") && !strings.Contains(string(out), "did not end within 5s") {
			t.Errorf("%q: %v\n%s", args, err, out)
		}
		usage, ok := c.ProcessState.SysUsage().(*syscall.Rusage)
		if !ok || usage.Maxrss > most {
			t.Errorf("%q took %d MiB, more than %d", args, usage.Maxrss>>10, most>>10)
		}
		t.Logf("%q: %d MiB", args, usage.Maxrss>>10)
	}
}
