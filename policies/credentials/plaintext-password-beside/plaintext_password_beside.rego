# METADATA
# scope: package
# title: Store password stands in clear text in another file
# description: A file that belongs to the deployment (pom.xml, a Dockerfile, a compose file and what sets its variables, a manifest of Kubernetes, the values of a Helm chart) states a store's password in clear text.
# custom:
#   id: MIKS121
#   name: plaintext-password-beside
#   level: warning
#   severity: 6.5
#   precision: high
#   message: "{{kind}} {{name}} holds {{what}} in clear text: everyone who can read the file or its history has it{{layers}}."
#   fix: "Change the password, since it has been seen; then {{repair}}."
#   cwe: [256, 312, 538]
#   needs: [file]
#   since: 0.1.0
package mikscheck.rules.credentials.plaintext_password_beside

findings contains finding if {
	some entry in input.beside
	some words in words_of(entry)
	some what in what_of(entry)
	finding := {"at": entry.pointer, "args": object.union(words, {"key": entry.name, "name": entry.name, "what": what})}
}

words_of(entry) := [{"kind": "The property", "layers": "", "repair": "move the property to the settings.xml of who builds, where Maven keeps it encrypted"}] if {
	entry.kind == "property"
} else := [{"kind": entry.kind, "layers": ", and so does everyone who has the image", "repair": "let the platform set it when the container starts"}] if {
	entry.kind in {"ENV", "ARG"}
} else := [{"kind": "The variable", "layers": "", "repair": "take the value from a file that is not committed (env_file), or let the compose file only name the variable"}] if {
	entry.kind == "environment"
} else := [{"kind": "The variable", "layers": "", "repair": "take the file out of the repository (.gitignore), and commit an example without values in its place"}] if {
	entry.kind == "env_file"
} else := [{"kind": "The value", "layers": "", "repair": "let the chart take it from a Secret that exists (secretKeyRef), or hand the value over when the chart is installed"}] if {
	entry.kind == "value"
} else := [{"kind": "The variable", "layers": "", "repair": "take it from a Secret by valueFrom.secretKeyRef"}] if {
	entry.kind == "env"
} else := [{"kind": "The Secret's key", "layers": ", base64 or not", "repair": "keep the Secret out of the repository, or commit it encrypted (SealedSecret, SOPS) or as a reference (ExternalSecret)"}] if {
	entry.kind == "Secret"
} else := []

what_of(entry) := [sprintf("the password of %s", [concat(" and ", entry.stores)])] if {
	count(entry.stores) > 0
} else := ["a store's password"] if {
	entry.names_store
} else := []
