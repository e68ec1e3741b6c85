package product

import (
	"slices"
	"strings"
	"sync"
	"time"
)

// The known keys by public key. A public key may occur in several rows (other certificates for the same key): the first row
// stands, and the places that ship it are joined.
var known = sync.OnceValue(func() map[string]KnownKey {
	keys := map[string]KnownKey{}
	for _, file := range []string{"known-default-keys.tsv", "demo-keys.tsv"} {
		header := true
		for line := range strings.Lines(read(file)) {
			if header {
				header = false
				continue
			}
			if k, ok := parseKey(strings.TrimRight(line, "\r\n")); ok {
				add(keys, k)
			}
		}
	}
	return keys
})

func add(keys map[string]KnownKey, k KnownKey) {
	first, again := keys[k.SPKI]
	if !again {
		keys[k.SPKI] = k
		return
	}
	for _, place := range strings.Split(k.ShippedIn, ", ") {
		if !slices.Contains(strings.Split(first.ShippedIn, ", "), place) {
			first.ShippedIn += ", " + place
		}
	}
	for _, v := range k.MIVersions {
		if !slices.Contains(first.MIVersions, v) {
			first.MIVersions = append(first.MIVersions, v)
		}
	}
	keys[k.SPKI] = first
}

// parseKey reads a row: spki, certificate, alias, subject, self_signed, not_before, not_after, shipped_in, mi_versions.
func parseKey(row string) (KnownKey, bool) {
	f := strings.Split(row, "\t")
	if len(f) < 9 {
		return KnownKey{}, false
	}
	k := KnownKey{SPKI: f[0], Certificate: f[1], Alias: f[2], Subject: f[3], SelfSigned: f[4] == "yes", ShippedIn: f[7]}
	var err1, err2 error
	k.NotBefore, err1 = time.Parse(time.RFC3339, f[5])
	k.NotAfter, err2 = time.Parse(time.RFC3339, f[6])
	if f[8] != "" {
		k.MIVersions = strings.Split(f[8], ",")
	}
	return k, err1 == nil && err2 == nil
}

// Known finds a publicly known key by the SHA-256 of its SubjectPublicKeyInfo (lower-case hex).
func Known(spki string) (KnownKey, bool) {
	k, ok := known()[spki]
	return k, ok
}

// ShippedKey gives the key of the default store that a MI release ships ("4.4.0", "4.4"); false for a release that the table
// does not have: the nearest one has another key.
func ShippedKey(version string) (KnownKey, bool) {
	number, ok := parseVersion(version)
	if !ok {
		return KnownKey{}, false
	}
	for _, k := range known() {
		for _, v := range k.MIVersions {
			if n, ok := parseVersion(v); ok && n == number {
				return k, true
			}
		}
	}
	return KnownKey{}, false
}
