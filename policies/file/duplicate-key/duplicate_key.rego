# METADATA
# scope: package
# title: Key or table is defined twice
# description: TOML allows a key or a table once. Micro Integrator refuses the whole file, so that the server does not start.
# custom:
#   id: MIKS002
#   name: duplicate-key
#   level: error
#   precision: very-high
#   message: "'{{name}}' is defined a second time (first in line {{first}}): Micro Integrator refuses the whole file and does not start."
#   fix: "Keep one of the two."
#   variants:
#     table:
#       message: "The section [{{name}}] begins a second time (first in line {{first}}): Micro Integrator refuses the whole file and does not start."
#       fix: "Move the keys below this header under the first one, and delete this header."
#   standards: ["TOML 0.5.0"]
#   needs: [text]
#   points_at: use
#   supersedes: [MIKS001]
#   since: 0.1.0
package mikscheck.rules.file.duplicate_key

findings contains finding if {
	some problem in input.problems
	problem.kind == "duplicate"
	finding := {
		"at": problem.pointer,
		"variant": variant(problem),
		"args": {"name": problem.name, "first": problem.first},
		"edits": [{"at": problem.pointer, "change": "merge-table"} | problem.table],
	}
}

variant(problem) := "table" if problem.table

else := ""
