package git

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
)

// Why a revision can't be read.
var (
	ErrNoRevision = errors.New("no such commit")
	ErrAmbiguous  = errors.New("several refs have this name")
	// ErrMissing: the clone is partial (Partial), and nothing is ever fetched; or it is damaged.
	ErrMissing = errors.New("the object is not in this clone")
)

// maxRef is how long a name of a revision may be, in bytes.
const maxRef = 1000

// Limits of abbreviated names of objects.
const (
	minAbbreviation = 4   // digits that git takes for one
	maxObjects      = 100 // with the same beginning that are looked at
)

// Resolve gives the commit that a name stands for, in hex. A name that several refs have, of which they mean different commits,
// is an error: whoever may push a tag could otherwise choose the one that counts.
func (r *Repo) Resolve(ctx context.Context, ref string) (string, error) {
	if ref == "" || len(ref) > maxRef || strings.HasPrefix(ref, "-") || strings.ContainsAny(ref, "\x00\n\r: ") {
		return "", fmt.Errorf("%.60q is no name of a revision: %w", ref, ErrNoRevision)
	}
	commit, err := r.commit(ctx, ref)
	if err != nil {
		return "", err
	}
	args := []string{"for-each-ref", "--count=10", "--format=%(refname)"}
	base := ref
	if i := strings.IndexAny(ref, "~^@"); i >= 0 {
		base = ref[:i]
	}
	if base == "" {
		return commit, nil
	}
	for _, dir := range []string{"refs/", "refs/tags/", "refs/heads/", "refs/remotes/"} {
		if !strings.ContainsAny(base, "*?[\\") {
			args = append(args, dir+base)
		}
	}
	out, err := r.run(ctx, args...)
	if err != nil {
		return "", err
	}
	for name := range strings.FieldsSeq(string(out)) {
		known := false
		for _, dir := range []string{"refs/", "refs/tags/", "refs/heads/", "refs/remotes/"} {
			known = known || name == dir+base // and not what lies below
		}
		if !known {
			continue
		}
		if at, err := r.commit(ctx, name+ref[len(base):]); err == nil && at != commit {
			return "", fmt.Errorf("%q is %s, among others: %w", ref, name, ErrAmbiguous)
		}
		if other, err := r.abbreviates(ctx, base, ref[len(base):], commit); err != nil {
			return "", err
		} else if other {
			return "", fmt.Errorf("%q is %s, and how another commit's name begins: %w", ref, name, ErrAmbiguous)
		}
	}
	return commit, nil
}

// abbreviates tells whether a name that a ref has is also how the name of an object begins that means another commit. Git takes the
// ref then, so that whoever may push one could put it in the place of the commit that was meant.
func (r *Repo) abbreviates(ctx context.Context, name, suffix, commit string) (bool, error) {
	if len(name) < minAbbreviation || strings.Trim(name, "0123456789abcdefABCDEF") != "" {
		return false, nil
	}
	out, err := r.run(ctx, "rev-parse", "--disambiguate="+name)
	if err != nil {
		return false, err
	}
	ids := strings.Fields(string(out))
	if len(ids) > maxObjects {
		return true, nil
	}
	for _, id := range ids {
		if at, err := r.commit(ctx, id+suffix); err == nil && at != commit {
			return true, nil
		}
	}
	return false, nil
}

// commit asks git for the commit of a name.
func (r *Repo) commit(ctx context.Context, ref string) (string, error) {
	out, err := r.run(ctx, "rev-parse", "--verify", "--quiet", "--end-of-options", ref+"^{commit}")
	var exit *exec.ExitError
	if errors.As(err, &exit) && ctx.Err() == nil {
		return "", fmt.Errorf("git knows no commit %.100q: %w", ref, ErrNoRevision)
	}
	return strings.TrimSpace(string(out)), err
}

// Tree lists the files of a commit, in the order of names; submodules are left out.
func (r *Repo) Tree(ctx context.Context, commit string) ([]Entry, error) {
	if strings.Trim(commit, "0123456789abcdef") != "" || commit == "" {
		return nil, fmt.Errorf("%.60q names no commit: %w", commit, ErrNoRevision)
	}
	out, err := r.run(ctx, "ls-tree", "-r", "-z", "--full-tree", commit)
	var exit *exec.ExitError
	if errors.As(err, &exit) && ctx.Err() == nil {
		return nil, fmt.Errorf("git can't list the files of %.12s: %w", commit, ErrMissing)
	}
	if err != nil {
		return nil, err
	}
	var entries []Entry
	for _, line := range split(out) {
		// "100644 blob <id>\t<name>"
		head, name, ok := strings.Cut(line, "\t")
		f := strings.Fields(head)
		if !ok || len(f) != 3 {
			return nil, fmt.Errorf("git gives a tree of %q that can't be read", r.root)
		}
		if f[1] == "blob" {
			entries = append(entries, Entry{Name: name, ID: f[2], Link: f[0] == "120000", Exec: f[0] == "100755"})
		}
	}
	return entries, nil
}

// Partial tells whether a clone lacks objects on purpose. A shallow one lacks commits only: what it has of a commit is whole.
func (r *Repo) Partial(ctx context.Context) bool {
	out, err := r.run(ctx, "config", "--local", "--get-regexp", `^(remote\..*\.(promisor|partialclonefilter)|extensions\.partialclone)$`)
	return err == nil && len(out) > 0
}
