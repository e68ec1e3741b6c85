package report

import (
	"github.com/chavacava/garif"

	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// artifacts are the archives that were looked into and the entries in them that are named: SARIF names a file in an archive by its
// index here, where it is the archive's child. Other files need no description.
type artifacts struct {
	archives []string // by their URIs
	list     []artifact
	index    map[string]int // by URI
}

// artifact is garif's with a parent that can be the first one, which garif leaves out.
type artifact struct {
	Location    *garif.ArtifactLocation `json:"location"`
	ParentIndex *int                    `json:"parentIndex,omitempty"`
	Roles       []string                `json:"roles,omitempty"`
}

// locate names a file.
func (a *artifacts) locate(path string) *garif.ArtifactLocation {
	archive, entry, ok := source.SplitEntry(a.archives, path)
	if !ok {
		uri, base := location(path)
		return &garif.ArtifactLocation{Uri: uri, UriBaseId: base}
	}
	uri, base := location(archive)
	return a.nest(&garif.ArtifactLocation{Uri: uri, UriBaseId: base}, encodePath(shorten(entry, maxPath)))
}

// nest names an entry of an archive, both by their URIs. Its index is never 0, which garif leaves out: the archive stands before it.
func (a *artifacts) nest(archive *garif.ArtifactLocation, entry string) *garif.ArtifactLocation {
	parent := a.add(archive.Uri, artifact{Location: archive, Roles: []string{"analysisTarget"}})
	child := a.add(source.JoinEntry(archive.Uri, entry), artifact{Location: &garif.ArtifactLocation{Uri: entry}, ParentIndex: &parent})
	return &garif.ArtifactLocation{Uri: entry, Index: child}
}

// add gives the index of an artifact, which it adds when it is new.
func (a *artifacts) add(key string, x artifact) int {
	if i, ok := a.index[key]; ok {
		return i
	}
	if a.index == nil {
		a.index = map[string]int{}
	}
	a.list = append(a.list, x)
	a.index[key] = len(a.list) - 1
	return len(a.list) - 1
}

// parentOf gives where the archive lies that an artifact is an entry of; nil where it is none.
func parentOf(x artifact, of []artifact) *garif.ArtifactLocation {
	if x.Location == nil || x.ParentIndex == nil || *x.ParentIndex < 0 || *x.ParentIndex >= len(of) {
		return nil
	}
	return of[*x.ParentIndex].Location
}

// adopt makes the reference to an artifact of another report, which lists them, one to this report's.
func (a *artifacts) adopt(l *garif.ArtifactLocation, of []artifact) {
	i := l.Index
	l.Index = 0
	if i <= 0 || i >= len(of) {
		return
	}
	if outer := parentOf(of[i], of); outer != nil {
		*l = *a.nest(&garif.ArtifactLocation{Uri: outer.Uri, UriBaseId: outer.UriBaseId}, of[i].Location.Uri)
	}
}

func (a *artifacts) adoptPlace(l *garif.Location, of []artifact) {
	if l != nil && l.PhysicalLocation != nil && l.PhysicalLocation.ArtifactLocation != nil {
		a.adopt(l.PhysicalLocation.ArtifactLocation, of)
	}
}

// adoptAll does so for every place that a result names.
func (a *artifacts) adoptAll(r *garif.Result, of []artifact) {
	for _, l := range r.Locations {
		a.adoptPlace(l, of)
	}
	for _, l := range r.RelatedLocations {
		a.adoptPlace(l, of)
	}
	for _, f := range r.CodeFlows {
		if f == nil {
			continue
		}
		for _, t := range f.ThreadFlows {
			if t == nil {
				continue
			}
			for _, x := range t.Locations {
				if x != nil {
					a.adoptPlace(x.Location, of)
				}
			}
		}
	}
}
