package trust

import (
	"crypto"
	"crypto/dsa" //nolint:staticcheck // old certificates carry DSA keys
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"encoding/asn1"
	"fmt"
	"math/big"
	"strings"
	"time"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"github.com/mi-kscheck/mi-kscheck/checker/keystore"
)

// attr is one attribute of a test name, each an RDN of its own.
type attr struct {
	oid   string
	tag   cbasn1.Tag
	value string
}

func cn(s string) attr  { return attr{"2.5.4.3", cbasn1.UTF8String, s} }
func org(s string) attr { return attr{"2.5.4.10", cbasn1.PrintableString, s} }

func encodeName(attrs ...attr) []byte {
	var b cryptobyte.Builder
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		for _, a := range attrs {
			b.AddASN1(cbasn1.SET, func(b *cryptobyte.Builder) {
				b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
					b.AddASN1ObjectIdentifier(parseOID(a.oid))
					b.AddASN1(a.tag, func(b *cryptobyte.Builder) { b.AddBytes([]byte(a.value)) })
				})
			})
		}
	})
	return b.BytesOrPanic()
}

func parseOID(s string) asn1.ObjectIdentifier {
	var out asn1.ObjectIdentifier
	for part := range strings.SplitSeq(s, ".") {
		n, ok := new(big.Int).SetString(part, 10)
		if !ok {
			panic(s)
		}
		out = append(out, int(n.Int64()))
	}
	return out
}

// spec describes a certificate to make.
type spec struct {
	version         int // 1 or 3; 0 is 3
	serial          int64
	subject, issuer []byte
	key, signer     testKey
	digest          string // "SHA256" (default), "SHA1", "MD5", "MD2", "SHA384", "PSS"
	from, to        time.Time
	basic           *bool // CA flag; nil: no extension
	pathLen         *int
	keyUsage        *byte // first byte of the bit string
	ski, aki        []byte
	akiSerial       int64
	dns             []string
	emails          []string
	permitted       []string // DNS subtrees; "@x" an email one, "dir:" a directory name by DER
	excluded        []string
	critical        bool     // an unknown critical extension
	policies        []string // "q" at the end: with a qualifier
	policyCritical  bool
	mappings        [][2]string
	require         *int // policyConstraints
	inhibitMapping  *int
	inhibitAny      *int
}

const (
	kuSign     = 0x80
	kuCertSign = 0x04
)

var (
	longAgo  = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	farAhead = time.Date(2049, 1, 1, 0, 0, 0, 0, time.UTC)
)

func (s spec) make() *keystore.Certificate {
	if s.version == 0 {
		s.version = 3
	}
	if s.serial == 0 {
		s.serial = 1
	}
	if s.from.IsZero() {
		s.from = longAgo
	}
	if s.to.IsZero() {
		s.to = farAhead
	}
	alg, sign := s.algorithm()
	var b cryptobyte.Builder
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		if s.version > 1 {
			b.AddASN1(cbasn1.Tag(0).Constructed().ContextSpecific(), func(b *cryptobyte.Builder) { b.AddASN1Int64(int64(s.version - 1)) })
		}
		b.AddASN1Int64(s.serial)
		b.AddBytes(alg)
		b.AddBytes(s.issuer)
		b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1UTCTime(s.from)
			b.AddASN1UTCTime(s.to)
		})
		b.AddBytes(s.subject)
		b.AddBytes(s.key.spki)
		if exts := s.extensions(); len(exts) > 0 && s.version == 3 {
			b.AddASN1(cbasn1.Tag(3).Constructed().ContextSpecific(), func(b *cryptobyte.Builder) {
				b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) { b.AddBytes(exts) })
			})
		}
	})
	tbs := b.BytesOrPanic()
	sig := sign(tbs)
	var whole cryptobyte.Builder
	whole.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddBytes(tbs)
		b.AddBytes(alg)
		b.AddASN1BitString(sig)
	})
	c, err := keystore.ParseCertificate(whole.BytesOrPanic())
	if err != nil {
		panic(err)
	}
	return c
}

// algorithm gives the AlgorithmIdentifier and a function that signs.
func (s spec) algorithm() ([]byte, func([]byte) []byte) {
	digest := s.digest
	if digest == "" {
		digest = "SHA256"
	}
	hash := map[string]crypto.Hash{"SHA1": crypto.SHA1, "SHA256": crypto.SHA256, "SHA384": crypto.SHA384, "MD5": crypto.MD5,
		"MD2": crypto.MD5, "PSS": crypto.SHA256}[digest]
	sum := func(tbs []byte) []byte {
		h := hash.New()
		h.Write(tbs)
		return h.Sum(nil)
	}
	identifier := func(oid string, params func(*cryptobyte.Builder)) []byte {
		var b cryptobyte.Builder
		b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1ObjectIdentifier(parseOID(oid))
			if params != nil {
				params(b)
			}
		})
		return b.BytesOrPanic()
	}
	null := func(b *cryptobyte.Builder) { b.AddASN1NULL() }
	must := func(sig []byte, err error) []byte {
		if err != nil {
			panic(err)
		}
		return sig
	}
	switch k := s.signer.signer.(type) {
	case *rsa.PrivateKey:
		if digest == "PSS" {
			return identifier("1.2.840.113549.1.1.10", pssParams), func(tbs []byte) []byte {
				return must(rsa.SignPSS(rand.Reader, k, hash, sum(tbs), &rsa.PSSOptions{SaltLength: 32}))
			}
		}
		oid := map[string]string{"SHA1": "1.2.840.113549.1.1.5", "SHA256": "1.2.840.113549.1.1.11", "SHA384": "1.2.840.113549.1.1.12",
			"MD5": "1.2.840.113549.1.1.4", "MD2": "1.2.840.113549.1.1.2"}[digest]
		return identifier(oid, null), func(tbs []byte) []byte { return must(rsa.SignPKCS1v15(nil, k, hash, sum(tbs))) }
	case *ecdsa.PrivateKey:
		oid := map[string]string{"SHA1": "1.2.840.10045.4.1", "SHA384": "1.2.840.10045.4.3.3"}[digest]
		if oid == "" {
			oid, hash = "1.2.840.10045.4.3.2", crypto.SHA256
		}
		return identifier(oid, nil), func(tbs []byte) []byte { return must(ecdsa.SignASN1(rand.Reader, k, sum(tbs))) }
	case ed25519.PrivateKey:
		return identifier("1.3.101.112", nil), func(tbs []byte) []byte { return ed25519.Sign(k, tbs) }
	case *dsa.PrivateKey:
		hash = crypto.SHA1
		return identifier("1.2.840.10040.4.3", nil), func(tbs []byte) []byte {
			r, sv, err := dsa.Sign(rand.Reader, k, sum(tbs))
			if err != nil {
				panic(err)
			}
			var b cryptobyte.Builder
			b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1BigInt(r)
				b.AddASN1BigInt(sv)
			})
			return b.BytesOrPanic()
		}
	}
	panic("no such key")
}

func pssParams(b *cryptobyte.Builder) {
	sha256 := func(b *cryptobyte.Builder) {
		b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1ObjectIdentifier(parseOID("2.16.840.1.101.3.4.2.1"))
			b.AddASN1NULL()
		})
	}
	tag := func(n uint8) cbasn1.Tag { return cbasn1.Tag(n).Constructed().ContextSpecific() }
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1(tag(0), sha256)
		b.AddASN1(tag(1), func(b *cryptobyte.Builder) {
			b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1ObjectIdentifier(parseOID("1.2.840.113549.1.1.8"))
				sha256(b)
			})
		})
		b.AddASN1(tag(2), func(b *cryptobyte.Builder) { b.AddASN1Int64(32) })
	})
}

func (s spec) extensions() []byte {
	var out cryptobyte.Builder
	add := func(oid string, critical bool, value func(*cryptobyte.Builder)) {
		out.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1ObjectIdentifier(parseOID(oid))
			if critical {
				b.AddASN1Boolean(true)
			}
			b.AddASN1(cbasn1.OCTET_STRING, value)
		})
	}
	seq := func(f func(*cryptobyte.Builder)) func(*cryptobyte.Builder) {
		return func(b *cryptobyte.Builder) { b.AddASN1(cbasn1.SEQUENCE, f) }
	}
	if s.basic != nil {
		add(oidBasicConstraints, true, seq(func(b *cryptobyte.Builder) {
			if *s.basic {
				b.AddASN1Boolean(true)
				if s.pathLen != nil {
					b.AddASN1Int64(int64(*s.pathLen))
				}
			}
		}))
	}
	if s.keyUsage != nil {
		add(oidKeyUsage, true, func(b *cryptobyte.Builder) { b.AddASN1BitString([]byte{*s.keyUsage}) })
	}
	if s.ski != nil {
		add(oidSubjectKeyID, false, func(b *cryptobyte.Builder) { b.AddASN1OctetString(s.ski) })
	}
	if s.aki != nil || s.akiSerial != 0 {
		add(oidAuthorityKeyID, false, seq(func(b *cryptobyte.Builder) {
			if s.aki != nil {
				b.AddASN1(cbasn1.Tag(0).ContextSpecific(), func(b *cryptobyte.Builder) { b.AddBytes(s.aki) })
			}
			if s.akiSerial != 0 {
				b.AddASN1(cbasn1.Tag(1).Constructed().ContextSpecific(), func(b *cryptobyte.Builder) {
					b.AddASN1(cbasn1.Tag(4).Constructed().ContextSpecific(), func(b *cryptobyte.Builder) { b.AddBytes(s.issuer) })
				})
				b.AddASN1(cbasn1.Tag(2).ContextSpecific(), func(b *cryptobyte.Builder) { b.AddBytes(big.NewInt(s.akiSerial).Bytes()) })
			}
		}))
	}
	if len(s.dns)+len(s.emails) > 0 {
		add(oidSubjectAltName, false, seq(func(b *cryptobyte.Builder) {
			for _, n := range s.dns {
				b.AddASN1(cbasn1.Tag(typeDNS).ContextSpecific(), func(b *cryptobyte.Builder) { b.AddBytes([]byte(n)) })
			}
			for _, n := range s.emails {
				b.AddASN1(cbasn1.Tag(typeEmail).ContextSpecific(), func(b *cryptobyte.Builder) { b.AddBytes([]byte(n)) })
			}
		}))
	}
	if len(s.permitted)+len(s.excluded) > 0 {
		add(oidNameConstraints, true, seq(func(b *cryptobyte.Builder) {
			for i, list := range [][]string{s.permitted, s.excluded} {
				if len(list) == 0 {
					continue
				}
				b.AddASN1(cbasn1.Tag(i).Constructed().ContextSpecific(), func(b *cryptobyte.Builder) { //nolint:gosec // 0 or 1
					for _, base := range list {
						b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) { addSubtree(b, base) })
					}
				})
			}
		}))
	}
	s.addPolicies(add, seq)
	if s.critical {
		add("1.3.6.1.4.1.99999.1", true, func(b *cryptobyte.Builder) { b.AddASN1NULL() })
	}
	return out.BytesOrPanic()
}

func (s spec) addPolicies(add func(string, bool, func(*cryptobyte.Builder)), seq func(func(*cryptobyte.Builder)) func(*cryptobyte.Builder)) {
	if len(s.policies) > 0 {
		add(oidPolicies, s.policyCritical, seq(func(b *cryptobyte.Builder) {
			for _, p := range s.policies {
				oid, qualified := strings.CutSuffix(p, "q")
				b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
					b.AddASN1ObjectIdentifier(parseOID(oid))
					if qualified {
						b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
							b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
								b.AddASN1ObjectIdentifier(parseOID("1.3.6.1.5.5.7.2.1"))
								b.AddASN1(cbasn1.IA5String, func(b *cryptobyte.Builder) { b.AddBytes([]byte("http://cps.example.com")) })
							})
						})
					}
				})
			}
		}))
	}
	if len(s.mappings) > 0 {
		add(oidPolicyMappings, false, seq(func(b *cryptobyte.Builder) {
			for _, m := range s.mappings {
				b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
					b.AddASN1ObjectIdentifier(parseOID(m[0]))
					b.AddASN1ObjectIdentifier(parseOID(m[1]))
				})
			}
		}))
	}
	if s.require != nil || s.inhibitMapping != nil {
		add(oidPolicyConstraints, true, seq(func(b *cryptobyte.Builder) {
			for i, n := range []*int{s.require, s.inhibitMapping} {
				if n != nil {
					b.AddASN1(cbasn1.Tag(i).ContextSpecific(), func(b *cryptobyte.Builder) { b.AddUint8(uint8(*n)) })
				}
			}
		}))
	}
	if s.inhibitAny != nil {
		add(oidInhibitAnyPolicy, true, func(b *cryptobyte.Builder) { b.AddASN1Int64(int64(*s.inhibitAny)) })
	}
}

func addSubtree(b *cryptobyte.Builder, base string) {
	add := func(kind nameType, value string) {
		tag := cbasn1.Tag(kind).ContextSpecific()
		if kind == typeDirectory {
			tag = tag.Constructed()
		}
		b.AddASN1(tag, func(b *cryptobyte.Builder) { b.AddBytes([]byte(value)) })
	}
	if email, ok := strings.CutPrefix(base, "@"); ok {
		add(typeEmail, email)
	} else if dir, ok := strings.CutPrefix(base, "dir:"); ok {
		add(typeDirectory, dir)
	} else if ip, ok := strings.CutPrefix(base, "ip:"); ok {
		add(typeIP, ip)
	} else {
		add(typeDNS, base)
	}
}

// storeOf makes a truststore of certificate entries, in order.
func storeOf(certs ...*keystore.Certificate) *keystore.Store {
	s := &keystore.Store{Format: keystore.JKS}
	for i, c := range certs {
		s.Entries = append(s.Entries, keystore.Entry{Alias: fmt.Sprintf("ca%d", i), Kind: keystore.CertificateEntry,
			Chain: []*keystore.Certificate{c}})
	}
	return s
}
