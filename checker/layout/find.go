package layout

import (
	"context"

	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// Problem is a file or folder that could not be looked at (MIKS903).
type Problem struct {
	URI string
	Err error
}

// Find lists the targets of a source in a stable order: every deployment.toml below the paths (tracked files always,
// untracked ones unless git ignores them), each path that names a file being a target whatever its name. Folders that can't
// be read become problems and the rest goes on.
func Find(ctx context.Context, src source.Source, o Options) ([]*Target, []Problem) {
	panic("not built yet")
}

// Locate resolves a path as the product would: relative to MI home (os.File with MI home as working directory), through the
// COPY lines of the image, else, in a checkout, as resources/X, security/X and X beside the file. path is the effective
// value of a file_name or location, taken as it stands (no trimming).
func (t *Target) Locate(path string) Location { panic("not built yet") }
