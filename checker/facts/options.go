package facts

import (
	"fmt"
	"strings"

	"github.com/mi-kscheck/mi-kscheck/checker/deployment"
)

// optionKeys are the settings beside the stores that rules judge, by the flat keys that the templates read.
var optionKeys = []struct{ name, key string }{
	{"listener_protocols", "transport.https.listener.parameter.HttpsProtocols"},
	{"sender_protocols", "transport.https.sender.parameter.HttpsProtocols"},
	{"internal_api_protocols", "internal_api_ssl_config.parameter.httpsProtocols"},
	{"internal_api_context", "internal_api_ssl_config.parameter.sslProtocol"},
	{"listener_ciphers", "transport.https.listener.parameter.PreferredCiphers"},
	{"sender_ciphers", "transport.https.sender.parameter.PreferredCiphers"},
	{"internal_api_ciphers", "internal_api_ssl_config.parameter.preferredCiphers"},
	{"listener_verify_client", "transport.http.listener.verify_client"},
	{"listener_revocation", "transport.http.listener.certificate_revocation_verifier_enable"},
	{"internal_api_verify_client", "internal_api_ssl_config.parameter.sslVerifyClient"},
	{"internal_api_revocation", "internal_api_ssl_config.certificate_revocation_verifier_enabled"},
	{"sender_hostname_verifier", "transport.https.sender.parameter.HostnameVerifier"},
	{"netty_hostname_verifier", "transport.netty.https.sender.parameter.HostnameVerifier"},
	{"icp_verify", "icp_config.ssl_verify"},
	{"crypto_provider", "encryption.internal_crypto_provider"},
	{"encryption_key", "encryption.key"},
	{"encryption_type", "encryption.type"},
	{"encryption_algorithm", "encryption.algorithm"},
	{"encryption_alias", "encryption.alias"},
	{"listener_key_alias", "transport.http.listener.keystore.key_alias"},
	{"sender_key_alias", "transport.http.sender.keystore.key_alias"},
	{"listener_class", "transport.https.listener.class"},
	{"listener_profile", "transport.http.listener.ssl_profile.file_path"},
	{"sender_profile", "transport.http.sender.ssl_profile.file_path"},
	{"ldap_validation", "user_store.properties.SSLCertificateValidationEnabled"},
}

func (b *builder) options() {
	for _, o := range optionKeys {
		if v := b.in.Deployment.Value(o.key); v.State != deployment.Absent {
			b.doc.Options = append(b.doc.Options, Option{Name: o.name, Value: b.value(v)})
		}
	}
	for _, k := range b.in.Deployment.Keys {
		if strings.HasPrefix(k.Mapped, "transport.netty.https.sender.") {
			b.doc.Server.NettySender = true
		}
	}
}

// rabbitStores are the settings without any of which a RabbitMQ transport ignores its stores (mi-semantics section 2).
var rabbitStores = []string{"keystore.location", "keystore.type", "keystore.password", "truststore.location", "truststore.type", "truststore.password"}

func (b *builder) rabbitMQ() {
	for _, section := range []string{
		"transport.rabbitmq.listener", "transport.rabbitmq.sender", "transport.blocking.rabbitmq.listener", "transport.blocking.rabbitmq.sender",
	} {
		for i, e := range b.in.Deployment.Elements(section) {
			value := func(name string) *deployment.Value {
				if v := e.Value("parameter.rabbitmq.connection.ssl." + name); v.State != deployment.Absent {
					return v
				}
				return e.Value("parameter." + strings.ReplaceAll(strings.ReplaceAll(name, ".", "_"), "enabled", "enable"))
			}
			enabled := value("enabled")
			if enabled.State == deployment.Absent || enabled.Written == nil {
				continue
			}
			out := rabbit(section, enabled, value)
			out.Pointer = fmt.Sprintf("/rabbitmq/%s/%d", section, i)
			k := enabled.Written
			b.place(Place{Pointer: out.Pointer, Root: out.Pointer, Key: k.Written, Span: k.Span, Written: true})
			b.doc.RabbitMQ = append(b.doc.RabbitMQ, out)
		}
	}
}

// rabbit tells of one listener or sender which of the settings it lacks.
func rabbit(section string, enabled *deployment.Value, value func(name string) *deployment.Value) RabbitMQ {
	out := RabbitMQ{Section: section, Missing: []string{}, Enabled: enabled.State == deployment.Known && strings.EqualFold(enabled.Text.Reveal(), "true")}
	for _, name := range rabbitStores {
		if v := value(name); v.State == deployment.Absent || v.State == deployment.Known && v.Text.Empty() {
			out.Missing = append(out.Missing, strings.ReplaceAll(name, ".", "_"))
		}
	}
	return out
}
