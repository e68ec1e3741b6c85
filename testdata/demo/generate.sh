#!/usr/bin/env bash
# Makes the stores of the demo project anew (keytool and openssl needed) and the row of checker/product/data/demo-keys.tsv
# that declares its key a publicly known one. The key is ours, made for this purpose only: it is no key of WSO2's.
#
# The stores have the faults that most projects have: one self-signed certificate for everything, expired, under the
# password that the product ships, and trusted. Every run makes another key, so commit stores and row together.
set -euo pipefail
cd "$(dirname "$0")"
export TZ=UTC LC_ALL=C
out=deployment/docker/resources
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
mkdir -p "$out"
rm -f "$out"/*.jks

keytool -genkeypair -alias wso2carbon -keyalg RSA -keysize 2048 -sigalg SHA256withRSA \
  -dname 'CN=localhost, OU=Demo, O=mi-kscheck' -ext 'san=dns:localhost' \
  -startdate '2023/01/01 00:00:00' -validity 730 \
  -keystore "$out/wso2carbon.jks" -storetype PKCS12 -storepass wso2carbon -keypass wso2carbon 2>/dev/null
keytool -exportcert -alias wso2carbon -file "$tmp/demo.der" -keystore "$out/wso2carbon.jks" -storepass wso2carbon 2>/dev/null

# A certificate authority whose private key is thrown away: it makes the truststore look like one.
keytool -genkeypair -alias ca -keyalg RSA -keysize 2048 -sigalg SHA256withRSA \
  -dname 'CN=Demo Root CA, OU=Demo, O=mi-kscheck' -ext bc:c=ca:true -ext ku:c=keyCertSign,cRLSign \
  -startdate '2023/01/01 00:00:00' -validity 9500 \
  -keystore "$tmp/ca.p12" -storetype PKCS12 -storepass wso2carbon 2>/dev/null
keytool -exportcert -alias ca -file "$tmp/ca.der" -keystore "$tmp/ca.p12" -storepass wso2carbon 2>/dev/null
for entry in wso2carbon:demo.der demo-root-ca:ca.der; do
  keytool -importcert -noprompt -alias "${entry%%:*}" -file "$tmp/${entry##*:}" \
    -keystore "$out/client-truststore.jks" -storetype PKCS12 -storepass wso2carbon 2>/dev/null
done

# The row: the columns are those of the table of known keys.
spki=$(openssl x509 -inform DER -in "$tmp/demo.der" -noout -pubkey | openssl pkey -pubin -outform DER | sha256sum | cut -d' ' -f1)
certificate=$(sha256sum "$tmp/demo.der" | cut -d' ' -f1)
row=$(printf '%s\t%s\twso2carbon\tCN=localhost, OU=Demo, O=mi-kscheck\tyes\t2023-01-01T00:00:00Z\t2024-12-31T00:00:00Z\tmi-kscheck demo project (testdata/demo)\t' "$spki" "$certificate")
table=../../checker/product/data/demo-keys.tsv
if [ -f "$table" ]; then
  grep -v 'mi-kscheck demo project' "$table" >"$tmp/table" || true
  printf '%s\n' "$row" >>"$tmp/table"
  cat "$tmp/table" >"$table"
fi
printf '%s\n' "$row"
