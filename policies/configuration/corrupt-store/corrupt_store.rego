# METADATA
# scope: package
# title: Store is damaged
# description: The file's structure is broken, or its digest does not fit although a key in it opens, so that Java can't load it.
# custom:
#   id: MIKS512
#   name: corrupt-store
#   level: error
#   precision: very-high
#   message: "'{{path}}', {{title}}, can't be loaded: {{detail}}."
#   fix: "Fetch the file anew from where it was made, in binary mode, and compare sizes; 'mi-kscheck inspect' shows what is still readable."
#   needs: [primary.store, internal.store, truststore.store]
#   since: 0.1.0
package mikscheck.rules.configuration.corrupt_store

import data.mikscheck.lib

findings contains finding if {
	some ref in lib.in_force
	ref.problem == "damaged"
	finding := lib.at_value(ref.file, {"title": ref.title, "path": ref.file.shown, "detail": ref.detail})
}
