package stores

import (
	"container/list"
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
	byKey  map[cacheKey]*list.Element
	recent *list.List // of *cached, the most recent first
}

type cacheKey struct {
	digest    [32]byte
	passwords string // each ended by a NUL; in memory only
}

type cached struct {
	key   cacheKey
	once  sync.Once
	store *keystore.Store
	err   error
}

// NewCache makes an empty cache; limits bounds what one store may cost.
func NewCache(limits keystore.Limits) *Cache {
	return &Cache{limits: limits, byKey: map[cacheKey]*list.Element{}, recent: list.New()}
}

// open gives the store of a content, opening it if nobody has.
func (c *Cache) open(content Content, data []byte, passwords []secret.Value) (*keystore.Store, error) {
	key := cacheKey{digest: content.Digest}
	texts := make([]string, 0, len(passwords))
	for _, p := range passwords {
		texts = append(texts, p.Reveal())
		key.passwords += p.Reveal() + "\x00"
	}
	e := c.entry(key)
	e.once.Do(func() {
		e.store, e.err = keystore.OpenBytes(data, keystore.Options{Passwords: texts, Limits: c.limits})
	})
	return e.store, e.err
}

func (c *Cache) entry(key cacheKey) *cached {
	c.mu.Lock()
	defer c.mu.Unlock()
	if el, ok := c.byKey[key]; ok {
		c.recent.MoveToFront(el)
		return el.Value.(*cached)
	}
	e := &cached{key: key}
	c.byKey[key] = c.recent.PushFront(e)
	if c.recent.Len() > cacheSize {
		oldest := c.recent.Back()
		c.recent.Remove(oldest)
		delete(c.byKey, oldest.Value.(*cached).key)
	}
	return e
}
