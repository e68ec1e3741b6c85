package git

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Author is who wrote a line, as the commit says; a commit can say what it likes.
type Author struct {
	Name, Email string
	Time        time.Time
	Commit      string // in hex
}

// Blamed is a line of a file as it was committed last.
type Blamed struct {
	Text string // without the line break
	Author
}

// Blame tells who wrote the lines of a file as the commit that is checked out holds it. The work tree's own file is not asked about:
// for that git would run the filters that the repository names. Nothing is fetched, so that a partial clone may give an error.
func (r *Repo) Blame(ctx context.Context, name string) ([]Blamed, error) {
	args := []string{"-c", "blame.ignoreRevsFile=", "blame", "--line-porcelain", "--no-textconv", "HEAD", "--", name}
	out, err := r.run(ctx, args...)
	var exit *exec.ExitError
	if errors.As(err, &exit) && ctx.Err() == nil {
		out, err = r.unconfigured(ctx, args...)
	}
	if err != nil {
		return nil, err
	}
	var lines []Blamed
	var b Blamed
	for line := range bytes.Lines(out) {
		text := strings.TrimRight(string(line), "\r\n")
		if code, ok := strings.CutPrefix(text, "\t"); ok {
			b.Text = code
			lines = append(lines, b)
			b = Blamed{}
			continue
		}
		key, value, _ := strings.Cut(text, " ")
		switch {
		case key == "author":
			b.Name = value
		case key == "author-mail":
			b.Email = strings.Trim(value, "<>")
		case key == "author-time":
			n, err := strconv.ParseInt(value, 10, 64)
			if err != nil {
				return nil, fmt.Errorf("git gives a time of %q that can't be read", name)
			}
			b.Time = time.Unix(n, 0).UTC()
		case b.Commit == "" && len(key) >= 40:
			b.Commit = key
		}
	}
	return lines, nil
}

// unconfigured calls git on the repository's objects, and without its configuration: a setting that names a file that is not there
// (blame.ignoreRevsFile) makes git fail, and none on the command line takes it away.
func (r *Repo) unconfigured(ctx context.Context, args ...string) ([]byte, error) {
	out, err := r.run(ctx, "rev-parse", "HEAD", "--git-path", "objects", "--git-path", "shallow")
	if err != nil {
		return nil, err
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if len(lines) != 3 {
		return nil, fmt.Errorf("git does not say where %q has its objects", r.root)
	}
	for i, p := range lines[1:] {
		if !filepath.IsAbs(p) {
			lines[1+i] = filepath.Join(r.root, p)
		}
	}
	dir, err := os.MkdirTemp("", "mi-kscheck-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // it holds nothing of worth
	config := "[core]\nrepositoryFormatVersion = 0\nbare = true\n"
	if len(lines[0]) == 64 {
		config = "[core]\nrepositoryFormatVersion = 1\nbare = true\n[extensions]\nobjectFormat = sha256\n"
	}
	files := map[string][]byte{"HEAD": []byte(lines[0] + "\n"), "config": []byte(config)}
	if shallow, err := os.ReadFile(lines[2]); err == nil {
		files["shallow"] = shallow
	}
	err = os.Mkdir(filepath.Join(dir, "refs"), 0o700)
	for name, data := range files {
		err = errors.Join(err, os.WriteFile(filepath.Join(dir, name), data, 0o600))
	}
	if err != nil {
		return nil, err
	}
	return r.under(ctx, []string{"GIT_DIR=" + dir, "GIT_OBJECT_DIRECTORY=" + lines[1]}, args...)
}
