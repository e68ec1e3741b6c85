package policy

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/bundle"
)

// bundle gives the files of an OPA bundle. With a key it must be signed by it.
func (o Origin) bundle(key []byte) ([]file, error) {
	fault := func(format string, args ...any) error {
		return &Error{File: o.Name, Text: fmt.Sprintf(format, args...)}
	}
	if !strings.HasSuffix(o.Path, ".tar.gz") && !strings.HasSuffix(o.Path, ".tgz") {
		return nil, fault("policies are a folder or a bundle (.tar.gz); this is neither")
	}
	f, err := o.FS.Open(o.Path)
	if err != nil {
		return nil, fault("the bundle could not be read: %s", reason(err))
	}
	defer f.Close() //nolint:errcheck // read-only: nothing is lost
	raw, err := io.ReadAll(io.LimitReader(f, maxBundle+1))
	switch {
	case err != nil:
		return nil, fault("the bundle could not be read: %s", reason(err))
	case len(raw) > maxBundle:
		return nil, fault("the bundle is larger than %d MiB", maxBundle>>20)
	}
	files, err := unpack(o.Name, raw)
	if err != nil {
		return nil, err
	}
	// OPA's own reader judges manifest, roots and signature.
	r := bundle.NewCustomReader(bundle.NewTarballLoaderWithBaseURL(bytes.NewReader(raw), "")).WithRegoVersion(ast.RegoV1).
		WithSizeLimitBytes(maxData).WithCapabilities(capabilities()).WithSkipBundleVerification(key == nil)
	if key != nil {
		config, err := verification(key, raw)
		if err != nil {
			return nil, fault("the signature could not be verified: %s", oneLine(err.Error()))
		}
		r = r.WithBundleVerificationConfig(config)
	}
	b, err := r.Read()
	if err != nil {
		if faults := worded(err); len(faults) > 0 && key == nil {
			var at *Error
			if errors.As(faults[0], &at) && at.File != "" {
				at.File = path.Join(o.Name, strings.TrimPrefix(at.File, "/"))
				return nil, errors.Join(faults...)
			}
		}
		if key != nil {
			return nil, fault("it is not what the key of policy_key signed, or no bundle that could be used: %s", oneLine(err.Error()))
		}
		return nil, fault("it is no bundle that could be used: %s", oneLine(err.Error()))
	}
	if b.Manifest.Roots != nil {
		for _, root := range *b.Manifest.Roots {
			if first, _, _ := strings.Cut(root, "/"); first == "mikscheck" {
				return nil, fault("its manifest claims the root %q; nothing of a custom policy may live under data.mikscheck", root)
			}
		}
	}
	// A bundle's data are files of these names only.
	return slices.DeleteFunc(files, func(f file) bool {
		return kindOf(f.rel) == data && !slices.Contains([]string{"data.json", "data.yaml", "data.yml"}, path.Base(f.rel))
	}), nil
}

// unpack reads the files of a bundle within the limits of a folder.
func unpack(name string, raw []byte) ([]file, error) {
	fault := func(format string, args ...any) error { return &Error{File: name, Text: fmt.Sprintf(format, args...)} }
	z, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		return nil, fault("it is no bundle: %s", oneLine(err.Error()))
	}
	limited := &io.LimitedReader{R: z, N: maxTotal + maxTotal/2} // the archive's own headers included
	t := tar.NewReader(limited)
	r := reader{}
	for {
		h, err := t.Next()
		switch {
		case errors.Is(err, io.EOF):
			return r.files, nil
		case limited.N <= 0:
			return nil, fault("it unpacks to more than %d MiB", maxTotal>>20)
		case err != nil:
			return nil, fault("it is no bundle: %s", oneLine(err.Error()))
		}
		if r.entries++; r.entries > maxFiles {
			return nil, fault("it holds more than %d files", maxFiles)
		}
		if h.Typeflag != tar.TypeReg {
			continue
		}
		rel := strings.TrimPrefix(path.Clean("/"+h.Name), "/")
		if kindOf(rel) == other {
			continue
		}
		if err := r.take(path.Join(name, rel), rel, t); err != nil {
			return nil, err
		}
	}
}

// keyID is how the key is called while a signature is verified, whatever the signature calls it.
const keyID = "policy_key"

// verification makes OPA's configuration for a public key. The algorithm is that of the signature, as far as it is one of the
// key's kind: a signature can't choose a weaker kind.
func verification(key, raw []byte) (*bundle.VerificationConfig, error) {
	kinds, err := algorithms(key)
	if err != nil {
		return nil, err
	}
	alg, err := signatureAlgorithm(raw)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(kinds, alg) {
		return nil, fmt.Errorf("it is signed by %q, which does not fit the key (%s)", alg, strings.Join(kinds, ", "))
	}
	keys := map[string]*bundle.KeyConfig{keyID: {Key: string(key), Algorithm: alg}}
	return bundle.NewVerificationConfig(keys, keyID, "", nil), nil
}

// CheckKey tells whether a public key in PEM can verify bundles.
func CheckKey(key []byte) error {
	_, err := algorithms(key)
	return err
}

func algorithms(key []byte) ([]string, error) {
	block, _ := pem.Decode(key)
	if block == nil {
		return nil, errors.New("it is no key in PEM form")
	}
	var public any
	var err error
	switch block.Type {
	case "PUBLIC KEY":
		public, err = x509.ParsePKIXPublicKey(block.Bytes)
	case "RSA PUBLIC KEY":
		public, err = x509.ParsePKCS1PublicKey(block.Bytes)
	case "CERTIFICATE":
		var c *x509.Certificate
		if c, err = x509.ParseCertificate(block.Bytes); err == nil {
			public = c.PublicKey
		}
	default:
		return nil, fmt.Errorf("it holds a %q, not a public key", block.Type)
	}
	if err != nil {
		return nil, errors.New("the key can't be read")
	}
	switch k := public.(type) {
	case *rsa.PublicKey:
		return []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"}, nil
	case *ecdsa.PublicKey:
		return []string{fmt.Sprintf("ES%d", min(512, k.Curve.Params().BitSize))}, nil
	case ed25519.PublicKey:
		return []string{"EdDSA"}, nil
	}
	return nil, errors.New("it is a key of a kind that signs no bundles")
}

// signatureAlgorithm reads what a bundle's signature says of itself.
func signatureAlgorithm(raw []byte) (string, error) {
	z, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		return "", err
	}
	t := tar.NewReader(io.LimitReader(z, maxTotal+maxTotal/2))
	for {
		h, err := t.Next()
		if err != nil {
			return "", errors.New("it is not signed, and policy_key asks for a signature")
		}
		if strings.TrimPrefix(path.Clean("/"+h.Name), "/") != ".signatures.json" {
			continue
		}
		var s struct {
			Signatures []string `json:"signatures"`
		}
		if err := json.NewDecoder(io.LimitReader(t, maxPolicy)).Decode(&s); err != nil || len(s.Signatures) == 0 {
			return "", errors.New("its .signatures.json holds no signature")
		}
		head, _, _ := strings.Cut(s.Signatures[0], ".")
		b, err := base64.RawURLEncoding.DecodeString(head)
		if err != nil {
			return "", errors.New("its signature has no readable head")
		}
		var header struct {
			Alg string `json:"alg"`
		}
		if err := json.Unmarshal(b, &header); err != nil {
			return "", errors.New("its signature has no readable head")
		}
		return header.Alg, nil
	}
}
