package report

import (
	"net/url"
	"regexp"
	"strings"
)

// srcRoot is the base that the addresses of a SARIF file are relative to: the repository's root, else the path given.
const srcRoot = "SRCROOT"

var drive = regexp.MustCompile(`^[A-Za-z]:/`)

// encodePath percent-encodes a slash-separated path for a URI. All but the characters that are always safe are encoded: a
// colon in the first segment would read as a scheme, brackets and # in a log as a command.
func encodePath(path string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(path) {
		c := path[i]
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.IndexByte("/-._~@+=,$", c) >= 0:
			b.WriteByte(c)
		default:
			b.WriteByte('%')
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&15])
		}
	}
	return b.String()
}

// maxPath is more than file systems take, in code points. An entry of an archive may have a longer name; readers of SARIF give up
// on addresses over 64 kB, and with them on the whole file.
const maxPath = 4096

// location splits a path as findings carry it into a URI and its base: a path outside the root is absolute and has none.
func location(path string) (uri, base string) {
	path = shorten(path, maxPath)
	switch {
	case strings.HasPrefix(path, "/"):
		return "file:///" + encodePath(strings.TrimLeft(path, "/")), ""
	case drive.MatchString(path):
		return "file:///" + path[:2] + encodePath(path[2:]), ""
	}
	return encodePath(path), srcRoot
}

// scp is git's short form of an address: [user@]host:path.
var scp = regexp.MustCompile(`^(?:[^/:@]+@)?([A-Za-z0-9][A-Za-z0-9.-]+):([^/\\].*)$`)

// webURI gives an address that may be published: absolute, and without the name and token that a remote of git may carry.
func webURI(s string) (string, bool) {
	if m := scp.FindStringSubmatch(s); m != nil {
		s = "ssh://" + m[1] + "/" + m[2]
	}
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http" && u.Scheme != "ssh") {
		return "", false
	}
	u.User, u.RawQuery, u.Fragment = nil, "", ""
	return u.String(), true
}
