package report

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/chavacava/garif"

	"github.com/mi-kscheck/mi-kscheck/checker/finding"
	"github.com/mi-kscheck/mi-kscheck/rules"
)

// catalogue is what is asked of package rules beside the rules that run; tests have one of their own.
type catalogue struct {
	page func(*rules.Rule) rules.Page
	run  func() []*rules.Rule // the 9xx: declared always, since none of them is chosen
}

// ruleIndex gives the position of a rule in the driver's list.
type ruleIndex map[string]int

// maxTags is what GitHub takes for a rule.
const maxTags = 20

var semver = regexp.MustCompile(`^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$`)

// driverOf describes the program and the rules that ran. The 9xx are what it can say about the run: notifications, not rules.
func driverOf(run *Run, cat catalogue) (*garif.ToolComponent, ruleIndex, []*garif.ToolComponent) {
	version := strings.TrimPrefix(run.Tool.Version, "v")
	driver := &garif.ToolComponent{
		Name:           toolName,
		FullName:       toolName + " " + Clean(version),
		InformationUri: toolHome,
		Version:        Clean(version),
		ShortDescription: &garif.MultiformatMessageString{
			Text: "Static checker for the keystores of WSO2 Micro Integrator.",
		},
	}
	if semver.MatchString(version) {
		driver.SemanticVersion = version
	}
	index := ruleIndex{}
	var weaknesses []int
	for _, r := range cat.run() {
		driver.Notifications = append(driver.Notifications, descriptor(r, cat))
	}
	for _, r := range run.Rules {
		if r.Category == "run" {
			continue
		}
		index[r.ID] = len(driver.Rules)
		driver.Rules = append(driver.Rules, ruleDescriptor(r, cat))
		weaknesses = append(weaknesses, r.CWE...)
	}
	taxonomy := cweTaxonomy(weaknesses)
	if taxonomy == nil {
		return driver, index, nil
	}
	driver.SupportedTaxonomies = []*garif.ToolComponentReference{{Name: cweName, Guid: cweGUID}}
	return driver, index, []*garif.ToolComponent{taxonomy}
}

func descriptor(r *rules.Rule, cat catalogue) *garif.ReportingDescriptor {
	return &garif.ReportingDescriptor{
		Id:                   Clean(r.ID),
		Name:                 pascalCase(r.Name),
		ShortDescription:     &garif.MultiformatMessageString{Text: sentence(oneLine(r.Title))},
		FullDescription:      &garif.MultiformatMessageString{Text: description(r)},
		Help:                 help(r, cat.page(r)),
		HelpUri:              helpURI(r),
		DefaultConfiguration: configuration(r),
	}
}

func ruleDescriptor(r *rules.Rule, cat catalogue) *garif.ReportingDescriptor {
	d := descriptor(r, cat)
	bag := garif.PropertyBag{"tags": tags(r)}
	if r.Precision != "" {
		bag["precision"] = Clean(r.Precision)
	}
	if r.Severity > 0 {
		bag["security-severity"] = strconv.FormatFloat(r.Severity, 'f', 1, 64)
	}
	if references := r.References(); len(references) > 0 {
		var standards []string
		for _, s := range references {
			standards = append(standards, Clean(s))
		}
		bag["standards"] = standards
	}
	d.Properties = &bag
	for _, n := range uniqueSorted(r.CWE) {
		d.Relationships = append(d.Relationships, &garif.ReportingDescriptorRelationship{
			Target: &garif.ReportingDescriptorReference{
				Id:            strconv.Itoa(n),
				ToolComponent: &garif.ToolComponentReference{Name: cweName, Guid: cweGUID},
			},
			Kinds: []string{"superset"},
		})
	}
	return d
}

func configuration(r *rules.Rule) *garif.ReportingConfiguration {
	return &garif.ReportingConfiguration{Level: level(finding.Level(r.Level))}
}

func tags(r *rules.Rule) []string {
	var tags []string
	if r.Severity > 0 {
		tags = append(tags, "security")
	}
	if r.Category != "" {
		tags = append(tags, Clean(r.Category))
	}
	for _, n := range uniqueSorted(r.CWE) {
		tags = append(tags, "external/cwe/cwe-"+strconv.Itoa(n))
	}
	return tags[:min(len(tags), maxTags)]
}

func description(r *rules.Rule) string {
	if s := oneLine(r.Description); s != "" {
		return sentence(s)
	}
	return sentence(oneLine(r.Title))
}

// help is the rule's page. Its Markdown is the project's own and is taken as it is; a rule of a policy folder has no page, so its
// title and description stand in, cleaned.
func help(r *rules.Rule, page rules.Page) *garif.MultiformatMessageString {
	var md, text strings.Builder
	section := func(title, body string) {
		if body == "" {
			return
		}
		if md.Len() > 0 {
			md.WriteString("\n\n")
		}
		md.WriteString("## " + title + "\n\n" + body)
	}
	if r.Custom { // others' text: it may hold anything
		for _, part := range []*string{&page.Why, &page.Bad, &page.Good, &page.Repair, &page.References} {
			*part = CleanMarkdown(oneLine(*part))
		}
	}
	section("Why it matters", page.Why)
	section("Bad", page.Bad)
	section("Good", page.Good)
	section("Repair", page.Repair)
	section("References", page.References)

	text.WriteString(description(r))
	if page.Repair != "" {
		text.WriteString("\n\n" + page.Repair)
	}
	if md.Len() == 0 {
		md.WriteString(CleanMarkdown(description(r)))
	}
	return &garif.MultiformatMessageString{Text: text.String(), Markdown: md.String()}
}

// helpURI is where the page of a rule is; the rules of others have none.
func helpURI(r *rules.Rule) string {
	if r.Custom || !strings.HasPrefix(r.ID, "MIKS") {
		return ""
	}
	return r.HelpURI()
}

// oneLine joins the lines of a text of the catalogue and cleans it.
func oneLine(s string) string { return Clean(strings.Join(strings.Fields(s), " ")) }

// pascalCase turns "self-signed-primary" into "SelfSignedPrimary".
func pascalCase(name string) string {
	var b strings.Builder
	for _, word := range strings.FieldsFunc(name, func(r rune) bool { return r == '-' || r == '_' || r == ' ' || r == '.' }) {
		_, n := utf8.DecodeRuneInString(word)
		b.WriteString(strings.ToUpper(word[:n]) + word[n:])
	}
	return Clean(b.String())
}

func uniqueSorted(list []int) []int { return slices.Compact(slices.Sorted(slices.Values(list))) }
