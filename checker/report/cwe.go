package report

import (
	"fmt"
	"strconv"

	"github.com/chavacava/garif"
)

const (
	cweName = "CWE"
	// cweGUID ties the rules' relationships to the taxonomy within the file.
	cweGUID = "6b2e7c1c-94a4-5d0c-8f2b-5f0b7d3c0d9a"
)

// cweNames are the weaknesses that rules about keystores name. A rule of a policy folder may name others; those go without.
var cweNames = map[int]string{
	20: "Improper Input Validation", 22: "Improper Limitation of a Pathname to a Restricted Directory",
	116: "Improper Encoding or Escaping of Output",
	200: "Exposure of Sensitive Information to an Unauthorized Actor", 255: "Credentials Management Errors",
	256: "Plaintext Storage of a Password", 257: "Storing Passwords in a Recoverable Format", 258: "Empty Password in Configuration File",
	259: "Use of Hard-coded Password", 260: "Password in Configuration File", 261: "Weak Encoding for Password",
	276: "Incorrect Default Permissions", 284: "Improper Access Control", 287: "Improper Authentication",
	295: "Improper Certificate Validation", 296: "Improper Following of a Certificate's Chain of Trust",
	297: "Improper Validation of Certificate with Host Mismatch", 298: "Improper Validation of Certificate Expiration",
	299: "Improper Check for Certificate Revocation", 310: "Cryptographic Issues", 311: "Missing Encryption of Sensitive Data",
	312: "Cleartext Storage of Sensitive Information", 313: "Cleartext Storage in a File or on Disk",
	319: "Cleartext Transmission of Sensitive Information", 320: "Key Management Errors", 321: "Use of Hard-coded Cryptographic Key",
	322: "Key Exchange without Entity Authentication", 323: "Reusing a Nonce, Key Pair in Encryption", 324: "Use of a Key Past its Expiration Date",
	325: "Missing Cryptographic Step", 326: "Inadequate Encryption Strength", 327: "Use of a Broken or Risky Cryptographic Algorithm",
	328: "Use of Weak Hash", 330: "Use of Insufficiently Random Values", 331: "Insufficient Entropy", 345: "Insufficient Verification of Data Authenticity",
	346: "Origin Validation Error", 347: "Improper Verification of Cryptographic Signature", 353: "Missing Support for Integrity Check",
	400: "Uncontrolled Resource Consumption", 453: "Insecure Default Variable Initialization", 521: "Weak Password Requirements",
	522: "Insufficiently Protected Credentials", 532: "Insertion of Sensitive Information into Log File",
	538: "Insertion of Sensitive Information into Externally-Accessible File or Directory", 540: "Inclusion of Sensitive Information in Source Code",
	552: "Files or Directories Accessible to External Parties", 599: "Missing Validation of OpenSSL Certificate",
	636: "Not Failing Securely ('Failing Open')", 653: "Improper Isolation or Compartmentalization", 668: "Exposure of Resource to Wrong Sphere",
	693: "Protection Mechanism Failure", 732: "Incorrect Permission Assignment for Critical Resource",
	757: "Selection of Less-Secure Algorithm During Negotiation ('Algorithm Downgrade')", 760: "Use of a One-Way Hash with a Predictable Salt",
	798: "Use of Hard-coded Credentials", 916: "Use of Password Hash With Insufficient Computational Effort",
	1188: "Initialization of a Resource with an Insecure Default", 1240: "Use of a Cryptographic Primitive with a Risky Implementation",
	1391: "Use of Weak Credentials", 1392: "Use of Default Credentials", 1393: "Use of Default Password", 1394: "Use of Default Cryptographic Key",
}

// cweURL is where a weakness is described.
func cweURL(n int) string { return fmt.Sprintf("https://cwe.mitre.org/data/definitions/%d.html", n) }

// cweTaxonomy lists the weaknesses that the rules name; nil where they name none.
func cweTaxonomy(weaknesses []int) *garif.ToolComponent {
	weaknesses = uniqueSorted(weaknesses)
	if len(weaknesses) == 0 {
		return nil
	}
	t := &garif.ToolComponent{
		Name:             cweName,
		Guid:             cweGUID,
		Organization:     "MITRE",
		ShortDescription: &garif.MultiformatMessageString{Text: "The MITRE Common Weakness Enumeration."},
		InformationUri:   "https://cwe.mitre.org/",
	}
	for _, n := range weaknesses {
		d := &garif.ReportingDescriptor{
			Id:      strconv.Itoa(n),
			HelpUri: cweURL(n),
		}
		if name := cweNames[n]; name != "" {
			d.Name = name
			d.ShortDescription = &garif.MultiformatMessageString{Text: name + "."}
		}
		t.Taxa = append(t.Taxa, d)
	}
	return t
}
