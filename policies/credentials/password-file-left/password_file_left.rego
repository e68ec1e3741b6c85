# METADATA
# scope: package
# title: Password file was left behind
# description: A file by which the product takes the stores' password at its start lies in the MI home or among the files of the image.
# custom:
#   id: MIKS112
#   name: password-file-left
#   level: warning
#   severity: 6.5
#   precision: very-high
#   message: "'{{file}}' holds the password of the primary keystore in clear text: everyone who can read {{where}} has it."
#   fix: "Delete it; hand the password over when the server starts, from where the platform keeps its secrets."
#   cwe: [256, 312]
#   needs: [file]
#   since: 0.1.0
package mikscheck.rules.credentials.password_file_left

findings contains finding if {
	some entry in input.beside
	entry.kind == "file"
	finding := {"at": entry.pointer, "args": {"key": entry.name, "file": entry.name, "where": where}}
}

where := "the installation" if {
	input.target.layout == "mi-home"
} else := "the repository or the image"
