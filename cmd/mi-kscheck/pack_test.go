package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"

	"github.com/open-policy-agent/opa/v1/bundle"
	"github.com/open-policy-agent/opa/v1/util"
	"github.com/rogpeppe/go-internal/testscript"
)

// pack is "pack KIND FILE FOLDER …": an archive of the folders. An image has a layer of the first folder by its name, and one of what
// is in each of the others.
func pack(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: pack KIND FILE FOLDER ...")
	}
	var out []byte
	first := filesOf(ts, args[2], args[2])
	switch args[0] {
	case "zip":
		out = zipOf(ts, first)
	case "tar":
		out = tarOf(ts, first)
	case "tgz":
		out = gzipOf(ts, tarOf(ts, first))
	case "climbing":
		out = tarOf(ts, append(first, packed{name: "../x", data: []byte("x")}))
	case "bomb":
		out = gzipOf(ts, tarOf(ts, append(first, packed{name: "x", data: make([]byte, 300<<20)})))
	case "huge":
		hugeImage(ts, ts.MkAbs(args[1]), tarOf(ts, first))
		return
	case "image", "image-gz", "oci":
		layers := [][]byte{tarOf(ts, first)}
		for _, dir := range args[3:] {
			layers = append(layers, tarOf(ts, filesOf(ts, dir, ".")))
		}
		out = imageOf(ts, layers, args[0])
	default:
		ts.Fatalf("pack: no kind %q", args[0])
	}
	file := ts.MkAbs(args[1])
	ts.Check(os.MkdirAll(path.Dir(file), 0o755))
	ts.Check(os.WriteFile(file, out, 0o644))
}

// signBundle is "sign KEY FOLDER": what "opa sign --bundle" writes into a folder. The steps of .ci hold the checker to opa's own.
func signBundle(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: sign KEY FOLDER")
	}
	var files []bundle.FileInfo
	for _, f := range filesOf(ts, args[1], ".") {
		name := path.Clean(f.name)
		if name == ".signatures.json" {
			continue
		}
		var content any = f.data
		if ext := path.Ext(name); ext == ".yaml" || ext == ".json" {
			ts.Check(util.Unmarshal(f.data, &content))
		}
		h, err := bundle.NewSignatureHasher(bundle.SHA256)
		ts.Check(err)
		sum, err := h.HashFile(content)
		ts.Check(err)
		files = append(files, bundle.FileInfo{Name: name, Hash: hex.EncodeToString(sum), Algorithm: "SHA-256"})
	}
	token, err := bundle.GenerateSignedToken(files, bundle.NewSigningConfig(ts.ReadFile(args[0]), "RS256", ""), "")
	ts.Check(err)
	b, err := json.Marshal(map[string]any{"signatures": []string{token}})
	ts.Check(err)
	ts.Check(os.WriteFile(path.Join(ts.MkAbs(args[1]), ".signatures.json"), b, 0o644))
}

type packed struct {
	name string
	data []byte
}

// filesOf lists the files of a folder, named below another name.
func filesOf(ts *testscript.TestScript, dir, as string) []packed {
	var all []packed
	root := os.DirFS(ts.MkAbs(dir))
	ts.Check(fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(root, name)
		all = append(all, packed{path.Join(as, name), data})
		return err
	}))
	return all
}

func zipOf(ts *testscript.TestScript, files []packed) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range files {
		e, err := w.Create(f.name)
		ts.Check(err)
		_, err = e.Write(f.data)
		ts.Check(err)
	}
	ts.Check(w.Close())
	return b.Bytes()
}

func tarOf(ts *testscript.TestScript, files []packed) []byte {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, f := range files {
		ts.Check(w.WriteHeader(&tar.Header{Name: f.name, Mode: 0o644, Size: int64(len(f.data)), Typeflag: tar.TypeReg}))
		_, err := w.Write(f.data)
		ts.Check(err)
	}
	ts.Check(w.Close())
	return b.Bytes()
}

func gzipOf(ts *testscript.TestScript, data []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := io.Copy(w, bytes.NewReader(data))
	ts.Check(err)
	ts.Check(w.Close())
	return b.Bytes()
}

// hugeImage writes an image whose only layer holds a file of 1 GiB before the others; on the disk it is a hole.
func hugeImage(ts *testscript.TestScript, name string, files []byte) {
	const hole = 1 << 30
	file, err := os.Create(name)
	ts.Check(err)
	defer func() { ts.Check(file.Close()) }()
	header := func(name string, size int64) {
		h := tar.Header{Name: name, Mode: 0o644, Size: size, Typeflag: tar.TypeReg}
		var b bytes.Buffer
		ts.Check(tar.NewWriter(&b).WriteHeader(&h))
		_, err := file.Write(b.Bytes())
		ts.Check(err)
	}
	header("layer.tar", int64(512+hole+len(files)))
	header("large", hole)
	_, err = file.Seek(hole, io.SeekCurrent)
	ts.Check(err)
	rest := tarOf(ts, []packed{{"manifest.json", []byte(`[{"Config":"c","Layers":["layer.tar"]}]`)}, {"c", []byte("{}")}})
	_, err = file.Write(append(files, rest...)) // a tar is whole blocks
	ts.Check(err)
}

// imageOf is what 'docker save' writes of an image, or a tar of its OCI layout.
func imageOf(ts *testscript.TestScript, layers [][]byte, kind string) []byte {
	var files []packed
	var names []string
	add := func(data []byte) (digest string) {
		sum := sha256.Sum256(data)
		digest = "sha256:" + hex.EncodeToString(sum[:])
		files = append(files, packed{"blobs/" + strings.ReplaceAll(digest, ":", "/"), data})
		return digest
	}
	var list []map[string]any
	for _, l := range layers {
		if kind != "image" {
			l = gzipOf(ts, l)
		}
		digest := add(l)
		names = append(names, files[len(files)-1].name)
		list = append(list, map[string]any{"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", "digest": digest, "size": len(l)})
	}
	asJSON := func(v any) []byte {
		b, err := json.Marshal(v)
		ts.Check(err)
		return b
	}
	config := add([]byte("{}"))
	if kind != "oci" {
		return tarOf(ts, append(files, packed{"manifest.json", asJSON([]map[string]any{{"Config": files[len(files)-1].name, "Layers": names}})}))
	}
	manifest := asJSON(map[string]any{"schemaVersion": 2, "config": map[string]any{"digest": config}, "layers": list})
	index := map[string]any{"schemaVersion": 2, "manifests": []map[string]any{{
		"mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": add(manifest), "size": len(manifest),
	}}}
	return tarOf(ts, append(files, packed{"oci-layout", []byte(`{"imageLayoutVersion":"1.0.0"}`)}, packed{"index.json", asJSON(index)}))
}
