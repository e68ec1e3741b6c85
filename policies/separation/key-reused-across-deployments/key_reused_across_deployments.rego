# METADATA
# scope: package
# title: Private key serves several environments
# description: The same private key serves deployments of one run that belong to different environments of the configuration.
# custom:
#   id: MIKS208
#   name: key-reused-across-deployments
#   level: warning
#   severity: 5.3
#   precision: high
#   message: "The private key '{{alias}}' of {{title}} ({{subject}}) serves the environment '{{environment}}' and also {{others}}: whoever gets it from the weakest of them can pose as all of them and decrypt what was encrypted for them."
#   fix: "Make a key pair of its own for each environment with 'keytool -genkeypair', and replace it here or there."
#   cwe: [323, 668]
#   needs: [environments, primary.entry]
#   since: 0.1.0
package mikscheck.fleet.key_reused_across_deployments

# A key that everyone has is told by MIKS203.
findings contains finding if {
	some key in input.keys
	key.known == ""
	some use in key.uses
	use.position == 0
	use.environment != ""
	others := [e | some e in key.environments; e.name != ""; e.name != use.environment]
	count(others) > 0
	finding := {
		"at": use.file,
		"args": {
			"alias": use.alias,
			"title": use.title,
			"subject": use.subject,
			"environment": use.environment,
			"others": concat(" and ", [words(e) | some e in others]),
		},
		"related": [related(e) | some e in others],
	}
}

words(environment) := sprintf("'%s' ('%s'%s)", [environment.name, environment.first, more(environment.targets - 1)])

more(n) := "" if {
	n < 1
} else := sprintf(" and %d more", [n])

related(environment) := {
	"at": concat("", ["file:", environment.first]),
	"message": sprintf("the same private key, in the environment '%s'", [environment.name]),
}
