# The part of the rule that needs all keys of a run: two that were made with too little randomness share a prime.
package mikscheck.fleet.known_weak_key

findings contains finding if {
	some key in input.keys
	other := key.shared_prime
	some use in key.uses
	finding := {
		"at": use.key,
		"variant": "shared-prime",
		"args": {
			"which": which(use.position),
			"alias": use.alias,
			"title": use.title,
			"subject": use.subject,
			"other": named(other),
		},
		"related": related(other, use),
	}
}

which(position) := "certificate" if {
	position == 0
} else := "issuer's certificate"

named(other) := "another key of this run" if {
	other.sha256 == ""
} else := sprintf("that of %s, which '%s' uses", [other.subject, other.target])

related(other, use) := [{"at": concat("", ["file:", other.target]), "message": "uses the key with the same prime"}] if {
	other.target != ""
	other.target != use.target
} else := []
