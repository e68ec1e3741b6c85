// Package git does all of the checker's git work: it finds repositories without starting anything, and asks the git program's
// plumbing for the rest (what is tracked, what is ignored, the index, what is staged, the commit).
//
// The repository may be hostile. The program runs with an environment built from nothing and with every setting overridden
// that could make it start something or reach the network: hooks, fsmonitor, textconv, external diff, lazy fetching, pagers,
// prompts, credential helpers. Where there is no git program there are no git facts, which is no error of the check.
package git

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
)

// Root finds the work tree that an absolute folder lies in by looking for .git upwards. It starts no process. dir should have
// its links resolved, as git itself would see it.
func Root(dir string) (string, bool) {
	for {
		if IsRoot(dir) {
			return dir, true
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", false
		}
		dir = up
	}
}

// IsRoot tells whether a folder is the top of a work tree: its .git is a folder with a HEAD, or a file that names one
// elsewhere (a linked work tree, a submodule).
func IsRoot(dir string) bool {
	dot := filepath.Join(dir, ".git")
	info, err := os.Lstat(dot)
	if err != nil {
		return false
	}
	if info.Mode()&os.ModeSymlink != 0 {
		if info, err = os.Stat(dot); err != nil {
			return false
		}
	}
	if info.IsDir() {
		_, err := os.Lstat(filepath.Join(dot, "HEAD"))
		return err == nil
	}
	return info.Mode().IsRegular() && pointer(dot) != ""
}

// pointer reads the file form of .git; empty where it is none.
func pointer(file string) string {
	f, err := os.Open(file)
	if err != nil {
		return ""
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, 8192))
	if err != nil || !bytes.HasPrefix(data, []byte("gitdir:")) {
		return ""
	}
	return string(bytes.TrimSpace(data[len("gitdir:"):]))
}
