package source

// repositories are the git repositories of a folder: the one that it lies in and those nested in it.
type repositories struct {
	top string // absolute
}

func (r *repositories) close() error { return nil }

// Git tells what git knows of a file.
func (f *Folder) Git(name string) GitFacts { return GitFacts{} }
