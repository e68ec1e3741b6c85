package stores

import (
	"strings"

	"github.com/mi-kscheck/mi-kscheck/checker/deployment"
	"github.com/mi-kscheck/mi-kscheck/checker/layout"
)

// Artifacts are the Synapse artifacts of a deployment, and what of them could not be looked at.
type Artifacts struct {
	Files    []*deployment.ArtifactFile
	Problems []layout.Problem
}

// ReadArtifacts reads the inbound endpoints and message stores of a deployment.
func ReadArtifacts(t *layout.Target, d *deployment.Document) Artifacts {
	found, problems := t.Artifacts()
	out := Artifacts{Problems: problems}
	for _, a := range found {
		out.Files = append(out.Files, d.ReadArtifacts(a.File, a.Label))
	}
	return out
}

// artifactNames are the parameters by which an artifact names its stores, by protocol (mi-semantics section 2).
var artifactNames = map[string]struct{ key, trust names }{
	"wss": {
		names{"wss.ssl.key.store.file", "wss.ssl.key.store.type", "wss.ssl.key.store.pass"},
		names{"wss.ssl.trust.store.file", "wss.ssl.trust.store.type", "wss.ssl.trust.store.pass"},
	},
	"mqtt":     {prefixed("mqtt.ssl.", "keystore"), prefixed("mqtt.ssl.", "truststore")},
	"rabbitmq": {prefixed(artifactRabbit, "keystore"), prefixed(artifactRabbit, "truststore")},
}

const artifactRabbit = "rabbitmq.connection.ssl."

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
	add := func(store string, r *Reference) {
		r.Artifact, r.Section = a, a.Name+"/"+store
		r.Base = map[string]string{"keystore": "keystore.primary", "truststore": "truststore"}[store]
		r.setRole(store)
		r.InForce = inForce(a) && r.File.State != deployment.Absent
		refs = append(refs, r)
	}
	if a.Protocol == "https" || a.Protocol == "httpswss" {
		if s := a.KeyStore; s != nil {
			add("keystore", &Reference{
				File: s.Location, Type: s.Type, Password: s.Password, KeyPassword: s.KeyPassword,
				FileKey: s.Location.Key, TypeKey: s.Type.Key, PasswordKey: s.Password.Key, KeyPasswordKey: s.KeyPassword.Key,
			})
		}
		if s := a.TrustStore; s != nil {
			add("truststore", &Reference{
				File: s.Location, Type: s.Type, Password: s.Password,
				FileKey: s.Location.Key, TypeKey: s.Type.Key, PasswordKey: s.Password.Key,
			})
		}
		return refs
	}
	n, ok := artifactNames[a.Protocol]
	if !ok {
		return nil
	}
	for _, store := range []struct {
		kind string
		names
	}{{"keystore", n.key}, {"truststore", n.trust}} {
		r := &Reference{}
		r.set(a.Value, store.names)
		if r.File.State == deployment.Absent && r.Password.State == deployment.Absent {
			continue
		}
		// Without a password of its own the key opens with the store's.
		if v := a.Value("wss.ssl.cert.pass"); a.Protocol == "wss" && store.kind == "keystore" && v.State != deployment.Absent {
			r.KeyPassword, r.KeyPasswordKey = v, v.Key
		}
		add(store.kind, r)
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
