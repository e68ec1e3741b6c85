package trust

import "fmt"

// Java is what JDK 17's trust manager throws for a reason, as its log shows it; empty for Unverifiable. Where a chain is not
// in order Java searches, and reports every reason as IssuerMissing's.
func (r Reason) Java() string {
	switch r {
	case NoAnchors:
		return "the trustAnchors parameter must be non-empty"
	case IssuerMissing:
		return "unable to find valid certification path to requested target"
	case SignatureMismatch:
		return "signature check failed"
	case NotACA:
		return "not a CA certificate"
	case KeyUsage:
		return "keyCertSign bit is not set"
	case PathLength:
		return "basic constraints check failed: pathLenConstraint violated"
	case NameConstraints:
		return "name constraints check failed"
	case Critical:
		return "unrecognized critical extension(s)"
	case Policy:
		return "non-null policy tree required and policy tree is null"
	case Algorithm:
		return "Algorithm constraints check failed"
	case Expired:
		return "validity check failed"
	default:
		return ""
	}
}

// Sentence says in our words why no path was found, without a full stop; empty for a trusted chain. clean is applied to
// every name of a certificate; nil leaves them as they are.
func (r Result) Sentence(clean func(string) string) string {
	if clean == nil {
		clean = func(s string) string { return s }
	}
	at := "the certificate"
	if r.At != nil {
		at = fmt.Sprintf("'%s'", clean(r.At.Subject))
	}
	issuer := fmt.Sprintf("'%s'", clean(r.Issuer))
	switch r.Reason {
	case NoAnchors:
		return "the truststore holds no certificate at all"
	case IssuerMissing:
		if r.At != nil && r.At.Subject == r.At.Issuer {
			return at + " is signed by itself, and the truststore does not hold it"
		}
		return fmt.Sprintf("neither the truststore nor the presented chain holds %s, which issued %s", issuer, at)
	case SignatureMismatch:
		return fmt.Sprintf("a certificate named %s is there, but its key is not the one that signed %s", issuer, at)
	case NotACA:
		return fmt.Sprintf("%s, which issued %s, is no CA certificate (basicConstraints CA:TRUE is missing)", issuer, at)
	case KeyUsage:
		return fmt.Sprintf("%s, which issued %s, may not sign certificates (its keyUsage lacks keyCertSign)", issuer, at)
	case PathLength:
		return fmt.Sprintf("more CAs stand between %s and the end of the chain than its path length allows", issuer)
	case NameConstraints:
		return fmt.Sprintf("the name constraints of a CA above it forbid the names of %s", at)
	case Critical:
		return at + " has a critical extension that Java does not know"
	case Policy:
		return fmt.Sprintf("the certificate policies of %s are not those that a CA above it demands, or are critical and have qualifiers", at)
	case Algorithm:
		return fmt.Sprintf("a key or signature algorithm that JDK 17 disables (jdk.certpath.disabledAlgorithms) is used where %s issued %s", issuer, at)
	case Expired:
		return at + " is not valid at this time"
	case Unverifiable:
		return fmt.Sprintf("the signature of %s uses an algorithm that this tool can't verify", at)
	case TooCostly:
		return fmt.Sprintf("so many certificates could have issued %s that the search for a path was given up", at)
	}
	return ""
}
