#!/usr/bin/env bash
# Makes the stores of the home "clean" anew (keytool needed): a primary key signed by a certificate authority, an internal
# key of its own, and a truststore that holds the authority. The passwords are those of clean.env.
set -euo pipefail
cd "$(dirname "$0")"
export TZ=UTC LC_ALL=C
out=clean/repository/resources/security
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
mkdir -p "$out"
rm -f "$out"/*.p12
while IFS='=' read -r name value; do declare "$name=$value"; done <clean.env

quietly() { "$@" >"$tmp/log" 2>&1 || { cat "$tmp/log" >&2; return 1; }; }
dates=(-startdate '2026/01/01 00:00:00' -validity 7670) # until 2047-01-01
rsa=(-keyalg RSA -keysize 2048 -sigalg SHA256withRSA -storetype PKCS12)

quietly keytool -genkeypair -alias ca "${rsa[@]}" "${dates[@]}" -dname 'CN=Example Root CA, O=Example, C=NL' \
  -ext bc:c=ca:true -ext ku:c=keyCertSign,cRLSign -keystore "$tmp/ca.p12" -storepass throwaway
quietly keytool -exportcert -alias ca -file "$tmp/ca.der" -keystore "$tmp/ca.p12" -storepass throwaway

primary=(-keystore "$out/primary.p12" -storepass "$PRIMARY_STORE_PASSWORD")
quietly keytool -genkeypair -alias api "${rsa[@]}" "${dates[@]}" -dname 'CN=api.example.org, O=Example, C=NL' "${primary[@]}"
quietly keytool -certreq -alias api -file "$tmp/api.csr" "${primary[@]}"
quietly keytool -gencert -alias ca -infile "$tmp/api.csr" -outfile "$tmp/api.der" "${dates[@]}" -sigalg SHA256withRSA \
  -ext 'san=dns:api.example.org' -ext ku:c=digitalSignature,keyEncipherment -ext eku=serverAuth,clientAuth \
  -keystore "$tmp/ca.p12" -storepass throwaway
quietly keytool -importcert -noprompt -alias ca -file "$tmp/ca.der" "${primary[@]}"
quietly keytool -importcert -noprompt -alias api -file "$tmp/api.der" "${primary[@]}" # its chain now ends at the authority
quietly keytool -delete -alias ca "${primary[@]}"

quietly keytool -genkeypair -alias internal "${rsa[@]}" "${dates[@]}" -dname 'CN=internal, O=Example, C=NL' \
  -ext ku:c=keyEncipherment,dataEncipherment -keystore "$out/internal.p12" -storepass "$INTERNAL_STORE_PASSWORD"

quietly keytool -importcert -noprompt -alias example-root-ca -file "$tmp/ca.der" \
  -keystore "$out/truststore.p12" -storetype PKCS12 -storepass "$TRUSTSTORE_PASSWORD"
