package facts

import (
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/mi-kscheck/mi-kscheck/checker/deployment"
)

// secrets lists [secrets], and of [runtime_secrets] what is no text.
func (b *builder) secrets() {
	d := b.in.Deployment
	entries, runtime := d.Secrets()
	for _, e := range entries {
		out := Secret{Alias: e.Alias, Form: string(e.Form), Used: e.Used, Runtime: runtime, Section: "secrets"}
		if e.Reference != nil {
			out.UsedBy = e.Reference.Mapped
		}
		if e.Form == deployment.EncryptedForm || e.Form == deployment.SymmetricForm {
			out.Bytes = decodedLength(e.Key.Raw.Reveal())
		}
		b.secret(out, e.Key)
	}
	for _, k := range d.Keys {
		if name, ok := strings.CutPrefix(k.Mapped, "runtime_secrets."); ok && k.Array == "" && k.Type != deployment.String && k.Type != deployment.Inline {
			b.secret(Secret{Alias: name, Form: string(deployment.NotTextForm), Runtime: runtime, Section: "runtime_secrets"}, k)
		}
	}
}

func (b *builder) secret(out Secret, k *deployment.Key) {
	out.Pointer = fmt.Sprintf("/secrets/%d", len(b.doc.Secrets))
	b.place(Place{Pointer: out.Pointer, Root: out.Pointer, Key: k.Written, Span: k.Span, Written: true})
	b.doc.Secrets = append(b.doc.Secrets, out)
}

// decodedLength is the length of what a Base64 text encodes, in bytes; line breaks do not count.
func decodedLength(text string) int {
	b, err := base64.StdEncoding.DecodeString(strings.NewReplacer("\n", "", "\r", "").Replace(text))
	if err != nil {
		return 0
	}
	return len(b)
}
