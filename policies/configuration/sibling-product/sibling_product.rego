# METADATA
# scope: package
# title: File belongs to another product
# description: The files around this deployment.toml belong to API Manager, Identity Server or another sibling of Micro Integrator, whose rules differ.
# custom:
#   id: MIKS527
#   name: sibling-product
#   level: note
#   precision: very-high
#   message: "This deployment.toml belongs to another WSO2 product ({{product}}): it was not judged as Micro Integrator's."
#   fix: "Leave it out with --exclude, or judge it all the same with --product mi."
#   needs: [text]
#   points_at: use
#   since: 0.1.0
package mikscheck.rules.configuration.sibling_product

findings contains finding if {
	input.target.product != "mi"
	finding := {"at": "/file", "args": {"key": "", "product": input.target.product}}
}
