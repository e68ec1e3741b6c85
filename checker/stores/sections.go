package stores

import (
	"strings"

	"github.com/mi-kscheck/mi-kscheck/checker/deployment"
)

// section is where a store may be named, and under which keys (mi-semantics section 2).
type section struct {
	name string
	role Role
	base string    // what its defaults refer to
	keys [5]string // file, type, password, alias, key password; "" where it has none
	// quiet: a use that nothing in the file speaks of is not listed, since few deployments have it.
	quiet bool
}

var (
	carbonKeys    = [5]string{"file_name", "type", "password", "alias", "key_password"}
	trustKeys     = [5]string{"file_name", "type", "password", "", ""}
	transportKeys = [5]string{"location", "type", "password", "", "key_password"}
	locationKeys  = [5]string{"location", "type", "password", "", ""}
	vfsKeys       = [5]string{"location", "type", "password", "alias", "key_password"}
)

var sections = []section{
	{name: "keystore.primary", role: Primary, keys: carbonKeys},
	{name: "keystore.internal", role: Internal, base: "keystore.primary", keys: carbonKeys},
	{name: "truststore", role: Truststore, keys: trustKeys},
	{name: "transport.http.listener.keystore", role: TLSKey, base: "keystore.primary", keys: transportKeys},
	{name: "transport.http.sender.keystore", role: TLSKey, base: "keystore.primary", keys: transportKeys},
	{name: "internal_api_ssl_config.key_store", role: TLSKey, base: "keystore.primary", keys: transportKeys},
	{name: "transport.http.listener.truststore", role: TLSTrust, base: "truststore", keys: locationKeys},
	{name: "transport.http.sender.truststore", role: TLSTrust, base: "truststore", keys: locationKeys},
	{name: "internal_api_ssl_config.trust_store", role: TLSTrust, base: "truststore", keys: locationKeys},
	{name: nettyKeystore, role: TLSKey, base: "keystore.primary", keys: transportKeys, quiet: true},
	{name: nettyTruststore, role: TLSTrust, base: "truststore", keys: locationKeys, quiet: true},
	{name: "transport.vfs.listener.keystore", role: Vault, base: "keystore.primary", keys: vfsKeys, quiet: true},
}

// The netty sender reads its truststore with the type of its keystore.
const (
	nettyKeystore   = "transport.netty.https.sender.keystore"
	nettyTruststore = "transport.netty.https.sender.truststore"
)

// Keys lists the names of the keys that the product reads in a store section, and whether there is such a section.
func Keys(name string) ([]string, bool) {
	for _, s := range sections {
		if s.name == name {
			var ks []string
			for _, k := range s.keys {
				if k != "" {
					ks = append(ks, k)
				}
			}
			if s.role == Truststore {
				ks = append(ks, "alias", "algorithm") // nothing reads them, but every page tells people to write them
			}
			if s.role == TLSKey && s.name != nettyKeystore {
				ks = append(ks, "key_alias") // read by nothing either; it does no harm (MIKS522)
			}
			return ks, true
		}
	}
	return nil, false
}

// Sections lists the names of the store sections.
func Sections() []string {
	var ns []string
	for _, s := range sections {
		ns = append(ns, s.name)
	}
	return ns
}

// references gives the uses of stores that a configuration makes. A transport that states nothing of its own is listed with
// the section that it inherits.
func references(d *deployment.Document) []*Reference {
	read := d.Data().Read
	byName := map[string]*Reference{}
	var refs []*Reference
	for _, s := range sections {
		if s.quiet && !s.written(d) {
			continue
		}
		r := s.reference(d)
		r.InForce = r.Role == Primary || read[s.name+"."+s.keys[0]]
		if base := byName[s.base]; base != nil && (r.Role == TLSKey || r.Role == TLSTrust) && r.InForce && r.inherits(s.base) {
			base.InheritedBy = append(base.InheritedBy, s.name)
			base.TLS = base.TLS || r.TLS
			continue
		}
		if (r.Role == TLSKey || r.Role == TLSTrust) && r.File.State == deployment.Absent {
			continue // a version that has no such section
		}
		byName[s.name] = r
		refs = append(refs, r)
	}
	refs = append(refs, transports(d)...)
	return append(refs, elements(d)...)
}

// written tells that the file has a key of the section.
func (s section) written(d *deployment.Document) bool {
	for _, k := range s.keys {
		if k != "" && d.KeyOf(s.name+"."+k) != nil {
			return true
		}
	}
	return false
}

func (s section) reference(d *deployment.Document) *Reference {
	r := &Reference{Section: s.name, Role: s.role, Base: s.base, TLS: s.role == TLSKey}
	keys := [5]*string{&r.FileKey, &r.TypeKey, &r.PasswordKey, &r.AliasKey, &r.KeyPasswordKey}
	values := [5]**deployment.Value{&r.File, &r.Type, &r.Password, &r.Alias, &r.KeyPassword}
	for i, k := range s.keys {
		if k != "" {
			*keys[i] = s.name + "." + k
			*values[i] = d.Value(*keys[i])
		}
	}
	if s.name == nettyTruststore {
		r.TypeKey = nettyKeystore + ".type"
		r.Type = d.Value(r.TypeKey)
	}
	return r
}

// Trust tells whether the reference is to a truststore.
func (r *Reference) Trust() bool { return r.Role == Truststore || r.Role == TLSTrust }

// inherits tells whether every key of the reference is the product's $ref to the base section.
func (r *Reference) inherits(base string) bool {
	for _, v := range []*deployment.Value{r.File, r.Type, r.Password, r.KeyPassword} {
		if v == nil || v.State == deployment.Absent {
			continue
		}
		if len(v.Origin) < 2 || v.Origin[0].Kind == deployment.Written {
			return false
		}
		if !strings.HasPrefix(v.Origin[1].Key, base+".") {
			return false
		}
	}
	return true
}
