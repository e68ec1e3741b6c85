package source

import (
	"context"
	"errors"
	"path"
	"path/filepath"
	"strings"
	"sync"

	"github.com/mi-kscheck/mi-kscheck/checker/source/git"
)

// repositories are the git repositories of a folder: the one that it lies in and those nested in it (submodules, clones in a
// folder of clones). They are found by looking, and git is started for one when the first question about it comes.
type repositories struct {
	top string // absolute

	mu     sync.Mutex
	byDir  map[string]member
	opened []*git.Repo
	reason error
	// ignores, where set, says what is ignored in place of the work tree's own files (see Revision.Rule).
	ignores *git.Ignores
}

// member tells in which repository the files of a folder lie.
type member struct {
	repo *git.Repo // nil: in none
	// at is the folder in the source that is the repository's top; above is the way from the repository's top to the source,
	// where that lies deeper. One of both is ".".
	at, above string
}

// of gives the repository that the entries of a folder belong to.
func (r *repositories) of(dir string) member {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.find(dir)
}

func (r *repositories) find(dir string) member {
	if m, ok := r.byDir[dir]; ok {
		return m
	}
	var m member
	switch full := filepath.Join(r.top, filepath.FromSlash(dir)); {
	case git.IsRoot(full):
		m = member{repo: git.At(full), at: dir, above: "."}
		r.opened = append(r.opened, m.repo)
	case dir != ".":
		m = r.find(path.Dir(dir))
	default:
		if root, ok := git.Root(r.top); ok {
			if rel, err := filepath.Rel(root, r.top); err == nil {
				m = member{repo: git.At(root), at: ".", above: filepath.ToSlash(rel)}
				r.opened = append(r.opened, m.repo)
			}
		}
	}
	if r.byDir == nil {
		r.byDir = map[string]member{}
	}
	r.byDir[dir] = m
	return m
}

// ruled gives what is ignored in place of what the work tree says; nil: the work tree counts.
func (r *repositories) ruled() *git.Ignores {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.ignores
}

// name gives a file's name in its repository.
func (m member) name(name string) string {
	if m.at != "." {
		name = strings.TrimPrefix(strings.TrimPrefix(name, m.at), "/")
	}
	return path.Join(m.above, name)
}

func (r *repositories) failed(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.reason == nil {
		r.reason = err
	}
}

func (r *repositories) close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	var errs []error
	for _, repo := range r.opened {
		errs = append(errs, repo.Close())
	}
	return errors.Join(errs...)
}

// Git tells what git knows of a file or folder. The top of a nested repository is a matter of the repository around it. The
// first question about a repository starts git once, the first about an untracked file once more; all others are answered
// from its lists.
func (f *Folder) Git(name string) GitFacts {
	if !valid(name) {
		return GitFacts{}
	}
	m := f.repos.of(path.Dir(name))
	if m.repo == nil {
		return GitFacts{}
	}
	inner := m.name(name)
	tracked, err := m.repo.Tracked(context.Background(), inner)
	if err != nil {
		f.repos.failed(err)
		return GitFacts{}
	}
	facts := GitFacts{WorkTree: true, Tracked: tracked}
	info, statErr := f.root.Lstat(filepath.FromSlash(name))
	folder := statErr == nil && info.IsDir()
	if tracked && !folder {
		return facts
	}
	switch ignores := f.repos.ruled(); {
	case ignores == nil:
		facts.Ignored, err = m.repo.Ignored(context.Background(), inner)
	case m.at == "." && !tracked:
		if folder { // which is not there where git looks; what is in it tells
			inner = path.Join(inner, "any")
		}
		facts.Ignored, err = ignores.Ignored(inner)
	}
	if err != nil {
		f.repos.failed(err)
		facts.Ignored = false
	}
	return facts
}

// GitProblem is why there are no git facts of a repository that is there: no git program (git.ErrNoProgram), a repository of
// another user (git.ErrForeign), or what else git said; nil where nothing was asked or all was answered.
func (f *Folder) GitProblem() error {
	f.repos.mu.Lock()
	defer f.repos.mu.Unlock()
	return f.repos.reason
}

// TrackedFiles lists the files that git tracks in the repository that the folder is the top of, sorted; none elsewhere. Nested
// repositories are not listed. The list is not to be changed.
func (f *Folder) TrackedFiles(ctx context.Context) []string {
	m := f.repos.of(".")
	if m.repo == nil || m.above != "." {
		return nil
	}
	names, err := m.repo.TrackedFiles(ctx)
	if err != nil {
		f.repos.failed(err)
	}
	return names
}

// Commit is the commit that is checked out in the repository that the folder lies in, in hex; empty where there is none.
func (f *Folder) Commit(ctx context.Context) string {
	m := f.repos.of(".")
	if m.repo == nil {
		return ""
	}
	id, err := m.repo.Head(ctx)
	if err != nil {
		f.repos.failed(err)
	}
	return id
}

// Origin is the address of the remote 'origin' of the repository that the folder lies in, credentials included; empty where there
// is none.
func (f *Folder) Origin(ctx context.Context) string {
	m := f.repos.of(".")
	if m.repo == nil {
		return ""
	}
	address, err := m.repo.Origin(ctx)
	if err != nil {
		f.repos.failed(err)
	}
	return address
}
