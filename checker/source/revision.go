package source

import (
	"context"
	"errors"
	"fmt"

	"github.com/mi-kscheck/mi-kscheck/checker/source/git"
)

// Revision is a source over the files of a commit: what counts where the work tree can't be trusted.
type Revision struct {
	*Index
	ignores *git.Ignores
}

// OpenRevision opens the tree that a name of a revision stands for, in the repository of an opened source. Its files have the
// URIs that they have there. Errors are sentences; they wrap git.ErrNoRevision, git.ErrAmbiguous or git.ErrMissing.
func OpenRevision(ctx context.Context, o Opened, ref string) (*Revision, error) {
	prefix := ""
	if f, ok := o.Source.(*Folder); ok {
		prefix = f.prefix
	}
	return openRevision(ctx, o.Root, prefix, ref)
}

// OpenRevisions resolves the PATHs of the command line as OpenAll does, to the tree of a revision instead of the work tree; the
// paths need not exist there. A path outside of any repository, and a revision that its repository does not know, are errors.
func OpenRevisions(ctx context.Context, args []string, ref string) ([]Opened, []error) {
	return openRepositories(args, "%q lies in no git repository, so that it has no revisions; leave out --rev", func(root, prefix string) (Source, error) {
		return openRevision(ctx, root, prefix, ref)
	})
}

func openRevision(ctx context.Context, root, prefix, ref string) (*Revision, error) {
	repo := git.At(root)
	commit, err := repo.Resolve(ctx, ref)
	switch {
	case errors.Is(err, git.ErrNoRevision):
		return nil, say(err, "there is no revision %.100q in this clone; fetch it first: git fetch origin (with actions/checkout, set fetch-depth: 0)", ref)
	case errors.Is(err, git.ErrAmbiguous):
		return nil, say(err, "the revision %.100q is ambiguous: several refs have this name; write it in full, as refs/remotes/origin/main", ref)
	case err != nil:
		return nil, err
	}
	r := &Revision{Index: &Index{repo: repo, prefix: prefix, limit: MaxFile, commit: commit, ref: ref}}
	err = r.load()
	return r, err
}

// Close ends the git processes.
func (r *Revision) Close() error {
	var err error
	if r.ignores != nil {
		err = r.ignores.Close()
	}
	return errors.Join(err, r.Index.Close())
}

// Commit is the commit, in hex.
func (r *Revision) Commit(context.Context) string { return r.commit }

// Problem is the first content that was asked for and that the clone does not hold; nil where there was none.
func (r *Revision) Problem() error {
	if err := r.missing.Load(); err != nil {
		return *err
	}
	return nil
}

// Rule makes the revision's .gitignore files those that count in a folder, in place of its own: whoever may change these could
// hide a file. In repositories within the repository nothing is ignored, then.
func (r *Revision) Rule(ctx context.Context, f *Folder) error {
	entries, err := r.entries()
	if err == nil {
		r.ignores, err = r.repo.IgnoresOf(ctx, entries)
	}
	if err != nil {
		return r.cannot(err, "the .gitignore files of "+r.what())
	}
	f.repos.mu.Lock()
	defer f.repos.mu.Unlock()
	f.repos.ignores = r.ignores
	return nil
}

// entries asks git for the files.
func (x *Index) entries() ([]git.Entry, error) {
	if x.commit == "" {
		return x.repo.Index(context.Background())
	}
	return x.repo.Tree(context.Background(), x.commit)
}

func (x *Index) what() string {
	if x.commit == "" {
		return "the git index"
	}
	return fmt.Sprintf("the revision %.100q", x.ref)
}

// cannot words why something can't be read.
func (x *Index) cannot(err error, what string) error {
	if x.commit != "" && errors.Is(err, git.ErrMissing) {
		if !x.repo.Partial(context.Background()) {
			err = say(err, "%s can't be read: this repository is damaged and does not hold it, or not as a whole; git fsck tells what is missing", what)
			x.missing.CompareAndSwap(nil, &err)
			return err
		}
		err = say(err, "%s can't be read: this clone is partial and does not hold it, and nothing is fetched by itself; run: git fetch --refetch --no-filter origin", what)
		x.missing.CompareAndSwap(nil, &err)
		return err
	}
	return say(err, "%s can't be read: %v", what, err)
}
