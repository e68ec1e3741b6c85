package git

import (
	"context"
	"errors"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// Repo is one repository with a work tree. Making it starts nothing; each list is asked for when first needed and kept. It is
// safe for concurrent use.
type Repo struct {
	root  string
	index string // GIT_INDEX_FILE of the hook that runs us

	safeMu sync.Mutex
	safe   []string // safe.directory; nil: not looked up

	mu      sync.Mutex
	tracked *list
	ignored *list
	blobs   *blobs
}

// list is a sorted list of names, or why there is none.
type list struct {
	names []string
	err   error
}

// At gives the repository whose work tree has its top at an absolute folder (see Root).
func At(root string) *Repo { return &Repo{root: root} }

// UseIndex makes the repository's index another file, as git itself does while it runs the hooks of "git commit -a". A file
// that does not lie in the repository's own git folder is not used and gives false.
func (r *Repo) UseIndex(file string) bool {
	if file == "" {
		return false
	}
	if !filepath.IsAbs(file) {
		file = filepath.Join(r.root, file)
	}
	dir := filepath.Join(r.root, ".git")
	if to := pointer(dir); to != "" {
		if dir = to; !filepath.IsAbs(to) {
			dir = filepath.Join(r.root, to)
		}
	}
	rel, err := filepath.Rel(filepath.Clean(dir), file)
	if err != nil || !filepath.IsLocal(rel) {
		return false
	}
	r.index = file
	return true
}

// Root is the top of the work tree.
func (r *Repo) Root() string { return r.root }

// Close ends the process that reads blobs, if one was started.
func (r *Repo) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.blobs.stop()
	r.blobs = nil
	return nil
}

// Tracked tells whether a file, or a file below a folder, is in the index. One call of git serves all names.
func (r *Repo) Tracked(ctx context.Context, name string) (bool, error) {
	l := r.list(ctx, &r.tracked, "ls-files", "-z", "--cached")
	return l.holds(name) || l.below(name), l.err
}

// TrackedFiles lists the index, sorted; not to be changed.
func (r *Repo) TrackedFiles(ctx context.Context) ([]string, error) {
	l := r.list(ctx, &r.tracked, "ls-files", "-z", "--cached")
	return l.names, l.err
}

// Ignored tells whether a file or folder is untracked and matches what the repository ignores (.gitignore and info/exclude;
// not the user's own list, which other users do not have). One call of git serves all names; a second one is made only for
// a folder that holds tracked and ignored files.
func (r *Repo) Ignored(ctx context.Context, name string) (bool, error) {
	l := r.list(ctx, &r.ignored, "ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--directory")
	if l.err != nil || l.holds(name) {
		return l.err == nil, l.err
	}
	for i := len(name); i > 0; i = strings.LastIndexByte(name[:i], '/') {
		if l.holds(name[:i] + "/") {
			return true, nil
		}
	}
	if l.below(name) {
		// Git lists such a folder's files one by one, whether or not a rule is about the folder itself.
		_, err := r.run(ctx, "check-ignore", "--quiet", "--no-index", "--", "./"+name)
		return err == nil, nil
	}
	return false, nil
}

// Staged lists the paths that the next commit changes, deleted ones too, sorted; all of the index before the first commit.
func (r *Repo) Staged(ctx context.Context) ([]string, error) {
	// Without renames no content is looked at.
	out, err := r.run(ctx, "diff", "--cached", "--name-only", "-z", "--no-renames", "--no-ext-diff", "--no-textconv",
		"--no-color", "--no-relative", "--ignore-submodules=all", "--")
	if err != nil {
		return nil, err
	}
	names := split(out)
	slices.Sort(names)
	return names, nil
}

// Head is the commit that is checked out, in hex; empty before the first one.
func (r *Repo) Head(ctx context.Context) (string, error) {
	out, err := r.run(ctx, "rev-parse", "--verify", "--quiet", "HEAD^{commit}")
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == 1 {
		return "", nil
	}
	return strings.TrimSpace(string(out)), err
}

// Origin is the address of the remote 'origin' as the repository's own configuration has it, credentials included; empty where
// there is none.
func (r *Repo) Origin(ctx context.Context) (string, error) {
	out, err := r.run(ctx, "config", "--local", "--no-includes", "--get", "remote.origin.url")
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == 1 {
		return "", nil
	}
	return strings.TrimSpace(string(out)), err
}

// list asks git once and keeps the answer, failures too.
func (r *Repo) list(ctx context.Context, kept **list, args ...string) *list {
	r.mu.Lock()
	defer r.mu.Unlock()
	if *kept == nil {
		out, err := r.run(ctx, args...)
		l := &list{names: split(out), err: err}
		slices.Sort(l.names)
		*kept = l
	}
	return *kept
}

// holds tells whether a name is in the list.
func (l *list) holds(name string) bool {
	_, ok := slices.BinarySearch(l.names, name)
	return ok
}

// below tells whether anything below a folder is in the list.
func (l *list) below(dir string) bool {
	if dir == "." {
		return len(l.names) > 0
	}
	i, _ := slices.BinarySearch(l.names, dir+"/")
	return i < len(l.names) && strings.HasPrefix(l.names[i], dir+"/")
}

// split takes a NUL-separated list apart; the names share one string.
func split(out []byte) []string {
	text := strings.TrimSuffix(string(out), "\x00")
	if text == "" {
		return nil
	}
	return strings.Split(text, "\x00")
}
