// Package rules is the catalogue: what every rule is called, how severe it is and what its page says. The facts are read
// from the METADATA of the policies by the generator (see generate/), the prose from one page a rule; nothing about a rule is
// written twice.
package rules

import "strings"

// Rule is one entry of the catalogue.
type Rule struct {
	ID           string               `json:"id"`                 // "MIKS301"
	Name         string               `json:"name"`               // "self-signed-primary"
	Category     string               `json:"category"`           // folder under policies/: file, credentials, separation, certificates, trust, configuration, tls; run for the 9xx
	Title        string               `json:"title"`              // one line, without a full stop
	Description  string               `json:"description"`        // fullDescription: one or two sentences
	Level        string               `json:"level"`              // default SARIF level
	Levels       []string             `json:"levels"`             // all levels that its variants can have
	Severity     float64              `json:"severity,omitempty"` // security-severity; 0: not about security
	Precision    string               `json:"precision"`          // very-high, high, medium, low
	Message      string               `json:"message"`            // template with {{name}}
	Fix          string               `json:"fix"`                // template: what to do
	Variants     map[string]Variant   `json:"variants,omitempty"`
	CWE          []int                `json:"cwe,omitempty"`
	Standards    []string             `json:"standards,omitempty"`    // "RFC 5280 4.1.2.5"; the requirements of standards.json beside them
	Requirements []Citation           `json:"requirements,omitempty"` // the generator takes them from standards.json
	Needs        []string             `json:"needs,omitempty"`
	PointsAt     string               `json:"points_at"` // definition or use
	Supersedes   []string             `json:"supersedes,omitempty"`
	Consequences []string             `json:"consequences,omitempty"`
	Parameters   map[string]Parameter `json:"parameters,omitempty"`
	Since        string               `json:"since"`             // version of mi-kscheck
	Package      string               `json:"package,omitempty"` // of the policy; empty for the 9xx
	// Fleet is the package of the policy that judges a run as a whole, at its end; empty: the rule needs no more than a target.
	Fleet string `json:"fleet,omitempty"`

	// Custom tells a rule of a custom policy, and Prose is its page without the head; package policy fills both. They are no METADATA.
	Custom bool   `json:"-"`
	Prose  string `json:"-"`
}

// OfRun tells that a rule judges a run as a whole and says nothing of a target by itself.
func (r *Rule) OfRun() bool { return r.Fleet != "" && r.Fleet == r.Package }

// FleetPackage is the package of the policy by which the rule of that name judges a run as a whole.
func FleetPackage(name string) string { return "mikscheck.fleet." + strings.ReplaceAll(name, "-", "_") }

// Variant is another level or text of a rule.
type Variant struct {
	Level   string `json:"level,omitempty"`
	Message string `json:"message,omitempty"`
	Fix     string `json:"fix,omitempty"`
}

// Parameter is a setting of a rule.
type Parameter struct {
	Type        string `json:"type"` // integer, string, boolean, list
	Default     any    `json:"default"`
	Values      []any  `json:"values,omitempty"` // that it may have; empty: any of its type
	Description string `json:"description"`
}

// Page is the prose of a rule's page, in Markdown.
type Page struct {
	Why, Bad, Good, Repair, References string
}

// HelpURI is where the page is published; that of a custom rule is published nowhere.
func (r *Rule) HelpURI() string {
	if r.Custom {
		return ""
	}
	return "https://github.com/mi-kscheck/mi-kscheck/blob/main/rules/pages/" + r.ID + ".md"
}
