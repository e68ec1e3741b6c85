package keystore_test

import (
	"errors"
	"fmt"
	"os"

	"github.com/mi-kscheck/mi-kscheck/checker/keystore"
)

// A store is listed as keytool lists it; the format comes from the content.
func ExampleOpen() {
	f, err := os.Open("../../testdata/stores/p12-mixed.p12")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer f.Close()
	store, err := keystore.Open(f, keystore.Options{Passwords: []string{"changeit"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(store.Format, store.Integrity, store.Protection.Integrity)
	for _, e := range store.Entries {
		if c := e.Leaf(); c != nil {
			fmt.Println(e.Alias, e.Kind, c.Subject)
		} else {
			fmt.Println(e.Alias, e.Kind)
		}
	}
	// Output:
	// PKCS12 verified HMAC-SHA256
	// first private-key CN=First, OU=Demo, O=mi-kscheck, C=LK
	// second private-key CN=second, OU=Demo, O=mi-kscheck, C=LK
	// aes secret-key
	// root certificate C=LK, O=mi-kscheck, CN=Demo Root
	// negative certificate CN=negative serial
}

// A wrong password still lists a JKS file, and the error tells it from a damaged one.
func ExampleOpen_wrongPassword() {
	data, err := os.ReadFile("../../testdata/stores/jks-key.jks")
	if err != nil {
		fmt.Println(err)
		return
	}
	store, err := keystore.OpenBytes(data, keystore.Options{Passwords: []string{"guess"}})
	fmt.Println(errors.Is(err, keystore.ErrPassword), len(store.Entries), err)

	data[len(data)-1] ^= 1
	_, err = keystore.OpenBytes(data, keystore.Options{Passwords: []string{"wso2carbon"}})
	fmt.Println(errors.Is(err, keystore.ErrIntegrity), err)
	// Output:
	// true 1 the password does not open it: the digest at the end fits none of the passwords
	// true the content does not match its digest: the key of entry 'wso2carbon' opens with the password, but the digest at the end does not fit: the file was changed or damaged
}

// The key password may differ from the store's.
func ExampleEntry_KeyMatches() {
	data, err := os.ReadFile("../../testdata/stores/jks-keypass.jks")
	if err != nil {
		fmt.Println(err)
		return
	}
	store, err := keystore.OpenBytes(data, keystore.Options{Passwords: []string{"storepass"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	entry, _ := store.Entry("API")
	fmt.Println(entry.CheckKey("storepass"))
	matches, err := entry.KeyMatches("keypass")
	fmt.Println(matches, err)
	// Output:
	// the password does not open it: the key does not open with this password
	// true <nil>
}

func ExampleDetect() {
	data, err := os.ReadFile("../../testdata/stores/p12-key.p12")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(keystore.Detect(data))
	// Output: PKCS12
}
