// The libraries that mi-kscheck's keystore reader is compared with, in a module of their own so that they never weigh on the project's.
module github.com/mi-kscheck/mi-kscheck/tools/compare-stores

go 1.26.0

require (
	github.com/mi-kscheck/mi-kscheck v0.0.0
	github.com/pavlo-v-chernykh/keystore-go/v4 v4.5.0
	software.sslmate.com/src/go-pkcs12 v0.7.4
)

require golang.org/x/crypto v0.58.0 // indirect

replace github.com/mi-kscheck/mi-kscheck => ../..
