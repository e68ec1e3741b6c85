package stores

import (
	"strconv"
	"sync"

	"github.com/mi-kscheck/mi-kscheck/checker/keystore"
	"github.com/mi-kscheck/mi-kscheck/checker/secret"
)

// cacheSize is how many opened stores are kept: enough for the references of the targets under way and for the stores that
// a whole tree shares, few enough that memory stays flat over thousands of homes.
const cacheSize = 256

// Cache opens each content once for each list of passwords, also when many targets ask at the same time.
type Cache struct {
	limits keystore.Limits
	mu     sync.Mutex
	byKey  map[cacheKey]*cached
	order  []cacheKey // as they came; the oldest makes room
	tables tables
}

type cacheKey struct {
	digest    [32]byte
	passwords string // with their lengths; in memory only
}

type cached struct {
	once  sync.Once
	store *keystore.Store
	err   error
}

// NewCache makes an empty cache; limits bounds what one store may cost.
func NewCache(limits keystore.Limits) *Cache {
	return &Cache{limits: limits, byKey: map[cacheKey]*cached{}}
}

// open gives the store of a content, opening it if nobody has.
func (c *Cache) open(content Content, data []byte, passwords []secret.Value) (*keystore.Store, error) {
	texts := make([]string, 0, len(passwords))
	for _, p := range passwords {
		texts = append(texts, p.Reveal())
	}
	e := c.entry(cacheKeyOf(content, texts...))
	e.once.Do(func() {
		e.store, e.err = keystore.OpenBytes(data, keystore.Options{Passwords: texts, Limits: c.limits})
	})
	return e.store, e.err
}

func (c *Cache) entry(key cacheKey) *cached {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, ok := c.byKey[key]; ok {
		return e
	}
	if len(c.order) == cacheSize {
		delete(c.byKey, c.order[0])
		c.order = c.order[1:]
	}
	e := &cached{}
	c.byKey[key], c.order = e, append(c.order, key)
	return e
}

// cacheKeyOf names a content with a list of passwords. Each has its length before it, so that no two lists are one key.
func cacheKeyOf(content Content, passwords ...string) cacheKey {
	key := cacheKey{digest: content.Digest}
	for _, p := range passwords {
		key.passwords += strconv.Itoa(len(p)) + ":" + p
	}
	return key
}
