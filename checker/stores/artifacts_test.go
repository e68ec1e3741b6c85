package stores

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/mi-kscheck/mi-kscheck/checker/deployment"
	"github.com/mi-kscheck/mi-kscheck/checker/layout"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// However many artifacts there are, the uses of stores that are looked at are bounded, and it is told.
func TestUsesByArtifactsAreBounded(t *testing.T) {
	dir := t.TempDir()
	artifacts := filepath.Join(dir, "src/main/wso2mi/artifacts")
	if err := os.MkdirAll(artifacts, 0o755); err != nil {
		t.Fatal(err)
	}
	write := func(name, text string) {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(filepath.Join(dir, "deployment.toml"), "")
	const text = `<inboundEndpoint xmlns="http://ws.apache.org/ns/synapse" protocol="wss"><parameters><parameter name="wss.ssl.key.store.file">x</parameter></parameters></inboundEndpoint>`
	for i := range maxUses + 50 {
		write(filepath.Join(artifacts, fmt.Sprintf("%03d.xml", i)), text)
	}
	opened, err := source.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = opened.Close() })
	targets, _ := layout.Find(t.Context(), opened.Source, layout.Options{})
	f, err := targets[0].Source.Read(targets[0].Path)
	if err != nil {
		t.Fatal(err)
	}
	a := ReadArtifacts(targets[0], deployment.Read(f, deployment.Options{}))
	if n := len(a.references()); n != maxUses || len(a.Problems) != 1 || a.Problems[0].Err != errManyUses { //nolint:errorlint // our own
		t.Errorf("%d uses, %v", n, a.Problems)
	}
}
