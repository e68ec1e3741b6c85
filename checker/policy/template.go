package policy

// The files of a new rule. They are complete: the test passes, and each line shows how something is done.
const newPolicy = `# METADATA
# scope: package
# title: Say in a few words what is wrong
# description: One or two sentences for reports and documentation.
# custom:
#   id: ID
#   name: NAME
#   level: warning
#   message: "The certificate '{{alias}}' ({{certificate}}) has a serial number that begins with 00."
#   fix: "Say what to do."
package custom.CATEGORY.WORD

import data.mikscheck.lib

# lib.used_keys are the private keys in force, each with the reference that uses it; 'mi-kscheck input PATH' shows the document.
findings contains finding if {
	some [ref, key] in lib.used_keys
	cert := key.chain[0]
	startswith(cert.serial, "00")
	finding := lib.at_value(lib.key_place(ref), {"alias": key.alias, "certificate": lib.certificate_name(cert)})
}
`

const newTest = `package custom.CATEGORY.WORD_test

import data.custom.CATEGORY.WORD as rule
import data.mikscheck.fixture

# fixture.clean is the document of a home without faults; a test changes what it needs.
test_fires if {
	findings := rule.findings with input as fixture.changed([fixture.set("/references/0/keys/0/chain/0/serial", "00ff")])
	count(findings) == 1
}

test_silent_clean if {
	findings := rule.findings with input as fixture.clean
	count(findings) == 0
}
`

const newPage = `## Why it matters

Say what happens to whom, and how likely it is.

## Bad

` + "```toml" + `
[keystore.primary]
` + "```" + `

## Good

` + "```toml" + `
[keystore.primary]
` + "```" + `

## Repair

Say what to do, step by step.

## References

- Your own standard.
`
