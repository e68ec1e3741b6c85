package stores

import (
	"os"
	"path/filepath"
	"sync"
	"testing"

	"crypto/sha256"

	"github.com/mi-kscheck/mi-kscheck/checker/keystore"
	"github.com/mi-kscheck/mi-kscheck/checker/secret"
)

func demoStore(t *testing.T) ([]byte, Content) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "testdata", "demo", "deployment", "docker", "resources", "wso2carbon.jks"))
	if err != nil {
		t.Fatal(err)
	}
	return data, Content{Digest: sha256.Sum256(data), Size: len(data)}
}

func TestOneContentIsOpenedOnce(t *testing.T) {
	data, content := demoStore(t)
	c := NewCache(keystore.Limits{})
	var wg sync.WaitGroup
	got := make([]*keystore.Store, 20)
	for i := range got {
		wg.Go(func() { got[i], _ = c.open(content, data, []secret.Value{secret.New("wso2carbon")}) })
	}
	wg.Wait()
	for _, s := range got {
		if s == nil || s != got[0] {
			t.Fatal("the same content with the same passwords gives different stores")
		}
	}
	if s, _ := c.open(content, data, []secret.Value{secret.New("other")}); s == got[0] {
		t.Error("other passwords give the same store")
	}
	if a, b := (cacheKeyOf(content, "a", "b")), (cacheKeyOf(content, "a\x00b")); a == b {
		t.Error("two passwords are one key with a single one")
	}
}

func TestCacheStaysSmall(t *testing.T) {
	c := NewCache(keystore.Limits{})
	for i := range 3 * cacheSize {
		c.entry(cacheKey{digest: sha256.Sum256([]byte{byte(i), byte(i >> 8)})})
	}
	if len(c.byKey) != cacheSize || len(c.order) != cacheSize {
		t.Errorf("%d entries and %d in order, want %d", len(c.byKey), len(c.order), cacheSize)
	}
}
