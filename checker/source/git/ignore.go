package git

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
)

// Limits of the .gitignore files of one revision.
const (
	maxIgnoreFiles = 10_000
	maxIgnoreSize  = 1 << 20 // bytes of one
)

// Ignores answers what a revision's .gitignore files ignore, whatever those of the work tree say. It is safe for concurrent use.
type Ignores struct {
	mu   sync.Mutex
	dir  string // a folder that holds the .gitignore files and nothing else
	cmd  *exec.Cmd
	kill context.CancelFunc
	in   io.WriteCloser
	out  *bufio.Reader
}

// IgnoresOf reads the .gitignore files among the entries of a revision's tree. Beside them the repository's info/exclude counts,
// which no commit changes. Close has to be called.
func (r *Repo) IgnoresOf(ctx context.Context, tree []Entry) (_ *Ignores, err error) {
	g := &Ignores{}
	if g.dir, err = os.MkdirTemp("", "mi-kscheck-"); err != nil {
		return nil, fmt.Errorf("there is no place for the revision's .gitignore files: %w", err)
	}
	defer func() {
		if err != nil {
			_ = g.Close()
		}
	}()
	n := 0
	for _, e := range tree {
		if filepath.Base(filepath.FromSlash(e.Name)) != ".gitignore" || e.Link || !filepath.IsLocal(filepath.FromSlash(e.Name)) {
			continue // git follows no link there either
		}
		if n++; n > maxIgnoreFiles {
			return nil, fmt.Errorf("the revision holds more than %d .gitignore files: %w", maxIgnoreFiles, ErrTooLarge)
		}
		data, err := r.Blob(ctx, e.ID, maxIgnoreSize)
		if err != nil {
			return nil, fmt.Errorf("%q of the revision can't be read: %w", e.Name, err)
		}
		full := filepath.Join(g.dir, filepath.FromSlash(e.Name))
		if err := os.MkdirAll(filepath.Dir(full), 0o700); err != nil {
			return nil, err
		}
		if err := os.WriteFile(full, data, 0o600); err != nil {
			return nil, err
		}
	}
	err = g.start(r)
	return g, err
}

// start begins the one process that answers all questions.
func (g *Ignores) start(r *Repo) error {
	ctx, kill := context.WithCancel(context.Background())
	cmd, err := r.command(ctx, "check-ignore", "--stdin", "-z", "--verbose", "--non-matching", "--no-index")
	if err != nil {
		kill()
		return err
	}
	cmd.Dir = g.dir
	cmd.Env = append(cmd.Env, "GIT_DIR="+filepath.Join(r.root, ".git"), "GIT_WORK_TREE="+g.dir)
	in, err := cmd.StdinPipe()
	if err == nil {
		var out io.ReadCloser
		if out, err = cmd.StdoutPipe(); err == nil {
			if err = cmd.Start(); err == nil {
				g.cmd, g.kill, g.in, g.out = cmd, kill, in, bufio.NewReader(out)
				return nil
			}
		}
	}
	kill()
	return fmt.Errorf("git could not be asked about %q: %w", r.root, err)
}

// Ignored tells whether the revision ignores a name of the repository.
func (g *Ignores) Ignored(name string) (bool, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.out == nil {
		return false, errors.New("git does not answer")
	}
	if _, err := io.WriteString(g.in, "./"+name+"\x00"); err != nil {
		return false, fmt.Errorf("git does not take a question: %w", err)
	}
	// "<file> NUL <line> NUL <pattern> NUL <name> NUL"; the first three are empty where nothing matches.
	var fields [4]string
	for i := range fields {
		f, err := g.out.ReadString(0)
		if err != nil {
			return false, fmt.Errorf("git does not answer: %w", err)
		}
		fields[i] = strings.TrimSuffix(f, "\x00")
	}
	return fields[2] != "" && !strings.HasPrefix(fields[2], "!"), nil
}

// Close ends the process and removes what was written.
func (g *Ignores) Close() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.cmd != nil {
		_ = g.in.Close()
		g.kill()
		_ = g.cmd.Wait() // it was killed, which is no news
		g.cmd, g.out = nil, nil
	}
	if g.dir == "" {
		return nil
	}
	return os.RemoveAll(g.dir)
}
