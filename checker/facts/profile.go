package facts

// ProfileFile is a file of SSL profiles that the deployment.toml names.
type ProfileFile struct {
	Side     string           `json:"side"`     // listener, sender
	Path     Value            `json:"path"`     // the setting
	InForce  bool             `json:"in_force"` // the product reads the file with this configuration
	Status   string           `json:"status"`   // found, missing, mounted, shipped, outside, unreadable, unknown
	Looked   []string         `json:"looked"`   // where it was looked for
	Read     State            `json:"read"`     // known: it is XML, and Profiles are what the product finds in it
	Problems []ProfileProblem `json:"problems"` // why the product does not take it
	Profiles []Profile        `json:"profiles"`
}

// ProfileProblem is one reason why the product does not take a file of profiles, or a profile in it.
type ProfileProblem struct {
	Pointer string `json:"pointer"`
	Kind    string `json:"kind"`    // syntax, missing, limit: the checker does not read further
	Detail  string `json:"detail"`  // a sentence without secrets
	Profile string `json:"profile"` // its name; empty: the file as a whole
}

// Profile is one <profile>, or a <client> in one of a sender.
type Profile struct {
	Pointer    string `json:"pointer"`     // of its start tag
	Name       string `json:"name"`        // "listenerprofiles.xml/profile[1]"
	Title      string `json:"title"`       // in words
	Client     bool   `json:"client"`      // it is a <client>
	NoValidate bool   `json:"no_validate"` // novalidatecert="true"
	KeyStore   string `json:"keystore"`    // section of its reference; empty: it has none
	TrustStore string `json:"truststore"`  // likewise
	Alias      Value  `json:"alias"`       // ServerCertificateAlias
	AliasRead  bool   `json:"alias_read"`  // the version reads it: a listener's, from 4.6 on
	Entry      Entry  `json:"entry"`       // of that alias, by its exact letters; unknown where the store's entries are
}
