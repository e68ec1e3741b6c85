package deployment

// SecretEntry is what [secrets] says of an alias.
type SecretEntry struct {
	Alias     string // without quotes
	Key       *Key
	Form      SecretForm
	Used      bool // some value holds $secret{alias}
	Reference *Key // the first such value
}

// SecretForm is how a secret's value is written (mi-semantics section 5).
type SecretForm string

// The forms.
const (
	PlainForm     SecretForm = "plain"     // "[text]": the cipher tool has not run
	EncryptedForm SecretForm = "encrypted" // Base64
	SymmetricForm SecretForm = "symmetric" // 4.6: Base64 of a JSON object
	DynamicForm   SecretForm = "dynamic"   // "$env{X}" or "$sys{X}"
	OtherForm     SecretForm = "other"     // anything else: a leaked plain secret
	NotTextForm   SecretForm = "not-text"
)
