package facts

import (
	"path"
	"strings"

	"github.com/mi-kscheck/mi-kscheck/checker/deployment"
	"github.com/mi-kscheck/mi-kscheck/checker/stores"
)

// ofArtifact completes the reference of a store that a Synapse artifact names.
func (b *builder) ofArtifact(out *Reference, r *stores.Reference) {
	out.Artifact, out.Title, out.SectionWritten = string(r.Artifact.Kind), storeTitle(r, r.Artifact.Title), true
	out.Header = "/sections/" + out.Section
	b.place(Place{Pointer: out.Header, Root: out.Header, Key: out.Section, Span: r.File.Span, Written: true, File: r.File.File})
	for _, v := range []*deployment.Value{r.File, r.Type, r.Password, r.KeyPassword} {
		if v != nil && v.Written != nil {
			out.KeysWritten = append(out.KeysWritten, path.Base(v.Key))
		}
		b.variables(v, true)
	}
}

// inArtifacts lists the use of TLS by RabbitMQ's inbound endpoints and message stores.
func (b *builder) inArtifacts() {
	for _, f := range b.in.Artifacts.Files {
		for _, a := range f.Artifacts {
			value := func(name string) *deployment.Value { return a.Value("rabbitmq.connection.ssl." + name) }
			enabled := value("enabled")
			if a.Protocol != "rabbitmq" || a.Suspended || enabled.Written == nil {
				continue
			}
			out := rabbit(a.Title, enabled, value)
			out.Artifact = string(a.Kind)
			for i, name := range out.Missing {
				out.Missing[i] = strings.ReplaceAll(name, "_", ".")
			}
			out.Pointer = "/rabbitmq/" + a.Name
			b.place(Place{Pointer: out.Pointer, Root: out.Pointer, Key: enabled.Key, Span: enabled.Span, Written: true, File: f.XMLFile})
			b.doc.RabbitMQ = append(b.doc.RabbitMQ, out)
		}
	}
}
