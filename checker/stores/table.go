package stores

import (
	"crypto/sha256"
	"errors"
	"sync"

	"github.com/mi-kscheck/mi-kscheck/checker/layout"
	"github.com/mi-kscheck/mi-kscheck/checker/product"
)

// Table is the product's data that a target is read with.
type Table struct {
	Data  *product.Table // nil: the built-in table of the version
	Files []string       // URIs of the installation's files that it is made of; empty likewise
	// Err says why an installation's files are there and not used, and URI which one it is about.
	Err error
	URI string
}

// TableOf gives the data of the installation that a target lies in, which counts before the built-in table of that version
// (mi-semantics section 1). Where one of its files can't be used none of them is, since together they are the product's.
func (c *Cache) TableOf(t *layout.Target) Table {
	var all Table
	var texts [3][]byte
	for i, name := range product.InstalledFiles() {
		file, uri, err := t.InstallationFile(name)
		if err != nil {
			return Table{Err: err, URI: uri}
		}
		if file != nil {
			texts[i] = file.Data
			all.Files = append(all.Files, uri)
		}
	}
	if len(all.Files) == 0 {
		return all
	}
	data, err := c.tables.get(t.Version.Number, texts)
	if err != nil {
		broken := Table{Err: err}
		var which *product.InstalledError
		if errors.As(err, &which) {
			_, broken.URI, _ = t.InstallationFile(which.File)
			broken.Err = errors.New(which.Reason)
		}
		return broken
	}
	all.Data = data
	return all
}

// maxTables is how many tables are kept: the homes of a run have few releases, patched or not.
const maxTables = 16

// tables keeps what installations' files say, so that many homes of one release read it once.
type tables struct {
	mu    sync.Mutex
	byKey map[tableKey]*product.Table
}

type tableKey struct {
	version string
	digests [3][32]byte // zero: no such file
}

func (ts *tables) get(version string, texts [3][]byte) (*product.Table, error) {
	key := tableKey{version: version}
	for i, text := range texts {
		if text != nil {
			key.digests[i] = sha256.Sum256(text)
		}
	}
	ts.mu.Lock()
	defer ts.mu.Unlock()
	if t := ts.byKey[key]; t != nil {
		return t, nil
	}
	t, err := product.Installed(version, texts[0], texts[1], texts[2])
	if err != nil {
		return nil, err
	}
	if len(ts.byKey) >= maxTables || ts.byKey == nil {
		ts.byKey = map[tableKey]*product.Table{}
	}
	ts.byKey[key] = t
	return t, nil
}
