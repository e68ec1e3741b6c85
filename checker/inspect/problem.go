package inspect

import (
	"errors"
	"fmt"
	"strings"

	"github.com/mi-kscheck/mi-kscheck/checker/keystore"
)

// problem says in one sentence why a store does not open as asked, and what to do. Reasons may hold strings of the store.
func problem(store *keystore.Store, err error, o Options) (ProblemKind, string) {
	var k *keystore.Error
	if err != nil && !errors.As(err, &k) {
		return Unreadable, fmt.Sprintf("The file could not be read: %v.", err)
	}
	if k != nil {
		reason := k.Reason
		if reason == "" {
			reason = k.Kind.Error()
		}
		if k.Offset > 0 {
			reason += fmt.Sprintf(" (at byte %d)", k.Offset)
		}
		switch {
		case errors.Is(err, keystore.ErrPassword) && len(o.Passwords) == 0:
			return WrongPassword, fmt.Sprintf("It needs a password: %s; name one with --password-env, --password-file or --password-stdin.", reason)
		case errors.Is(err, keystore.ErrPassword):
			return WrongPassword, fmt.Sprintf("The password does not open it: %s; check the password, and if it is certainly right, restore the file, which is then damaged.", reason)
		case errors.Is(err, keystore.ErrIntegrity):
			return Damaged, fmt.Sprintf("Do not trust it: %s; restore it from its source.", reason)
		case errors.Is(err, keystore.ErrTooCostly):
			return TooCostly, fmt.Sprintf("It was not opened, because that would cost more than the limits allow: %s.", reason)
		case errors.Is(err, keystore.ErrUnsupported):
			return Unsupported, fmt.Sprintf("It can't be read here: %s; use keytool with the provider that the file needs.", reason)
		case store == nil && k.Format == keystore.Unknown:
			return Damaged, fmt.Sprintf("It is no keystore: %s; name a file that keytool or openssl made as JKS or PKCS12.", reason)
		default:
			return Damaged, fmt.Sprintf("It is no intact keystore: %s; restore it from its source, or if git changed its line ends, mark it as binary in .gitattributes.", reason)
		}
	}
	if store == nil {
		return Unreadable, "The file could not be read."
	}
	if loads, why := declared(o.Declared, store.Format); !loads {
		return WrongType, why
	}
	if !store.Complete {
		if len(o.Passwords) == 0 {
			return WrongPassword, "Entries are encrypted and no password was given; name one with --password-env, --password-file or --password-stdin."
		}
		return WrongPassword, "Entries are encrypted and none of the passwords opens them; check the password."
	}
	return "", ""
}

// formatOf is the format that an error names.
func formatOf(err error) keystore.Format {
	var k *keystore.Error
	if errors.As(err, &k) {
		return k.Format
	}
	return keystore.Unknown
}

// keyProblem says why a key does not open.
func keyProblem(err error) string {
	switch {
	case errors.Is(err, keystore.ErrPassword):
		return "the password does not open the key (Java: \"Cannot recover key\")"
	case errors.Is(err, keystore.ErrTooCostly):
		return "opening the key would cost more than the limits allow"
	default:
		return err.Error()
	}
}

// dual are the types whose JDK 17 loader takes the other's files too, as long as keystore.type.compat is on
// (sun.security.provider.KeyStoreDelegator).
var dual = map[string]keystore.Format{"JKS": keystore.PKCS12, "PKCS12": keystore.JKS}

// declared tells whether JDK 17 loads a file of a format under a declared type, and what to say of it. An empty type loads.
func declared(kind string, format keystore.Format) (loads bool, why string) {
	upper := strings.ToUpper(kind)
	switch {
	case kind == "" || upper == string(format):
		return true, ""
	case dual[upper] == format && format != "":
		return true, fmt.Sprintf("Java's %s type reads %s files too, unless keystore.type.compat=false is set or a BouncyCastle provider serves the type", upper, format)
	case upper == "JCEKS" && format == keystore.JKS:
		return true, "Java's JCEKS type reads JKS files too"
	case strings.TrimSpace(kind) != kind:
		return false, fmt.Sprintf("The declared type '%s' has spaces around it, which Java does not trim: it knows no such type; write %s.", kind, format)
	case upper == "JKS" || upper == "PKCS12" || upper == "JCEKS":
		return false, fmt.Sprintf("It is a %s file, which Java does not load as %s (\"Invalid keystore format\"); declare the type %s.", format, upper, format)
	case upper == "BKS" || upper == "UBER" || upper == "BCFKS":
		return false, fmt.Sprintf("It is a %s file, and BouncyCastle's %s type loads only its own; declare the type %s.", format, upper, format)
	case upper == "DKS":
		return false, fmt.Sprintf("It is a %s file, and DKS names a configuration of several stores; declare the type %s.", format, format)
	default:
		return false, fmt.Sprintf("No provider of JDK 17 knows the type '%s' (\"%s not found\"); declare the type %s.", kind, kind, format)
	}
}
