#!/usr/bin/env bash
# Makes the homes of rules whose pages have no example that can be run: OUT/RULE/{bad,repaired}, copies of the home "clean" with
# other stores. go test ./rules -run TestHomes -homes-from OUT -golden takes them into the policies' folders. Needs openssl and java.
set -euo pipefail
out=${1:?usage: rules.sh OUT}
cd "$(dirname "$0")"
while IFS='=' read -r name value; do declare -x "$name=$value"; done <clean.env
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
security=repository/resources/security

home() { # RULE WHICH: a copy of the clean home
  mkdir -p "$out/$1"
  rm -rf "${out:?}/$1/$2"
  cp -r clean "$out/$1/$2"
  cd_home="$out/$1/$2/$security"
}
certificate() { # NAME ISSUER SUBJECT EXTENSIONS…: NAME.key and NAME.pem, by an issuer or by itself
  local name=$1 issuer=$2 subject=$3
  shift 3
  [ -f "$tmp/$name.key" ] || openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$tmp/$name.key" 2>/dev/null ||
    openssl genrsa -out "$tmp/$name.key" 2048 2>/dev/null
  printf '%s\n' "$@" >"$tmp/$name.ext"
  openssl req -new -key "$tmp/$name.key" -subj "$subject" -out "$tmp/$name.csr" 2>/dev/null
  if [ -n "$issuer" ]; then
    openssl x509 -req -in "$tmp/$name.csr" -CA "$tmp/$issuer.pem" -CAkey "$tmp/$issuer.key" -set_serial "${serial:-7}" -days 397 -sha256 -extfile "$tmp/$name.ext" -out "$tmp/$name.pem" 2>/dev/null
  else
    openssl x509 -req -in "$tmp/$name.csr" -signkey "$tmp/$name.key" -set_serial "${serial:-5}" -days 3650 -sha256 -extfile "$tmp/$name.ext" -out "$tmp/$name.pem" 2>/dev/null
  fi
}
server=('subjectAltName=DNS:api.example.org' 'keyUsage=digitalSignature,keyEncipherment' 'extendedKeyUsage=serverAuth')
authority=('basicConstraints=critical,CA:TRUE' 'keyUsage=critical,keyCertSign,cRLSign')
primary() { openssl pkcs12 -export -name api -out "$cd_home/primary.p12" -passout env:PRIMARY_STORE_PASSWORD "$@"; }

certificate root '' '/CN=Example Root' "${authority[@]}"
certificate middle root '/CN=Example Intermediate' "${authority[@]}"
certificate leaf middle '/CN=api.example.org' "${server[@]}"

# MIKS314: the certificate alone, and with the one between; the root is trusted.
rooted() { keytool -importcert -noprompt -alias root -file "$tmp/root.pem" -keystore "$cd_home/truststore.p12" -storepass "$TRUSTSTORE_PASSWORD" 2>/dev/null; }
home MIKS314 bad
primary -inkey "$tmp/leaf.key" -in "$tmp/leaf.pem"
rooted
home MIKS314 repaired
primary -inkey "$tmp/leaf.key" -in "$tmp/leaf.pem" -certfile "$tmp/middle.pem"
rooted

# MIKS318: a curve that Java does not know any more.
openssl ecparam -name secp256k1 -genkey -noout -out "$tmp/curve.key"
certificate curve middle '/CN=api.example.org' "${server[@]}"
home MIKS318 bad
primary -inkey "$tmp/curve.key" -in "$tmp/curve.pem" -certfile "$tmp/middle.pem"
home MIKS318 repaired
primary -inkey "$tmp/leaf.key" -in "$tmp/leaf.pem" -certfile "$tmp/middle.pem"

# MIKS520: more rounds than anyone waits for.
home MIKS520 bad
primary -inkey "$tmp/leaf.key" -in "$tmp/leaf.pem" -certfile "$tmp/middle.pem" -iter 6000000
home MIKS520 repaired

# MIKS204: the certificate of a key that everyone has; MIKS406: a negative serial number; MIKS516: aliases that differ by case;
# MIKS313: a certificate of another key.
serial=-1234567 certificate negative '' '/CN=Old Root' "${authority[@]}"
openssl pkcs12 -in ../demo/deployment/docker/resources/wso2carbon.jks -passin pass:wso2carbon -nokeys -out "$tmp/demo.pem" 2>/dev/null
cat >"$tmp/Stores.java" <<'JAVA'
import java.io.*;
import java.security.*;
import java.security.cert.*;
import java.security.cert.Certificate;

class Stores {
  static Certificate read(String name) throws Exception {
    try (InputStream in = new FileInputStream(name)) { return CertificateFactory.getInstance("X.509").generateCertificate(in); }
  }
  // FILE TYPE PASSWORD (ALIAS PEM)…: adds trusted certificates; "key" as ALIAS replaces the chain of the only key.
  public static void main(String[] a) throws Exception {
    KeyStore ks = KeyStore.getInstance(a[1]);
    char[] password = a[2].toCharArray();
    try (InputStream in = new FileInputStream(a[0])) { ks.load(in, password); }
    for (int i = 3; i < a.length; i += 2) {
      if (a[i].startsWith("key:")) {
        String alias = a[i].substring(4);
        ks.setKeyEntry(alias, ks.getKey(alias, password), password, new Certificate[] {read(a[i + 1])});
      } else {
        ks.setCertificateEntry(a[i], read(a[i + 1]));
      }
    }
    try (OutputStream o = new FileOutputStream(a[0])) { ks.store(o, password); }
  }
}
JAVA
trust() { java "$tmp/Stores.java" "$cd_home/truststore.p12" PKCS12 "$TRUSTSTORE_PASSWORD" "$@"; }
home MIKS204 bad
trust wso2carbon "$tmp/demo.pem"
home MIKS204 repaired
trust root "$tmp/root.pem"
home MIKS406 bad
trust old-root "$tmp/negative.pem"
home MIKS406 repaired
trust root "$tmp/root.pem"
home MIKS313 bad
java "$tmp/Stores.java" "$cd_home/primary.p12" PKCS12 "$PRIMARY_STORE_PASSWORD" key:api "$tmp/leaf.pem"
home MIKS313 repaired

# MIKS516: a JKS file in which one alias is written in two cases, which no tool of Java's makes; its digest is made anew.
jks() { # ALIAS
  cd_home="$1/$security"
  rm -f "$cd_home/truststore.p12"
  keytool -importcert -noprompt -alias partner -file "$tmp/root.pem" -keystore "$cd_home/truststore.jks" -storetype JKS -storepass "$TRUSTSTORE_PASSWORD" 2>/dev/null
  keytool -importcert -noprompt -alias partnes -file "$tmp/middle.pem" -keystore "$cd_home/truststore.jks" -storetype JKS -storepass "$TRUSTSTORE_PASSWORD" 2>/dev/null
  sed -i 's|security/truststore.p12"|security/truststore.jks"|' "$1/conf/deployment.toml"
  python3 - "$1/conf/deployment.toml" "$cd_home/truststore.jks" "$2" <<'PY'
import hashlib, os, sys
toml, store, alias = sys.argv[1:]
head, section, rest = open(toml).read().partition("[truststore]")
open(toml, "w").write(head + section + rest.replace('type = "PKCS12"', 'type = "JKS"', 1))
data = open(store, "rb").read()[:-20].replace(b"\x00\x07partnes", b"\x00\x07" + alias.encode())
digest = hashlib.sha1(os.environ["TRUSTSTORE_PASSWORD"].encode("utf-16-be") + b"Mighty Aphrodite" + data).digest()
open(store, "wb").write(data + digest)
PY
}
home MIKS516 bad
jks "$out/MIKS516/bad" PARTNER
home MIKS516 repaired
jks "$out/MIKS516/repaired" another

# MIKS527: the home of another product.
home MIKS527 bad
echo 'WSO2 API Manager v4.5.0' >"$out/MIKS527/bad/bin/version.txt"
home MIKS527 repaired
