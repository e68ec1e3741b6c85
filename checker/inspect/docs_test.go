package inspect

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The pictures of docs/trust.md are what the tool prints.
func TestPictures(t *testing.T) {
	doc, err := os.ReadFile(filepath.Join("..", "..", "docs", "trust.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"trusted.txt", "not-trusted.txt"} {
		out, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		_, after, _ := strings.Cut(string(out), "\nTrust: ")
		picture, _, ok := strings.Cut(after, "Certificate chain length")
		if !ok || !strings.Contains(string(doc), "```text\nTrust: "+picture+"```") {
			t.Errorf("docs/trust.md does not show the path of %s", name)
		}
	}
}
