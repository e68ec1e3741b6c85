// Package repair writes the commands that repair a finding. A policy judges what is to be done and says it in a word ("renew", "new-key");
// which file, alias and host name that means, and whether a command may name them at all, is known from the document's facts.
// It knows no rule, and nothing of how a report shows a command.
package repair

import (
	"fmt"
	"slices"

	"github.com/mi-kscheck/mi-kscheck/checker/facts"
)

// Repair is what a policy wants done.
type Repair struct {
	Do string // one of the words of Words
	// Section is the section of the store that it is done to ("keystore.internal"); empty: the one that the finding points at.
	Section    string
	Alias      string   // of the entry that it is about
	Aliases    []string // of several
	Extensions []string // that a certificate is to have, as keytool's -ext takes them
	Issuer     string   // the authority that is to be imported, as keytool prints a name; empty: not known
	Comment    string   // what the user reads above the first command, where the word alone does not say it
}

// Command is one command, as an argument vector. keytool asks for every password, so that none stands on a command line.
type Command struct {
	Argv    []string
	Comment string
}

// words are what a repair may be, and how its commands are made.
var words = map[string]func(*home, *facts.Reference, Repair) []Command{
	"renew":            (*home).renew,           // Alias, Extensions: another certificate for the same key, by a CA
	"import-chain":     (*home).importChain,     // Alias: the chain that a CA handed out
	"reissue":          (*home).reissue,         // Alias, Extensions: another self-signed one for the same key
	"new-certificate":  (*home).newCertificate,  // Alias: the usual of the two
	"new-key":          (*home).newKey,          // a key pair in a store of its own, and its certificate
	"replace-key":      (*home).replaceKey,      // Alias: that, or where it is not the configured key, away with it
	"remove":           (*home).remove,          // Aliases, Comment: entries of a truststore
	"import-ca":        (*home).importCA,        // Issuer: into a truststore
	"copy-certificate": (*home).copyCertificate, // Alias: from the primary keystore into a truststore
	"new-password":     (*home).newPassword,     // of a store
	"new-key-password": (*home).newKeyPassword,  // of its keys
	"key-passwords":    (*home).keyPasswords,    // Aliases: the store's password for these keys
	"convert":          (*home).convert,         // Comment: the same entries in a new PKCS12 file
	"untrack":          (*home).untrack,         // a store's file out of the repository
	"keep-private":     (*home).keepPrivate,     // a store's file, or without one the judged file, from other users
}

// Words are what Repair.Do may be, sorted.
func Words() []string {
	var all []string
	for w := range words {
		all = append(all, w)
	}
	slices.Sort(all)
	return all
}

// Known tells whether there is such a word.
func Known(word string) bool { return words[word] != nil }

// Commands are those of a repair of what is found at a reference (nil: at none); none where they can't be given: a file that is not at
// hand or came by a variable, a format that keytool does not open, an alias that must not be shown.
func Commands(doc *facts.Document, ref *facts.Reference, r Repair) []Command {
	h := &home{doc}
	if r.Section != "" {
		ref = h.reference(func(x *facts.Reference) bool { return x.Section == r.Section })
	}
	write := words[r.Do]
	switch {
	case write == nil:
		return nil
	case ref != nil:
		return write(h, ref, r)
	case r.Do == "keep-private" && r.Section == "":
		return kept(plain(doc.Target.URI))
	}
	return nil
}

// Another certificate for the key that is there, from the CA. A key that everyone has is not worth one.
func (h *home) renew(ref *facts.Reference, r Repair) []Command {
	file := h.storeFile(ref)
	if file == "" || !h.nameable(r.Alias) || !ownKey(ref, r.Alias) {
		return nil
	}
	argv := []string{"keytool", "-certreq", "-keystore", file, "-alias", r.Alias, "-file", fileName(r.Alias, ".csr")}
	return append([]Command{{
		slices.Concat(argv, h.hostExtension(ref), extensions(r.Extensions)),
		"Make a request for the same key; your CA signs it:",
	}}, h.importChain(ref, r)...)
}

// importChain leaves the order to keytool, which finds it.
func (h *home) importChain(ref *facts.Reference, r Repair) []Command {
	file := h.storeFile(ref)
	if file == "" || !h.nameable(r.Alias) || !ownKey(ref, r.Alias) {
		return nil
	}
	return []Command{imported(file, r.Alias)}
}

func imported(file, alias string) Command {
	return Command{
		[]string{"keytool", "-importcert", "-keystore", file, "-alias", alias, "-file", fileName(alias, ".pem")},
		"Import what the CA sends: the certificate with its issuers up to the root:",
	}
}

// reissue is for an internal key, whose certificate nobody but the server itself looks at.
func (h *home) reissue(ref *facts.Reference, r Repair) []Command {
	primary := h.primary()
	file := h.storeFile(ref)
	if primary == nil || sameStore(ref, primary) || file == "" || !h.nameable(r.Alias) || !ownKey(ref, r.Alias) {
		return nil
	}
	argv := []string{"keytool", "-selfcert", "-keystore", file, "-alias", r.Alias, "-validity", "3650"}
	return []Command{{slices.Concat(argv, extensions(r.Extensions)), "A new certificate for the same key: what is encrypted stays readable:"}}
}

func (h *home) newCertificate(ref *facts.Reference, r Repair) []Command {
	if ref.Role == "internal" {
		return h.reissue(ref, r)
	}
	return h.renew(ref, r)
}

// roles that have a key of their own, and the name that is free to be its alias.
var roles = map[string]string{"primary": "primary", "internal": "internal", "tls-keystore": "tls"}

func (h *home) newKey(ref *facts.Reference, _ Repair) []Command {
	role := roles[ref.Role]
	file := h.newFile(ref, role)
	if role == "" || ref.File.Tainted || file == "" {
		return nil
	}
	alias := role
	if ref.Alias.State == "known" && !ref.Alias.Tainted && simple(ref.Alias.Text) {
		alias = ref.Alias.Text
	}
	argv := []string{"keytool", "-genkeypair", "-keystore", file, "-storetype", "PKCS12", "-alias", alias, "-keyalg", "RSA", "-keysize", "3072"}
	comment := fmt.Sprintf("A new store; then set file_name, type, alias and passwords in [%s]:", ref.Section)
	if ref.Role == "internal" {
		return []Command{{append(argv, "-validity", "3650", "-dname", "CN=internal"), comment}}
	}
	if host := h.serverHost(); host != "" { // without a name keytool asks for one
		argv = append(argv, "-dname", "CN="+host)
	}
	request := []string{"keytool", "-certreq", "-keystore", file, "-alias", alias, "-file", fileName(alias, ".csr")}
	return []Command{
		{append(argv, h.hostExtension(ref)...), comment},
		{append(request, h.hostExtension(ref)...), "Make a request; your CA signs it:"},
		imported(file, alias),
	}
}

// replaceKey is for a key that is of no use.
func (h *home) replaceKey(ref *facts.Reference, r Repair) []Command {
	if ref.Entry.Alias == r.Alias || slices.ContainsFunc(ref.Keys, func(k facts.UsedKey) bool { return k.Configured && k.Alias == r.Alias }) {
		return h.newKey(ref, r)
	}
	file := h.storeFile(ref)
	if file == "" || !h.nameable(r.Alias) {
		return nil
	}
	return []Command{{[]string{"keytool", "-delete", "-keystore", file, "-alias", r.Alias}, "Not the configured key; remove it if nothing else needs it:"}}
}

// mostRemoved is how many commands a reader would go through one by one.
const mostRemoved = 20

// remove spares a truststore that is a keystore as well.
func (h *home) remove(ref *facts.Reference, r Repair) []Command {
	file := h.storeFile(ref)
	if file == "" || !ref.Trust || h.isKeystore(ref) {
		return nil
	}
	var all []Command
	comment := r.Comment
	for _, alias := range r.Aliases[:min(len(r.Aliases), mostRemoved)] {
		if h.nameable(alias) {
			all = append(all, Command{[]string{"keytool", "-delete", "-keystore", file, "-alias", alias}, comment})
			comment = ""
		}
	}
	return all
}

// importCA names a file that no home holds: the user must get it.
func (h *home) importCA(ref *facts.Reference, r Repair) []Command {
	file := h.storeFile(ref)
	if file == "" {
		return nil
	}
	return []Command{{
		[]string{"keytool", "-importcert", "-keystore", file, "-alias", authorityAlias(r.Issuer), "-file", "ca.pem"},
		"ca.pem is the authority's certificate, which its operator gives you:",
	}}
}

func (h *home) copyCertificate(ref *facts.Reference, r Repair) []Command {
	primary := h.primary()
	if primary == nil || !h.nameable(r.Alias) {
		return nil
	}
	from, to := h.storeFile(primary), h.storeFile(ref)
	if from == "" || to == "" || from == to {
		return nil
	}
	file := fileName(r.Alias, ".pem")
	return []Command{
		{[]string{"keytool", "-exportcert", "-rfc", "-keystore", from, "-alias", r.Alias, "-file", file}, "Export the certificate and import it:"},
		{[]string{"keytool", "-importcert", "-keystore", to, "-alias", fileName("server-"+r.Alias, ""), "-file", file}, ""},
	}
}

func (h *home) newPassword(ref *facts.Reference, _ Repair) []Command {
	return h.password(ref, ref.Password.Root)
}

// password changes a store's. In PKCS12 the keys follow; elsewhere each has its own. Around a key that everyone has another password is of no
// use: such a store is replaced.
func (h *home) password(ref *facts.Reference, key string) []Command {
	s, file := h.store(ref), h.storeFile(ref)
	if file == "" || slices.ContainsFunc(s.PrivateKeys, func(k facts.PrivateKey) bool { return k.Leaf.Known != nil }) {
		return nil
	}
	all := []Command{{[]string{"keytool", "-storepasswd", "-keystore", file}, "Asks for the old password and the new; then set '" + key + "':"}}
	if s.Format == "PKCS12" {
		return all
	}
	for _, k := range s.PrivateKeys {
		if h.nameable(k.Alias) {
			all = append(all, Command{[]string{"keytool", "-keypasswd", "-keystore", file, "-alias", k.Alias}, "The key gets the same password:"})
		}
	}
	return all
}

// keyPasswords makes a new file of PKCS12: keytool can't change the password of a key there, but writes a store anew with one for all.
func (h *home) keyPasswords(ref *facts.Reference, r Repair) []Command {
	s, file := h.store(ref), h.storeFile(ref)
	if file == "" {
		return nil
	}
	if s.Format == "PKCS12" {
		return h.convert(ref, Repair{Comment: "A new store gives its password to its keys; then set file_name, type and passwords in"})
	}
	var all []Command
	for _, alias := range r.Aliases {
		if h.nameable(alias) {
			all = append(all, Command{
				[]string{"keytool", "-keypasswd", "-keystore", file, "-alias", alias},
				"The key gets the store's password; then state that in 'key_password':",
			})
		}
	}
	return all
}

// newKeyPassword changes the store's with them where both are the same.
func (h *home) newKeyPassword(ref *facts.Reference, r Repair) []Command {
	if ref.PasswordsEqual.State == "known" && ref.PasswordsEqual.Value {
		return h.password(ref, ref.KeyPassword.Root)
	}
	if s := h.store(ref); s != nil {
		for _, k := range s.PrivateKeys {
			r.Aliases = append(r.Aliases, k.Alias)
		}
	}
	return h.keyPasswords(ref, r)
}

func (h *home) convert(ref *facts.Reference, r Repair) []Command {
	file := h.storeFile(ref)
	to := h.newFile(ref, stem(file))
	if file == "" || to == "" {
		return nil
	}
	return []Command{{
		[]string{"keytool", "-importkeystore", "-srckeystore", file, "-destkeystore", to, "-deststoretype", "PKCS12"},
		r.Comment + " [" + ref.Section + "]:",
	}}
}

func (h *home) untrack(ref *facts.Reference, _ Repair) []Command {
	file := fileOf(ref)
	if file == "" {
		return nil
	}
	return []Command{{[]string{"git", "rm", "--cached", file}, "Takes it out of the next commit, and leaves the file where it is:"}}
}

func (h *home) keepPrivate(ref *facts.Reference, _ Repair) []Command { return kept(fileOf(ref)) }

func kept(file string) []Command {
	if file == "" {
		return nil
	}
	return []Command{{[]string{"chmod", "o-rwx", file}, "Only you and your group may read it then:"}}
}

func extensions(all []string) []string {
	var argv []string
	for _, e := range all {
		argv = append(argv, "-ext", e)
	}
	return argv
}
