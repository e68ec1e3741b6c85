package layout

import (
	"path"
	"strings"

	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// mount is what a compose file or the pod of a workload puts over a path of the container when it starts.
type mount struct {
	at string // the path in the container, absolute and clean
	// Where the content comes from. With none of the three it is known at run time only.
	from  string            // a file or folder in the source
	host  string            // an absolute path of the machine that runs the container
	files map[string]string // names in the source by their path below at, "" for at itself
	where string            // with files: what stands for those that are not among them, in the source
	// seeded: what the image has there is still there, as long as nobody changed it (a new volume of Docker's).
	seeded bool
}

// placed is a mount with its place in the MI home.
type placed struct {
	mount
	to string // relative to MI home, absolute where it lies elsewhere
	// overlay: its files are copied over those of MI home at the start, and hide no others.
	overlay bool
}

// mount takes what is mounted into the container that runs the target; where two have one path, the later counts.
func (t *Target) mount(mounts []*mount) {
	for _, m := range mounts {
		p := placed{mount: *m, to: m.at, overlay: strings.Contains(m.at, "/wso2-config-volume")}
		if rel, ok := t.homeRelative(m.at); ok {
			p.to = rel
		}
		// A volume that covers far more than stores says nothing of them.
		if m.seeded && !strings.HasPrefix(p.to, "/") && !source.Below(securityFolder, p.to) {
			continue
		}
		t.mounts = append(t.mounts, &p)
	}
}

// homeRelative gives a path of the container relative to MI home: the image's as its Dockerfile says, or as the product's
// images have it.
func (t *Target) homeRelative(name string) (string, bool) {
	if t.Image != nil {
		if rel, ok := t.Image.home(name); ok {
			return rel, true
		}
	}
	return (&stage{}).homeRelative(name)
}

// mountedFrom looks for a clean path, relative to MI home or absolute, through what is mounted; true ends the search.
func (t *Target) mountedFrom(l *Location, name string) bool {
	tried := map[*placed]bool{}
	for {
		// The deepest counts, of one path the last.
		var m *placed
		rest := ""
		for _, c := range t.mounts {
			if left, under := c.holds(name); under && !tried[c] && (m == nil || len(c.to) >= len(m.to)) {
				m, rest = c, left
			}
		}
		if m == nil {
			return false
		}
		tried[m] = true
		switch {
		case m.from != "":
			if t.try(l, t.Source, path.Join(m.from, rest)) {
				return true
			}
		case m.files != nil:
			if from, ok := m.files[rest]; ok && t.try(l, t.Source, from) {
				return true
			}
			l.Looked = append(l.Looked, t.Source.URI(m.where))
		case m.host != "" && t.onHost(l, path.Join(m.host, rest)):
			return true
		default:
			l.Status = Mounted
			return true
		}
		if !m.overlay {
			l.Covered = true
			return true
		}
	}
}

// holds gives the rest of a clean path below a mount; false where it lies elsewhere.
func (m *placed) holds(name string) (rest string, ok bool) {
	if m.to == "" && !strings.HasPrefix(name, "/") {
		return name, true
	}
	return below(m.to, name)
}

// onHost looks for a path of the machine that runs the container, where the user allowed; false where it may not be looked at.
func (t *Target) onHost(l *Location, abs string) bool {
	if _, _, ok := t.scene.outside.find(abs, false); !ok {
		return false
	}
	return t.beyond(l, abs)
}
