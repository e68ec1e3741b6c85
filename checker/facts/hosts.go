package facts

import (
	"fmt"

	"github.com/mi-kscheck/mi-kscheck/checker/deployment"
	"github.com/mi-kscheck/mi-kscheck/checker/keystore"
	"github.com/mi-kscheck/mi-kscheck/checker/layout"
	"github.com/mi-kscheck/mi-kscheck/checker/trust"
)

// hosts tells where the files beside the deployment.toml say by which names the server is reached.
func (b *builder) hosts() {
	b.doc.Server.HostnameFrom = b.elsewhere("hostname_from", b.in.HostFrom)
	b.doc.Server.Hosts = b.elsewhere("hosts", b.in.Target.Hosts())
}

func (b *builder) elsewhere(list string, settings []*layout.Setting) []Elsewhere {
	out := []Elsewhere{}
	for i, s := range settings {
		at := fmt.Sprintf("/server/%s/%d", list, i)
		b.place(Place{Pointer: at, Root: at, File: besideText{s.URI, s.Region}})
		out = append(out, Elsewhere{at, s.Name, s.Kind, lineOf(s)})
	}
	return out
}

func lineOf(s *layout.Setting) string { return fmt.Sprintf("%s:%d", s.URI, s.Region.StartLine) }

// coversHost tells whether a certificate is good for [server] hostname.
func (b *builder) coversHost(c *keystore.Certificate) Truth {
	v := b.in.Deployment.Value("server.hostname")
	switch {
	case c == nil:
		return Truth{State: "unknown", Reason: "no-certificate"}
	case v.State != deployment.Known:
		return Truth{State: "unknown", Reason: "hostname-" + string(v.State)}
	}
	return Truth{State: "known", Value: trust.CoversHost(c, v.Text.Reveal())}
}

// notCovered lists the other names that a certificate is not good for.
func (b *builder) notCovered(c *keystore.Certificate) []string {
	pointers := []string{}
	for _, h := range b.doc.Server.Hosts {
		if c != nil && !trust.CoversHost(c, h.Name) {
			pointers = append(pointers, h.Pointer)
		}
	}
	return pointers
}
