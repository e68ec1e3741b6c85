package stores

import (
	"errors"
	"strings"

	"github.com/mi-kscheck/mi-kscheck/checker/deployment"
	"github.com/mi-kscheck/mi-kscheck/checker/layout"
)

// Artifacts are the Synapse artifacts of a deployment, and what of them could not be looked at.
type Artifacts struct {
	Files    []*deployment.ArtifactFile
	Problems []layout.Problem
}

// maxUses is how many uses of stores by artifacts are looked at: each brings a store to open and to judge.
const maxUses = 200

var errManyUses = errors.New("the artifacts before it name as many stores as are looked at, so that it and those behind it were left out")

// ReadArtifacts reads the inbound endpoints and message stores of a deployment.
func ReadArtifacts(t *layout.Target, d *deployment.Document) Artifacts {
	found, problems := t.Artifacts()
	out := Artifacts{Problems: problems}
	uses := 0
	for _, a := range found {
		if uses >= maxUses {
			out.Problems = append(out.Problems, layout.Problem{URI: a.File.URI, Err: errManyUses})
			break
		}
		f := d.ReadArtifacts(a.File, a.Label)
		for _, artifact := range f.Artifacts {
			uses += len(ofArtifact(artifact))
		}
		out.Files = append(out.Files, f)
	}
	return out
}

const artifactRabbit = "rabbitmq.connection.ssl."

// artifactNames are the parameters by which an artifact names a store, by protocol (mi-semantics section 2); the zero value
// where it names none so.
func artifactNames(protocol, store string) names {
	switch protocol {
	case "wss":
		n := prefixed("wss.ssl.", strings.Replace(store, "store", ".store", 1))
		n.file, n.password = strings.Replace(n.file, "location", "file", 1), strings.TrimSuffix(n.password, "word")
		return n
	case "mqtt":
		return prefixed("mqtt.ssl.", store)
	case "file": // in the query of its address
		return names{file: "vfs.ssl." + store, password: "vfs.ssl." + store[:1] + "spassword"}
	case "rabbitmq":
		return prefixed(artifactRabbit, store)
	}
	return names{}
}

// keyPasswords are the parameters of a key's own password, by protocol.
var keyPasswords = map[string]string{"wss": "wss.ssl.cert.pass", "file": "vfs.ssl.keypassword"}

// references gives the uses of stores that the artifacts make.
func (a Artifacts) references() []*Reference {
	var refs []*Reference
	for _, f := range a.Files {
		for _, artifact := range f.Artifacts {
			refs = append(refs, ofArtifact(artifact)...)
		}
	}
	return refs
}

func ofArtifact(a *deployment.Artifact) []*Reference {
	var refs []*Reference
	for i, store := range []string{"keystore", "truststore"} {
		r := &Reference{}
		if n := artifactNames(a.Protocol, store); n.file != "" {
			r.set(a.Value, n)
			// Without a password of its own the key opens with the store's.
			if v := a.Value(keyPasswords[a.Protocol]); i == 0 && v.State != deployment.Absent {
				r.KeyPassword, r.KeyPasswordKey = v, v.Key
			}
		} else if s := []*deployment.ProfileStore{a.KeyStore, a.TrustStore}[i]; s != nil && (a.Protocol == "https" || a.Protocol == "httpswss") {
			r = ofElement(s)
		}
		if r.File == nil || r.File.State == deployment.Absent && r.Password.State == deployment.Absent {
			continue
		}
		r.Artifact, r.Section, r.Base = a, a.Name+"/"+store, [...]string{"keystore.primary", "truststore"}[i]
		r.setRole(store)
		r.InForce = inForce(a) && r.File.State != deployment.Absent
		refs = append(refs, r)
	}
	return refs
}

// inForce tells whether the product opens an artifact's stores.
func inForce(a *deployment.Artifact) bool {
	if a.Suspended {
		return false
	}
	switch a.Protocol {
	case "mqtt":
		return isTrue(a.Value("mqtt.ssl.enable"))
	case "rabbitmq":
		return rabbitEnabled(func(key string) *deployment.Value { return a.Value(strings.TrimPrefix(key, "parameter.")) })
	}
	return true
}
