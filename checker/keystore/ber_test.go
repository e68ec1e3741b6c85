package keystore_test

import (
	"bytes"
	"strings"
	"testing"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/mi-kscheck/mi-kscheck/checker/keystore"
	"github.com/mi-kscheck/mi-kscheck/checker/keystore/oracle"
)

// toBER writes DER with every liberty of BER: indefinite lengths, and octet strings in pieces.
func toBER(der []byte) []byte {
	s := cryptobyte.String(der)
	var out []byte
	for !s.Empty() {
		var content cryptobyte.String
		var tag asn1.Tag
		if !s.ReadAnyASN1(&content, &tag) {
			panic("no DER")
		}
		switch {
		case tag&0x20 != 0:
			out = append(append(append(out, byte(tag), 0x80), toBER(content)...), 0, 0)
		case (tag == asn1.OCTET_STRING || tag == asn1.Tag(0).ContextSpecific()) && len(content) > 4:
			out = append(out, byte(tag)|0x20, 0x80)
			for i := 0; i < len(content); i += 1000 {
				piece := cryptobyte.NewBuilder(nil)
				piece.AddASN1OctetString(content[i:min(i+1000, len(content))])
				out = append(out, piece.BytesOrPanic()...)
			}
			out = append(out, 0, 0)
		default:
			b := cryptobyte.NewBuilder(nil)
			b.AddASN1(tag, func(b *cryptobyte.Builder) { b.AddBytes(content) })
			out = append(out, b.BytesOrPanic()...)
		}
	}
	return out
}

// innerBER rewrites the authenticated safe, which is wrapped in an octet string, and the safes that are not encrypted.
func innerBER(der []byte) []byte {
	s := cryptobyte.String(der)
	var pfx, info, wrapped, content cryptobyte.String
	var version int
	var oid cryptobyte.String
	if !s.ReadASN1(&pfx, asn1.SEQUENCE) || !pfx.ReadASN1Integer(&version) || !pfx.ReadASN1(&info, asn1.SEQUENCE) ||
		!info.ReadASN1Element(&oid, asn1.OBJECT_IDENTIFIER) || !info.ReadASN1(&wrapped, asn1.Tag(0).Constructed().ContextSpecific()) ||
		!wrapped.ReadASN1(&content, asn1.OCTET_STRING) {
		panic("no PFX")
	}
	b := cryptobyte.NewBuilder(nil)
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1Int64(int64(version))
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddBytes(oid)
			b.AddASN1(asn1.Tag(0).Constructed().ContextSpecific(), func(b *cryptobyte.Builder) {
				b.AddASN1OctetString(toBER(content))
			})
		})
	})
	return b.BytesOrPanic()
}

// TestBER: a PKCS12 file in BER reads as it does in DER, for Java too.
func TestBER(t *testing.T) {
	java := oracle.Start(t)
	for _, f := range generated(t) {
		if !strings.HasSuffix(f.name, ".p12") {
			continue
		}
		der := read(t, f.path)
		ber := toBER(der)
		if strings.Contains(f.name, "nomac") {
			ber = toBER(innerBER(der)) // a MAC would notice
		}
		want, wantErr := keystore.OpenBytes(der, keystore.Options{Passwords: []string{f.password}})
		got, err := keystore.OpenBytes(ber, keystore.Options{Passwords: []string{f.password}})
		if errText(err) != errText(wantErr) || len(got.Entries) != len(want.Entries) || got.Integrity != want.Integrity {
			t.Errorf("%s: %v in BER, %v in DER", f.name, err, wantErr)
			continue
		}
		for i := range got.Entries {
			for j, c := range got.Entries[i].Chain {
				if !bytes.Equal(c.Raw, want.Entries[i].Chain[j].Raw) {
					t.Errorf("%s: certificate %d of entry %d differs", f.name, j, i)
				}
			}
			if got.Entries[i].CheckKey(f.keyEntry) == nil != (want.Entries[i].CheckKey(f.keyEntry) == nil) {
				t.Errorf("%s: key of entry %d: %v", f.name, i, got.Entries[i].CheckKey(f.keyEntry))
			}
		}
		compare(t, java, ber, &f.password, []string{f.keyEntry})
	}
}
