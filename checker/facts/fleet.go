package facts

import (
	"cmp"
	"context"
	"fmt"
	"math/big"
	"slices"
	"sort"
	"strings"

	"github.com/mi-kscheck/mi-kscheck/checker/stores"
	"github.com/mi-kscheck/mi-kscheck/checker/trust"
)

// FleetVersion is the version of the fleet document's shape; docs/input.md has its changelog.
const FleetVersion = 1

// Fleet is the second policy input: the public keys of a run as a whole, which rules judge once at its end. It lists the keys
// that have something to do with another target or another key, and no others, so that it stays small over thousands of homes.
type Fleet struct {
	Schema       int        `json:"schema"`       // version of this shape
	Targets      int        `json:"targets"`      // that were judged
	Environments []string   `json:"environments"` // of the configuration that hold a target, by name
	Keys         []FleetKey `json:"keys"`         // those that two environments use or that share a prime with another, by SHA-256
}

// FleetKey is a public key that targets use.
type FleetKey struct {
	SHA256       string             `json:"sha256"`    // of the public key
	Algorithm    string             `json:"algorithm"` // RSA, EC …
	Bits         int                `json:"bits"`      // 0: unknown
	Known        string             `json:"known"`     // where its private key is known from; empty: nowhere
	Environments []FleetEnvironment `json:"environments"`
	SharedPrime  *OtherKey          `json:"shared_prime,omitempty"` // another key of the run that has a prime in common with it
	Uses         []FleetUse         `json:"uses"`                   // one a store section whose path stands in a place of its own; none where the private key is known
}

// FleetEnvironment is an environment whose targets have a key's private half.
type FleetEnvironment struct {
	Name    string `json:"name"`    // empty: the targets that belong to none
	Targets int    `json:"targets"` // how many
	First   string `json:"first"`   // URI of the first of them
}

// OtherKey is a public key that another one is held against.
type OtherKey struct {
	SHA256  string `json:"sha256"`  // empty: which of the run's keys it is was not found out
	Subject string `json:"subject"` // of its certificate
	Target  string `json:"target"`  // URI of the first target that uses it
}

// FleetUse is the use of a key by a target.
type FleetUse struct {
	Target      string `json:"target"`      // URI
	Environment string `json:"environment"` // empty: none
	Title       string `json:"title"`       // of the store's section, in words
	Alias       string `json:"alias"`
	Subject     string `json:"subject"`  // of the key's certificate
	Position    int    `json:"position"` // of that in the chain of the alias; 0: it is the alias's own
	File        string `json:"file"`     // pointer of the store's path
	Key         string `json:"key"`      // pointer of the alias, or of the path where the section has no alias
}

// KeyUse is what a target tells of one public key.
type KeyUse struct {
	spki, algorithm, known             string
	bits                               int
	modulus                            *big.Int // RSA
	title, alias, subject, file, keyAt string
	position                           int
}

// KeyUses lists the public keys that a target uses: those of the private keys that its sections use, with their chains.
func KeyUses(in Input, doc *Document) []KeyUse {
	var out []KeyUse
	type place struct{ spki, root string }
	seen := map[place]bool{}
	for i := range min(len(doc.References), len(in.References)) {
		ref := &doc.References[i]
		if !ref.InForce || ref.Trust || ref.Contents.State != "known" {
			continue
		}
		at := cmp.Or(ref.Alias.Pointer, ref.File.Pointer)
		if ref.Alias.Key == "" {
			at = ref.File.Pointer
		}
		for j := range ref.Keys {
			for n := range ref.Keys[j].Chain {
				c := &ref.Keys[j].Chain[n]
				p := place{c.SPKI, ref.File.Root}
				if c.SPKI == "" || seen[p] {
					continue // the sections that inherit one path are one use
				}
				seen[p] = true
				u := KeyUse{
					spki: c.SPKI, algorithm: c.KeyAlgorithm, bits: c.KeyBits, modulus: modulus(in.References[i], j, n),
					title: ref.Title, alias: ref.Keys[j].Alias, subject: c.Subject, file: ref.File.Pointer, keyAt: at, position: n,
				}
				if c.Known != nil {
					u.known = c.Known.ShippedIn
				}
				out = append(out, u)
			}
		}
	}
	return out
}

// modulus gives that of a certificate of a chain; nil where it has none, or the certificate itself is not at hand.
func modulus(r *stores.Reference, key, position int) *big.Int {
	if r.Opened == nil || r.Why != "" || key >= len(r.Opened.Keys) {
		return nil
	}
	chain := r.Opened.Keys[key].Entry.Chain
	if position >= len(chain) {
		return nil
	}
	return chain[position].Key.Modulus
}

// Limits on what a run remembers of its targets' keys. They hold the memory, and the time that looking for common primes takes.
const (
	MaxFleetUses  = 200_000
	MaxModuli     = 4096
	MaxModuliBits = 8 << 20
)

// What is said where a limit is reached.
var (
	moduliLimit = fmt.Sprintf("The run holds more than %d RSA keys, or very large ones: a prime in common was looked for among the first of them only.", MaxModuli)
	usesLimit   = fmt.Sprintf("The run holds more than %d uses of keys: only the first of them were held against each other.", MaxFleetUses)
)

// FleetBuilder collects the keys of a run's targets, one target after the other. The zero value is empty.
type FleetBuilder struct {
	targets      []fleetTarget
	environments map[string]int32
	names        []string // of environments
	keys         map[string]*fleetKey
	texts        map[string]string // one copy of each text
	uses         int
	moduli, bits int
	limits       []string
}

type fleetTarget struct {
	uri         string
	environment int32
}

type fleetKey struct {
	spki, algorithm, known string
	bits                   int
	modulus                *big.Int // nil: none, or there was no more room
	uses                   []fleetUse
}

type fleetUse struct {
	target, position                   int32
	title, alias, subject, file, keyAt string
}

// Add takes what a target uses and gives the number that pointers of the document name it by. Environment is the one of the
// configuration that the target belongs to; empty: none.
func (b *FleetBuilder) Add(uri, environment string, uses []KeyUse) int {
	if b.keys == nil {
		b.keys, b.texts, b.environments = map[string]*fleetKey{}, map[string]string{}, map[string]int32{}
	}
	e, ok := b.environments[environment]
	if !ok {
		e = int32(len(b.names)) //nolint:gosec // the configuration bounds them
		b.environments[environment], b.names = e, append(b.names, environment)
	}
	n := len(b.targets)
	b.targets = append(b.targets, fleetTarget{uri, e})
	for _, u := range uses {
		if b.uses == MaxFleetUses {
			b.limit(usesLimit)
			break
		}
		b.uses++
		k := b.keys[u.spki]
		if k == nil {
			k = &fleetKey{spki: b.text(u.spki), algorithm: b.text(u.algorithm), known: b.text(u.known), bits: u.bits}
			b.keys[k.spki] = k
			b.modulus(k, u.modulus)
		}
		k.uses = append(k.uses, fleetUse{
			target: int32(n), position: int32(u.position), title: b.text(u.title), alias: b.text(u.alias), //nolint:gosec // both are far below 2³¹
			subject: b.text(u.subject), file: b.text(u.file), keyAt: b.text(u.keyAt),
		})
	}
	return n
}

func (b *FleetBuilder) modulus(k *fleetKey, n *big.Int) {
	if n == nil || n.Sign() <= 0 {
		return
	}
	if b.moduli == MaxModuli || b.bits+n.BitLen() > MaxModuliBits {
		b.limit(moduliLimit)
		return
	}
	b.moduli, b.bits = b.moduli+1, b.bits+n.BitLen()
	k.modulus = new(big.Int).Set(n) // the store that it comes from need not stay in memory
}

func (b *FleetBuilder) limit(which string) {
	if !slices.Contains(b.limits, which) {
		b.limits = append(b.limits, which)
	}
}

// text keeps one copy of each text, and nothing of the store that it was cut from.
func (b *FleetBuilder) text(s string) string {
	if t, ok := b.texts[s]; ok {
		return t
	}
	t := strings.Clone(s)
	b.texts[t] = t
	return t
}

// Limits says in sentences what was not looked at, since there was too much of it; empty where all was.
func (b *FleetBuilder) Limits() []string { return b.limits }

// Document puts the document together. The error is the context's.
func (b *FleetBuilder) Document(ctx context.Context) (*Fleet, error) {
	out := &Fleet{Schema: FleetVersion, Targets: len(b.targets), Environments: []string{}, Keys: []FleetKey{}}
	for _, name := range b.names {
		if name != "" {
			out.Environments = append(out.Environments, name)
		}
	}
	slices.Sort(out.Environments)
	keys := make([]*fleetKey, 0, len(b.keys))
	for _, k := range b.keys {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(x, y *fleetKey) int { return strings.Compare(x.spki, y.spki) })
	moduli := make([]*big.Int, len(keys))
	for i, k := range keys {
		moduli[i] = k.modulus
	}
	partner, err := trust.SharedPrimes(ctx, moduli)
	if err != nil {
		return nil, err
	}
	for i, k := range keys {
		environments, named := b.where(k)
		if named < 2 && partner[i] < 0 {
			continue
		}
		key := FleetKey{SHA256: k.spki, Algorithm: k.algorithm, Bits: k.bits, Known: k.known, Environments: environments, Uses: []FleetUse{}}
		if j := partner[i]; j >= 0 {
			key.SharedPrime = &OtherKey{}
			if j != i {
				first := keys[j].uses[0]
				key.SharedPrime = &OtherKey{SHA256: keys[j].spki, Subject: first.subject, Target: b.targets[first.target].uri}
			}
		}
		if k.known == "" {
			key.Uses = b.listed(k)
		}
		out.Keys = append(out.Keys, key)
	}
	return out, nil
}

// where tells which environments hold targets that have a key's private half, and how many of them have a name.
func (b *FleetBuilder) where(k *fleetKey) (environments []FleetEnvironment, named int) {
	environments = []FleetEnvironment{}
	at := map[int32]int{}
	last := map[int32]int32{} // target that was counted last: uses come in the order of targets
	for _, u := range k.uses {
		if u.position > 0 {
			continue // a certificate of the chain: its private key is the authority's
		}
		e := b.targets[u.target].environment
		i, ok := at[e]
		if !ok {
			i = len(environments)
			at[e] = i
			environments = append(environments, FleetEnvironment{Name: b.names[e], First: b.targets[u.target].uri})
			last[e] = -1
			if b.names[e] != "" {
				named++
			}
		}
		if last[e] != u.target {
			environments[i].Targets++
			last[e] = u.target
		}
	}
	sort.Slice(environments, func(i, j int) bool {
		x, y := &environments[i], &environments[j]
		return strings.Compare(x.Name, y.Name) < 0
	})
	return environments, named
}

func (b *FleetBuilder) listed(k *fleetKey) []FleetUse {
	out := make([]FleetUse, 0, len(k.uses))
	for _, u := range k.uses {
		t := b.targets[u.target]
		prefix := fmt.Sprintf("/targets/%d", u.target)
		out = append(out, FleetUse{
			Target: t.uri, Environment: b.names[t.environment], Title: u.title, Alias: u.alias, Subject: u.subject, Position: int(u.position),
			File: prefix + u.file, Key: prefix + u.keyAt,
		})
	}
	return out
}
