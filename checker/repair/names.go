package repair

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/mi-kscheck/mi-kscheck/checker/facts"
)

// home answers what commands ask of the document.
type home struct{ *facts.Document }

// reference is the first that fits; nil where none does.
func (h *home) reference(fits func(*facts.Reference) bool) *facts.Reference {
	for i := range h.References {
		if r := &h.References[i]; fits(r) {
			return r
		}
	}
	return nil
}

func (h *home) primary() *facts.Reference {
	return h.reference(func(r *facts.Reference) bool { return r.Role == "primary" })
}

// store is the content that a reference leads to; nil where it is not at hand.
func (h *home) store(ref *facts.Reference) *facts.Store {
	i := slices.IndexFunc(h.Stores, func(s facts.Store) bool { return s.ID == ref.Store })
	if i < 0 {
		return nil
	}
	return &h.Stores[i]
}

// storeFile is a store's file as the user sees it, for keytool; empty where no command may name it, or keytool can't open it.
func (h *home) storeFile(ref *facts.Reference) string {
	if s := h.store(ref); s == nil || !slices.Contains([]string{"JKS", "JCEKS", "PKCS12"}, s.Format) {
		return ""
	}
	return fileOf(ref)
}

func fileOf(ref *facts.Reference) string {
	if ref.Location.URI == "" || ref.Location.Embedded || ref.File.Tainted {
		return ""
	}
	return plain(ref.Location.URI)
}

// plain makes a path one that no program takes for an option or a list of arguments.
func plain(name string) string {
	if strings.HasPrefix(name, "-") || strings.HasPrefix(name, "@") {
		return "./" + name
	}
	return name
}

// nameable tells whether an alias may stand in a command. The JDK's launchers take what begins with -J for an option of the virtual machine,
// wherever it stands, so that a hostile alias could run code. An alias that came by a variable is shown by its placeholder, which is no
// name of an entry.
func (h *home) nameable(alias string) bool {
	return alias != "" && !strings.HasPrefix(alias, "-J") && !strings.HasPrefix(alias, "@") &&
		!slices.ContainsFunc(h.References, func(r facts.Reference) bool { return r.Alias.Tainted && r.Alias.Shown == alias })
}

// ownKey tells whether the private key that a section uses under an alias is known, and nobody else's.
func ownKey(ref *facts.Reference, alias string) bool {
	return slices.ContainsFunc(ref.Keys, func(k facts.UsedKey) bool {
		return k.Alias == alias && len(k.Chain) > 0 && k.Chain[0].Known == nil
	})
}

// sameStore tells whether two references lead to one file: by the same text, the same path, or a copy with the same bytes. It is
// same_store of policies/lib, to which a test holds it.
func sameStore(a, b *facts.Reference) bool {
	same := func(x, y string) bool { return x != "" && x == y }
	return !a.Location.Embedded && !b.Location.Embedded && same(a.Location.URI, b.Location.URI) ||
		same(a.Store, b.Store) || same(a.File.Root, b.File.Root) || same(a.File.Text, b.File.Text)
}

// isKeystore tells whether a truststore is a keystore as well.
func (h *home) isKeystore(ref *facts.Reference) bool {
	return h.reference(func(r *facts.Reference) bool { return r.InForce && !r.Trust && sameStore(ref, r) }) != nil
}

// newFile is a name beside a store that no store of the configuration has; empty where all that are tried are taken.
func (h *home) newFile(ref *facts.Reference, base string) string {
	folder, _ := path.Split(ref.Location.URI)
	for _, ending := range []string{".p12", "-new.p12", "-own.p12"} {
		name := folder + base + ending
		if !slices.ContainsFunc(h.References, func(r facts.Reference) bool { return r.Location.URI == name }) {
			return plain(name)
		}
	}
	return ""
}

// stem is a file's name without folder and extension.
func stem(file string) string {
	name := path.Base(file)
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		return name[:i]
	}
	return name
}

// fileName is the name of a file made for an entry.
func fileName(alias, ending string) string {
	if simple(alias) {
		return alias + ending
	}
	return "certificate" + ending
}

var (
	simpleName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)
	hostName   = regexp.MustCompile(`^[A-Za-z0-9]+([.-]+[A-Za-z0-9]+)*$`)
	address    = regexp.MustCompile(`^[0-9.]+$`)
)

// simple tells whether a name needs no quoting anywhere.
func simple(name string) bool { return len(name) < 62 && simpleName.MatchString(name) }

// serverHost is [server] hostname, as far as it may stand in a command; else empty.
func (h *home) serverHost() string {
	v := h.Server.Hostname
	if v.State != "known" || v.Tainted || v.Defaulted || len(v.Text) >= 253 || !hostName.MatchString(v.Text) {
		return ""
	}
	return v.Text
}

// hostExtension has the names that a server's certificate is to cover; an internal one covers none.
func (h *home) hostExtension(ref *facts.Reference) []string {
	if ref.Role == "internal" {
		return nil
	}
	var names []string
	own := h.serverHost()
	if own != "" {
		kind := "dns:"
		if address.MatchString(own) {
			kind = "ip:"
		}
		names = append(names, kind+own)
	}
	for _, host := range h.Server.Hosts {
		if host.Name != own {
			names = append(names, "dns:"+host.Name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	return []string{"-ext", "san=" + strings.Join(names, ",")}
}

// authorityAlias is a name for an authority in a truststore, from its common name where that gives one.
func authorityAlias(issuer string) string {
	for part := range strings.SplitSeq(issuer, ", ") {
		name, ok := strings.CutPrefix(part, "CN=")
		if name = strings.ReplaceAll(strings.ToLower(name), " ", "-"); ok && simple(name) {
			return name
		}
	}
	return "issuing-ca"
}
