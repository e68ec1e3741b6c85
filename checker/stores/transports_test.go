package stores

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mi-kscheck/mi-kscheck/checker/deployment"
	"github.com/mi-kscheck/mi-kscheck/checker/source"
)

// Each way to name a store (mi-semantics section 2) beside those of carbon.xml and the HTTP transports: the section, its role,
// whether it counts, and the key of its file.
func TestTransports(t *testing.T) {
	type use struct {
		Section string
		Role    Role
		InForce bool
		File    string
	}
	const rabbit = `
[[transport.rabbitmq.listener]]
parameter.ssl_enable = "true"
parameter.keystore_location = "a"
parameter.keystore_type = "JKS"
parameter.keystore_password = "p"
parameter.truststore_location = "b"
parameter.truststore_type = "JKS"
`
	for _, c := range []struct {
		name, version, toml string
		want                []use
	}{
		{"nothing is written of them", "4.6.0", "[transport.vfs]\nlistener.enable = true\n", nil},
		{"netty", "4.1.0", "[transport.netty.https.sender]\nkeystore.location = \"a\"\ntruststore.password = \"p\"\n", []use{
			{"transport.netty.https.sender.keystore", TLSKey, true, "transport.netty.https.sender.keystore.location"},
			{"transport.netty.https.sender.truststore", TLSTrust, true, "transport.netty.https.sender.truststore.location"},
		}},
		{"netty, before it was read", "4.0.0", "[transport.netty.https.sender]\nkeystore.location = \"a\"\n", []use{
			{"transport.netty.https.sender.keystore", TLSKey, false, "transport.netty.https.sender.keystore.location"},
		}},
		{"VFS", "4.0.0", "[transport.vfs.listener]\nkeystore.alias = \"a\"\n", []use{{"transport.vfs.listener.keystore", Vault, true, "transport.vfs.listener.keystore.location"}}},
		{"WebSocket, with what it inherits", "4.2.0", "[transport.wss.sender]\nenable = true\ntruststore_password = \"p\"\n", []use{{"transport.wss.sender", TLSTrust, true, "transport.wss.sender.truststore_location"}}},
		{"WebSocket, not enabled", "4.2.0", "[transport.wss.sender]\ntruststore_location = \"p\"\n", []use{{"transport.wss.sender", TLSTrust, false, "transport.wss.sender.truststore_location"}}},
		{"secondary", "4.4.0", "[[keystore.secondary]]\nfile_name = \"a\"\n[[keystore.secondary]]\nfile_name = \"b\"\n", []use{
			{"keystore.secondary[1]/keystore", Secondary, true, "keystore.secondary[1].file_name"},
			{"keystore.secondary[2]/keystore", Secondary, true, "keystore.secondary[2].file_name"},
		}},
		{"secondary, before it was read", "4.3.0", "[[keystore.secondary]]\nfile_name = \"a\"\n", []use{{"keystore.secondary[1]/keystore", Secondary, false, "keystore.secondary[1].file_name"}}},
		{"RabbitMQ", "4.4.0", rabbit + "parameter.truststore_password = \"p\"\n", []use{
			{"transport.rabbitmq.listener[1]/keystore", TLSKey, true, "transport.rabbitmq.listener[1].parameter.rabbitmq.connection.ssl.keystore.location"},
			{"transport.rabbitmq.listener[1]/truststore", TLSTrust, true, "transport.rabbitmq.listener[1].parameter.rabbitmq.connection.ssl.truststore.location"},
		}},
		{"RabbitMQ fails open where one of six is missing", "4.4.0", rabbit, []use{
			{"transport.rabbitmq.listener[1]/keystore", TLSKey, false, "transport.rabbitmq.listener[1].parameter.rabbitmq.connection.ssl.keystore.location"},
			{"transport.rabbitmq.listener[1]/truststore", TLSTrust, false, "transport.rabbitmq.listener[1].parameter.rabbitmq.connection.ssl.truststore.location"},
		}},
		{"MQTT", "4.4.0", "[transport.mqtt.listener]\nenable_ssl = \"true\"\nparameter.'mqtt.ssl.keystore.location' = \"a\"\n", []use{
			{"transport.mqtt.listener/keystore", TLSKey, true, "transport.mqtt.listener.parameter.mqtt.ssl.keystore.location"},
		}},
		{"custom transports up to 4.2", "4.2.0", "[[custom_transport.sender]]\nkeystore.location = \"a\"\ntruststore.location = \"b\"\n", []use{
			{"custom_transport.sender[1]/keystore", TLSKey, true, "custom_transport.sender[1].keystore.location"},
			{"custom_transport.sender[1]/truststore", TLSTrust, false, "custom_transport.sender[1].truststore.location"},
		}},
		{"custom transports", "4.3.0", "[[custom_transport.listener]]\ntruststore.location = \"b\"\n", []use{
			{"custom_transport.listener[1]/truststore", TLSTrust, true, "custom_transport.listener[1].truststore.location"},
		}},
		{"external vault", "4.4.0", "[[external_vault]]\nkeyStoreFile = \"a\"\nkeyStorePassword = \"p\"\ntrustStoreFile = \"b\"\n", []use{
			{"external_vault[1]/keystore", TLSKey, true, "external_vault[1].keyStoreFile"},
			{"external_vault[1]/truststore", TLSTrust, true, "external_vault[1].trustStoreFile"},
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := deployment.Read(&source.File{Name: "deployment.toml", Data: []byte(c.toml)}, deployment.Options{Version: c.version})
			var got []use
			for _, r := range references(d) {
				switch r.Section {
				case "keystore.primary", "keystore.internal", "truststore":
				default:
					got = append(got, use{r.Section, r.Role, r.InForce, r.FileKey})
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
