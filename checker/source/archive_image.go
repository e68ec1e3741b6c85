package source

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// Limits of an image's own descriptions.
const (
	maxLayers      = 1000
	maxDescription = 4 << 20 // bytes of one
)

// errPlatforms: which of several images is meant is not told.
var errPlatforms = errors.New("it holds several images; save one of them by itself")

// layersOf finds the layers of an image, the lowest first, in what 'docker save' writes (manifest.json) or in the OCI image layout
// (index.json, oci-layout). It is no image where neither is there.
func layersOf(parts []part) (layers []part, image bool, err error) {
	files := map[string]*blob{}
	whole := map[string]part{}
	for _, p := range parts {
		if p.blob != nil {
			files[p.name], whole[p.name] = p.blob, p
		}
	}
	links := map[string]string{} // older versions link equal layers
	for _, p := range parts {
		if p.node.mode&fs.ModeSymlink != 0 {
			links[p.name] = path.Join(path.Dir(p.name), p.node.link)
		}
	}
	var names []string
	switch {
	case files["manifest.json"] != nil && (files["oci-layout"] != nil || files["repositories"] != nil || dockerManifest(files["manifest.json"])):
		names, err = dockerLayers(files)
	case files["oci-layout"] != nil && files["index.json"] != nil:
		names, err = ociLayers(files)
	default:
		return nil, false, nil
	}
	if err != nil {
		return nil, true, err
	}
	if len(names) > maxLayers {
		return nil, true, fmt.Errorf("the image has more than %d layers", maxLayers)
	}
	for _, name := range names {
		clean, _, ok := cleanEntry(name)
		if to, linked := links[clean]; linked {
			clean = to
		}
		layer, there := whole[clean]
		if !ok || !there {
			return nil, true, fmt.Errorf("the layer %.200q of the image is not in it", name)
		}
		layers = append(layers, layer)
	}
	return layers, true, nil
}

// describe reads one of the image's descriptions.
func describe(files map[string]*blob, name string, v any) error {
	b := files[name]
	if b == nil {
		return fmt.Errorf("the image's description %.200q is not in it", name)
	}
	r, err := b.open()
	if err != nil {
		return err
	}
	data, err := io.ReadAll(io.LimitReader(r, maxDescription+1))
	switch {
	case err != nil:
		return err
	case len(data) > maxDescription:
		return fmt.Errorf("the image's description %.200q is larger than %d MiB", name, maxDescription>>20)
	}
	if err := json.Unmarshal(data, v); err != nil {
		return fmt.Errorf("the image's description %.200q can't be understood", name)
	}
	return nil
}

// dockerImage is an element of manifest.json.
type dockerImage struct {
	Config string
	Layers []string
}

func dockerManifest(b *blob) bool {
	var images []dockerImage
	err := describe(map[string]*blob{"manifest.json": b}, "manifest.json", &images)
	return err == nil && len(images) > 0 && len(images[0].Layers) > 0 && images[0].Config != ""
}

func dockerLayers(files map[string]*blob) ([]string, error) {
	var images []dockerImage
	if err := describe(files, "manifest.json", &images); err != nil {
		return nil, err
	}
	switch len(images) {
	case 0:
		return nil, errors.New("it describes no image")
	case 1:
		return images[0].Layers, nil
	}
	return nil, errPlatforms
}

// descriptor is OCI's reference to a part of an image.
type descriptor struct {
	MediaType string `json:"mediaType"`
	Digest    string `json:"digest"`
}

// blobName is where the OCI layout keeps a part.
func (d descriptor) blobName() string { return "blobs/" + strings.Replace(d.Digest, ":", "/", 1) }

// ociLayers follows index.json to the one image that is in it; indexes may lie in indexes. What attests to an image is none.
func ociLayers(files map[string]*blob) ([]string, error) {
	name := "index.json"
	for range 8 {
		var doc struct {
			Manifests []struct {
				descriptor

				Platform *struct {
					Architecture string `json:"architecture"`
				} `json:"platform"`
			} `json:"manifests"`
			Layers []descriptor `json:"layers"`
		}
		if err := describe(files, name, &doc); err != nil {
			return nil, err
		}
		if len(doc.Layers) > 0 {
			names := make([]string, len(doc.Layers))
			for i, l := range doc.Layers {
				names[i] = l.blobName()
			}
			return names, nil
		}
		next := ""
		for _, m := range doc.Manifests {
			at := m.blobName()
			if m.Platform != nil && m.Platform.Architecture == "unknown" || files[at] == nil && len(doc.Manifests) > 1 {
				continue
			}
			if next != "" {
				return nil, errPlatforms
			}
			next = at
		}
		if next == "" {
			return nil, errors.New("it describes no image")
		}
		name = next
	}
	return nil, errors.New("its indexes lead in a circle")
}

// Marks of what a layer takes away (OCI image specification, "Whiteouts").
const (
	whiteout = ".wh."
	opaque   = ".wh..wh..opq"
)

// loadImage lays the layers of an image over one another.
func (a *Archive) loadImage(layers []part, spend *budget) error {
	for i, layer := range layers {
		parts, err := a.entriesOf(layer, spend)
		if err != nil {
			return fmt.Errorf("layer %d of the image: %w", i+1, err)
		}
		// What a layer takes away is of those below it, wherever in it the mark stands.
		kept := parts[:0]
		for _, p := range parts {
			base := path.Base(p.name)
			if !strings.HasPrefix(base, whiteout) {
				kept = append(kept, p)
				continue
			}
			dir := a.root.at(path.Dir(p.name))
			switch {
			case dir == nil || !dir.mode.IsDir():
			case base == opaque:
				clear(dir.children)
			default:
				delete(dir.children, strings.TrimPrefix(base, whiteout))
			}
		}
		a.apply(kept)
	}
	return nil
}

// entriesOf lists what is in a layer. One may be compressed; a tar that is not is read where it lies.
func (a *Archive) entriesOf(layer part, spend *budget) ([]part, error) {
	if layer.layer != nil {
		return slices.Clone(layer.layer), nil
	}
	head, err := layer.blob.head()
	if err != nil || len(head) == 0 {
		return nil, err
	}
	if kindOf(head) == tarFile {
		return scan(layer.blob, spend)
	}
	return scan(&blob{whole: layer.blob, passes: &a.passes}, spend)
}
