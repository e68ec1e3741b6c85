# METADATA
# scope: package
# title: File is not the TOML that the product reads
# description: Micro Integrator's TOML 0.5 parser refuses the file, so that the server does not start.
# custom:
#   id: MIKS001
#   name: toml-syntax
#   level: error
#   precision: very-high
#   message: "Line {{line}}, column {{column}}: {{detail}} Micro Integrator does not start with this file."
#   fix: "Correct the line; nothing else in the file could be judged."
#   variants:
#     typographic-quotes:
#       message: "Line {{line}}, column {{column}}: {{detail}} They come from a word processor or a web page, and Micro Integrator does not start with this file."
#       fix: "Put straight quotes (\") in their place."
#     backslash-escape:
#       message: "Line {{line}}, column {{column}}: {{detail}} TOML reads a backslash in double quotes as an escape, and Micro Integrator does not start with this file."
#       fix: "Write the path with forward slashes, which Java takes on Windows too."
#     mixed-array:
#       message: "Line {{line}}, column {{column}}: {{detail}} Later TOML allows it, but the product reads TOML 0.5 and does not start with this file."
#       fix: "Write it the way of TOML 0.5."
#     parser-fault:
#       message: "Line {{line}}, column {{column}}: {{detail}} Micro Integrator does not start with this file, though it is sound TOML."
#       fix: "Write it another way: each header above those that are longer, and names without quotes in them."
#     template:
#       level: note
#       message: "Line {{line}}, column {{column}}: this is a template that was not rendered yet, so it was not judged."
#       fix: "Render it first and judge the result, as in 'helm template … | mi-kscheck check -'."
#     template-text:
#       level: note
#       message: "Line {{line}}, column {{column}}: this is a template that was not rendered yet, so that what depends on the values in double braces was not judged."
#       fix: "Render it first and judge the result, as in 'helm template … | mi-kscheck check -'."
#     limit:
#       message: "Line {{line}}, column {{column}}: {{detail}} The checker reads no further."
#       fix: "A deployment.toml of this size is no configuration that people maintain; see what wrote it."
#   standards: ["TOML 0.5.0"]
#   needs: [text]
#   points_at: use
#   since: 0.1.0
package mikscheck.rules.file.toml_syntax

findings contains finding if {
	some problem in input.problems
	problem.kind != "duplicate"
	finding := {
		"at": problem.pointer,
		"variant": variant(problem.kind),
		"args": {"line": problem.line, "column": problem.column, "detail": problem.detail},
		"edits": edits(problem),
	}
}

variant(kind) := "" if kind == "syntax"

else := kind

edits(problem) := [{"at": problem.pointer, "change": "straighten"}] if {
	problem.kind == "typographic-quotes"
} else := [{"at": problem.pointer, "change": "slashes"}] if {
	problem.kind == "backslash-escape"
} else := []
