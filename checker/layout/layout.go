// Package layout finds the deployment.toml files of a source and, for each, the roots under which the files that it names
// are looked for: an MI home, the editor extension's project with its Dockerfile, or any tree. It alone knows Dockerfiles
// and where versions are written; it knows nothing of what stands in deployment.toml.
package layout

import (
	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// Kind is the shape in which a deployment.toml was found.
type Kind string

// The kinds of layout.
const (
	Home    Kind = "mi-home"             // <home>/conf/deployment.toml, <home>/bin or <home>/repository
	Project Kind = "integration-project" // deployment/deployment.toml with deployment/docker or pom.xml
	Tree    Kind = "tree"                // anywhere else
	Single  Kind = "file"                // standard input, or a file alone
)

// Target is one deployment.toml to judge.
type Target struct {
	Source source.Source
	Path   string // of deployment.toml in Source
	Kind   Kind
	Home   string // MI home in Source ("." for the root); only for Kind Home
	// Complete tells that whatever the product can open is under the roots (a real MI home), so that a missing file is an error.
	Complete bool
	Version  Version
	Product  string // "mi", or the sibling's name ("apim", "is", "ei") where the files around say so
	Image    *Image // the Dockerfile that builds this deployment, if one was found
	// HomeSource holds Home; it is Source but for an MI home that --mi-home names elsewhere.
	HomeSource source.Source
	options    Options
	scene      *scene
	// installation is the version that the MI home says of itself; empty: it does not.
	installation string
	manifest     string // the YAML file that the deployment.toml is part of; empty: it is a file of its own
	runs, runsAt string // the image that its container runs, and where that is named; empty: not known
	mounts       []*placed
	settings     []Setting // of the container
	// environment is that of the containers that run it; nil: none is known. runsImage: they run what Image builds.
	environment *variables
	runsImage   bool
	hosts       []*Setting
}

// Version is the product version and how it is known.
type Version struct {
	Number  string // "4.4.0"; empty: not found, the newest is assumed by whoever needs one
	Origin  string // "bin/version.txt", "deployment/docker/Dockerfile:3", "pom.xml:21", "--mi-version"; empty with Number
	Assumed bool   // true where Number is empty
}

// Image is what a Dockerfile says of the image's MI home.
type Image struct {
	File string // of the Dockerfile in the target's source
	// Base is the last stage's base image when it is one of the product's ("wso2/wso2mi:4.4.0"), else empty.
	Base   string
	Copies []Copy // in the order of the file, those of earlier stages that the last one builds on first
	full   string // the base image, whosever it is
	env    map[string]string
	from   string // where it is named: "Dockerfile:3"
	runs   []string
	home   func(name string) (string, bool) // a path of the image relative to MI home
}

// Copy is one COPY or ADD instruction's effect on a path of MI home.
type Copy struct {
	Line    int // 1-based, of the instruction
	Span    source.Span
	From    string // the source path in Source (slash-separated); a folder or a file
	To      string // relative to MI home, "" for the home itself; absolute where it lies elsewhere in the image
	Missing bool   // From does not exist in the checkout
	Opaque  bool   // From is another stage, an URL, or a pattern that can't be followed: what it brings is unknown
	folder  bool   // To is a folder that takes what is in From
	pattern string // with Missing: which names From would have brought
}

// Options narrows and informs the search.
type Options struct {
	Paths        []string // as given on the command line, relative to Source; empty: all of it
	Exclude      []string // doublestar globs on URIs
	Version      string   // --mi-version
	Home         string   // --mi-home: in Source, or an absolute folder
	AllowOutside []string // absolute folders that may be read beyond the roots
	NoOutside    bool     // not even the MI home that a PATH names leads out of the roots (--untrusted)
	Mounts       []string // paths relative to MI home, or absolute, that exist only at run time
}

// Status tells what became of a path.
type Status string

// The outcomes of Locate.
const (
	Found Status = "found"
	// Missing: under none of the roots; an error where Target.Complete or CopyMissing.
	Missing Status = "missing"
	// Mounted: declared to exist only at run time.
	Mounted Status = "mounted"
	// Shipped: no such file in the checkout, and the image's base brings its own default at that path (nothing is copied over it).
	Shipped Status = "shipped"
	// Outside: leads out of the roots (absolute, "..", or a link) to where the checker may not look.
	Outside Status = "outside"
	// Unreadable: it is there, but it can't be read (permission, no regular file, too large).
	Unreadable Status = "unreadable"
)

// Location is where a path of the configuration leads.
type Location struct {
	Status Status
	Source source.Source // of the file; may differ from the target's (a folder allowed by --allow-outside)
	Name   string        // in Source; only with Found and Unreadable
	Looked []string      // URIs tried, in order
	// CopyMissing: a Dockerfile's COPY names this file as a source that does not exist.
	CopyMissing *Copy
	// OutsideHome: an absolute path or one that leaves MI home by "..", whether readable or not.
	OutsideHome bool
	// Covered: something is mounted over the path, so that what the image has there does not count.
	Covered bool
	// InSecurity: for a bare name, a file of that name exists under repository/resources/security.
	InSecurity bool
	Err        error // with Unreadable
}
