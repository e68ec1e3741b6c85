package stores

import (
	"fmt"
	"strings"

	"github.com/mi-kscheck/mi-kscheck/checker/deployment"
	"github.com/mi-kscheck/mi-kscheck/checker/product"
)

// A transport names its stores among its other settings (mi-semantics section 2). Nothing of it is inherited, and $ref stays
// text in arrays of tables.

// names are the keys of one store, relative to the transport; "" where it has none. Where there are two spellings the first is
// the one that templates read.
type names struct{ file, kind, password string }

func prefixed(prefix, store string) names {
	return names{prefix + store + ".location", prefix + store + ".type", prefix + store + ".password"}
}

const (
	rabbitSSL = "parameter.rabbitmq.connection.ssl."
	mqttSSL   = "parameter.mqtt.ssl."
)

// transports gives the stores of transports that are single tables, as far as the file speaks of them.
func transports(d *deployment.Document) []*Reference {
	read := d.Data().Read
	var refs []*Reference
	// The WebSocket sender takes its truststore for a JKS whatever it is called, and inherits [truststore] once it is enabled.
	wss := "transport.wss.sender."
	if d.KeyOf(wss+"truststore_location") != nil || d.KeyOf(wss+"truststore_password") != nil {
		r := &Reference{Section: "transport.wss.sender", Role: TLSTrust, Base: "truststore", FileKey: wss + "truststore_location", PasswordKey: wss + "truststore_password"}
		r.File, r.Password = d.Value(r.FileKey), d.Value(r.PasswordKey)
		r.InForce = read[r.FileKey] && isTrue(d.Value(wss+"enable")) && r.File.State != deployment.Absent
		refs = append(refs, r)
	}
	for _, store := range []string{"keystore", "truststore"} {
		n := prefixed("transport.mqtt.listener."+mqttSSL, store)
		if d.KeyOf(n.file) == nil && d.KeyOf(n.password) == nil {
			continue
		}
		r := &Reference{Section: "transport.mqtt.listener/" + store, FileKey: n.file, TypeKey: n.kind, PasswordKey: n.password}
		r.File, r.Type, r.Password = d.Value(n.file), d.Value(n.kind), d.Value(n.password)
		r.setRole(store)
		r.InForce = isTrue(d.Value("transport.mqtt.listener."+mqttSSL+"enable")) && r.File.State != deployment.Absent
		refs = append(refs, r)
	}
	return refs
}

// arrays are the arrays of tables whose elements name stores.
var arrays = []struct {
	name      string
	since     string
	key       names
	trust     names
	secondary bool
	// enabled tells whether the element's stores count; nil: they do wherever they are named.
	enabled func(value func(string) *deployment.Value) bool
}{
	{name: "keystore.secondary", since: "4.4.0", key: names{"file_name", "type", "password"}, secondary: true},
	{name: "transport.rabbitmq.listener", key: prefixed(rabbitSSL, "keystore"), trust: prefixed(rabbitSSL, "truststore"), enabled: rabbitEnabled},
	{name: "transport.rabbitmq.sender", key: prefixed(rabbitSSL, "keystore"), trust: prefixed(rabbitSSL, "truststore"), enabled: rabbitEnabled},
	{name: "transport.blocking.rabbitmq.listener", key: prefixed(rabbitSSL, "keystore"), trust: prefixed(rabbitSSL, "truststore"), enabled: rabbitEnabled},
	{name: "transport.blocking.rabbitmq.sender", key: prefixed(rabbitSSL, "keystore"), trust: prefixed(rabbitSSL, "truststore"), enabled: rabbitEnabled},
	{name: "custom_transport.listener", key: prefixed("", "keystore"), trust: prefixed("", "truststore")},
	{name: "custom_transport.sender", key: prefixed("", "keystore"), trust: prefixed("", "truststore")},
	{name: "external_vault", key: names{file: "keyStoreFile", password: "keyStorePassword"}, trust: names{file: "trustStoreFile"}},
}

// elements gives the stores that elements of arrays name. The truststores of custom transports count from 4.3 on.
func elements(d *deployment.Document) []*Reference {
	var refs []*Reference
	for _, a := range arrays {
		for i, e := range d.Elements(a.name) {
			value := func(key string) *deployment.Value { return inElement(e, key) }
			enabled := (a.since == "" || product.Compare(d.Version, a.since) >= 0) && (a.enabled == nil || a.enabled(value))
			for _, store := range []struct {
				kind string
				names
			}{{"keystore", a.key}, {"truststore", a.trust}} {
				r := &Reference{Element: e, Section: fmt.Sprintf("%s[%d]/%s", a.name, i+1, store.kind)}
				r.set(value, store.names)
				if r.File.State == deployment.Absent && (r.Password == nil || r.Password.State == deployment.Absent) {
					continue
				}
				r.setRole(store.kind)
				if a.secondary {
					r.Role, r.TLS = Secondary, false
				}
				r.InForce = enabled && r.File.State != deployment.Absent &&
					(store.kind == "keystore" || !strings.HasPrefix(a.name, "custom_") || product.Compare(d.Version, "4.3.0") >= 0)
				refs = append(refs, r)
			}
		}
	}
	return refs
}

func (r *Reference) set(value func(string) *deployment.Value, n names) {
	for _, x := range []struct {
		name string
		key  *string
		to   **deployment.Value
	}{{n.file, &r.FileKey, &r.File}, {n.kind, &r.TypeKey, &r.Type}, {n.password, &r.PasswordKey, &r.Password}} {
		if x.name != "" {
			*x.to = value(x.name)
			*x.key = (*x.to).Key
		}
	}
	if r.File == nil {
		r.File = &deployment.Value{State: deployment.Absent}
	}
}

func (r *Reference) setRole(store string) {
	r.Role, r.TLS = TLSKey, true
	if store == "truststore" {
		r.Role, r.TLS = TLSTrust, false
	}
}

// inElement gives the value of a key of an element under a name that no other element has. RabbitMQ's and others' short
// spellings (keystore_location) are mapped by the product.
func inElement(e *deployment.Element, key string) *deployment.Value {
	v := *e.Value(key)
	v.Key = e.Path(key)
	return &v
}

// rabbitEnabled: unless all six settings are there the stores are ignored, and TLS runs without them (MIKS607).
func rabbitEnabled(value func(string) *deployment.Value) bool {
	for _, store := range []string{"keystore", "truststore"} {
		n := prefixed(rabbitSSL, store)
		for _, key := range []string{n.file, n.kind, n.password} {
			if v := value(key); v.State == deployment.Absent || v.State == deployment.Known && v.Text.Empty() {
				return false
			}
		}
	}
	return isTrue(value(rabbitSSL + "enabled"))
}

func isTrue(v *deployment.Value) bool {
	return v.State == deployment.Known && strings.EqualFold(v.Text.Reveal(), "true")
}
