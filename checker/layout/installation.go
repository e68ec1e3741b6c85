package layout

import (
	"path"
	"strings"

	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// installationFolder is where an installation has its config mapper's files, relative to its home.
const installationFolder = "repository/resources/conf"

// InstallationFile reads a file of the config mapper in an MI home; a name without a folder. It is nil, without an error, where
// there is no MI home, and where --mi-version asks for another version than that of the home, whose files say nothing about it.
func (t *Target) InstallationFile(name string) (file *source.File, uri string, err error) {
	if t.Kind != Home || t.otherVersion() {
		return nil, "", nil
	}
	name = path.Join(t.Home, installationFolder, name)
	uri = t.HomeSource.URI(name)
	if !exists(t.HomeSource, name) {
		return nil, uri, nil
	}
	file, err = t.HomeSource.Read(name)
	return file, uri, err
}

// otherVersion tells that the target is to be judged as another version than the one that is installed. A version that is given
// with fewer numbers is the installed one where these are the same.
func (t *Target) otherVersion() bool {
	if t.installation == "" || t.options.Version == "" {
		return false
	}
	return !strings.HasPrefix(t.installation+".", strings.TrimPrefix(t.options.Version, "v")+".")
}
