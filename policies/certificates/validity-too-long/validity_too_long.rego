# METADATA
# scope: package
# title: Certificate is valid for too long
# description: The primary certificate is valid for longer than browsers and auditors accept.
# custom:
#   id: MIKS307
#   name: validity-too-long
#   level: note
#   precision: very-high
#   message: "The primary certificate '{{alias}}' is valid for {{days}} days, more than the {{limit}} that are set as the limit."
#   fix: "Have the next one issued for a shorter time."
#   standards: ["CA/Browser Forum Baseline Requirements 6.3.2"]
#   needs: [primary.entry]
#   parameters:
#     validity_days:
#       type: integer
#       default: 825
#       description: longest validity that passes, in days
#   since: 0.1.0
package mikscheck.rules.certificates.validity_too_long

import data.mikscheck.lib

findings contains finding if {
	ref := lib.primary_keystore
	ref.in_force
	key := lib.configured_key(ref)
	key.chain[0].days > input.settings.validity_days
	finding := {
		"at": ref.alias.pointer,
		"args": {
			"alias": key.alias,
			"days": key.chain[0].days,
			"limit": input.settings.validity_days,
		},
		"repair": {"do": "renew", "alias": key.alias},
	}
}
