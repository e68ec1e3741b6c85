package keystore

import (
	"bytes"
	"encoding/binary"
	"io"

	jks "github.com/pavlo-v-chernykh/keystore-go/v4"
)

// loadJKS lets keystore-go load the entries that the walk has found whole, and gives the certificates of each, in the order
// of the file. The library believes every length and allocates it, so it only gets what the walk has bounded: the header
// with the number of whole entries, those entries, and a placeholder for the digest, which is verified elsewhere because
// the library encodes passwords byte by byte.
//
// The library keys its entries by alias, so of several with one alias it has the last; the others come from the walk.
func loadJKS(data []byte, file javaFile) [][][]byte {
	header := make([]byte, 12)
	copy(header, data[:8])
	binary.BigEndian.PutUint32(header[8:], uint32(len(file.entries)))
	library := jks.New(jks.WithCaseExactAliases())
	// Load always complains about the placeholder; the entries stay. Should it ever give less, the walk fills in.
	_ = library.Load(io.MultiReader(bytes.NewReader(header), bytes.NewReader(data[12:file.end]), bytes.NewReader(make([]byte, digestSize))), nil)

	last := make(map[string]int, len(file.entries))
	for i, e := range file.entries {
		last[e.rawName] = i
	}
	chains := make([][][]byte, len(file.entries))
	for i, e := range file.entries {
		if last[e.rawName] == i {
			chains[i] = libraryChain(&library, e)
		}
		if len(chains[i]) != len(e.chain) {
			chains[i] = chains[i][:0]
			for _, c := range e.chain {
				chains[i] = append(chains[i], c.der)
			}
		}
	}
	return chains
}

func libraryChain(library *jks.KeyStore, e javaEntry) [][]byte {
	if e.tag == tagCertificate {
		entry, err := library.GetTrustedCertificateEntry(e.rawName)
		if err != nil {
			return nil
		}
		return [][]byte{entry.Certificate.Content}
	}
	certs, err := library.GetPrivateKeyEntryCertificateChain(e.rawName)
	if err != nil {
		return nil
	}
	chain := make([][]byte, len(certs))
	for i, c := range certs {
		chain[i] = c.Content
	}
	return chain
}
