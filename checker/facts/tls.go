package facts

import (
	"fmt"

	"github.com/mi-kscheck/mi-kscheck/checker/deployment"
)

// tls lists how connections are protected that have no options of their own: SSL profiles, and transports beside HTTP's.
func (b *builder) tls() {
	for _, p := range b.in.Profiles {
		if p.File == nil {
			continue
		}
		for _, profile := range p.File.Profiles {
			out := TLS{
				Section: profile.Name, Title: profile.Title, Side: string(p.Side), InForce: p.InForce, RevocationChecked: known(profile.RevocationChecked),
				Protocols: b.value(profile.Protocols), Ciphers: b.value(profile.Ciphers), VerifyClient: b.value(profile.VerifyClient),
				HostnameVerifier: absent,
			}
			if profile.TrustStore != nil {
				out.TrustStore = profile.TrustStore.Name
			}
			b.doc.TLS = append(b.doc.TLS, out)
		}
	}
	d := b.in.Deployment
	for _, t := range tlsTransports {
		of := func(key string) *deployment.Value { return d.Value(t.section + "." + key) }
		enabled := t.enabled == "" || isTrue(of(t.enabled))
		b.transport(TLS{Section: t.section, Title: t.title, Side: t.side, InForce: enabled}, t.tlsKeys, of)
	}
	for _, t := range tlsArrays {
		for i, e := range d.Elements(t.section) {
			of := func(key string) *deployment.Value {
				v := *e.Value(key)
				v.Key = e.Path(key)
				return &v
			}
			enabled := t.enabled == "" || isTrue(of(t.enabled))
			b.transport(TLS{Section: fmt.Sprintf("%s[%d]", t.section, i+1), Title: fmt.Sprintf("%s %d", t.title, i+1), Side: t.side, InForce: enabled}, t.tlsKeys, of)
		}
	}
}

// tlsKeys are the names of the settings, relative to the transport; empty where it has none.
type tlsKeys struct{ protocols, ciphers, verifier, enabled string }

// tlsSettings is a transport that has TLS settings beside its stores.
type tlsSettings struct {
	section, title, side string
	tlsKeys
}

var passThrough = tlsKeys{protocols: "parameter.HttpsProtocols", ciphers: "parameter.PreferredCiphers"}

var (
	tlsTransports = []tlsSettings{
		{"transport.netty.https.sender", "the netty sender", "sender", passThrough},
		{"transport.mqtt.listener", "the MQTT listener", "listener", tlsKeys{protocols: "parameter.mqtt.ssl.version", enabled: "parameter.mqtt.ssl.enable"}},
	}
	tlsArrays = []tlsSettings{
		{"transport.rabbitmq.listener", "RabbitMQ listener", "listener", rabbitTLS},
		{"transport.rabbitmq.sender", "RabbitMQ sender", "sender", rabbitTLS},
		{"transport.blocking.rabbitmq.listener", "blocking RabbitMQ listener", "listener", rabbitTLS},
		{"transport.blocking.rabbitmq.sender", "blocking RabbitMQ sender", "sender", rabbitTLS},
		{"custom_transport.listener", "custom listener", "listener", passThrough},
		{"custom_transport.sender", "custom sender", "sender", tlsKeys{protocols: passThrough.protocols, ciphers: passThrough.ciphers, verifier: "parameter.HostnameVerifier"}},
	}
	rabbitTLS = tlsKeys{protocols: "parameter.rabbitmq.connection.ssl.version", enabled: "parameter.rabbitmq.connection.ssl.enabled"}
)

var absent = noValue()

// transport lists a transport that states something.
func (b *builder) transport(out TLS, keys tlsKeys, of func(string) *deployment.Value) {
	out.Protocols, out.Ciphers, out.VerifyClient, out.HostnameVerifier = absent, absent, absent, absent
	out.RevocationChecked = Truth{State: "unknown"}
	stated := false
	for _, s := range []struct {
		key string
		to  *Value
	}{{keys.protocols, &out.Protocols}, {keys.ciphers, &out.Ciphers}, {keys.verifier, &out.HostnameVerifier}} {
		if s.key == "" {
			continue
		}
		if v := of(s.key); v.State != deployment.Absent {
			*s.to, stated = b.value(v), true
		}
	}
	if stated {
		b.doc.TLS = append(b.doc.TLS, out)
	}
}

func known(yes bool) Truth { return Truth{State: "known", Value: yes} }

func isTrue(v *deployment.Value) bool {
	return v.State == deployment.Known && v.Text.Reveal() == "true"
}
