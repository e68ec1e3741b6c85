package stores

import (
	"strings"

	"github.com/mi-kscheck/mi-kscheck/checker/deployment"
	"github.com/mi-kscheck/mi-kscheck/checker/product"
)

// section is where a store may be named, and under which keys (mi-semantics section 2).
type section struct {
	name string
	role Role
	base string    // what its defaults refer to
	keys [5]string // file, type, password, alias, key password; "" where it has none
}

var (
	carbonKeys    = [5]string{"file_name", "type", "password", "alias", "key_password"}
	trustKeys     = [5]string{"file_name", "type", "password", "", ""}
	transportKeys = [5]string{"location", "type", "password", "", "key_password"}
	locationKeys  = [5]string{"location", "type", "password", "", ""}
)

var sections = []section{
	{"keystore.primary", Primary, "", carbonKeys},
	{"keystore.internal", Internal, "keystore.primary", carbonKeys},
	{"truststore", Truststore, "", trustKeys},
	{"transport.http.listener.keystore", TLSKey, "keystore.primary", transportKeys},
	{"transport.http.sender.keystore", TLSKey, "keystore.primary", transportKeys},
	{"internal_api_ssl_config.key_store", TLSKey, "keystore.primary", transportKeys},
	{"transport.http.listener.truststore", TLSTrust, "truststore", locationKeys},
	{"transport.http.sender.truststore", TLSTrust, "truststore", locationKeys},
	{"internal_api_ssl_config.trust_store", TLSTrust, "truststore", locationKeys},
}

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
			if s.role == TLSKey {
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
	read := product.For(d.Version).Read
	byName := map[string]*Reference{}
	var refs []*Reference
	for _, s := range sections {
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
	return refs
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
