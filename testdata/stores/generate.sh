#!/bin/sh
# Makes the keystores of this folder with keytool (JDK 17) and openssl 3; the keys are demonstration keys, made anew at each run.
# Afterwards: go test ./checker/keystore -run TestStores -update
set -eu
cd "$(dirname "$0")"
export LC_ALL=C.UTF-8
rm -f -- *.jks *.jceks *.p12 *.bks *.uber *.bcfks INDEX.tsv
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
printf 'file\tstore password\tkey password\twhat\n' >INDEX.tsv

# index FILE STORE-PASSWORD KEY-PASSWORD WHAT
index() { printf '%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "$4" >>INDEX.tsv; }

# genkey FILE TYPE STORE-PASSWORD KEY-PASSWORD ALIAS [keytool options]
genkey() {
	file=$1 type=$2 pass=$3 keypass=$4 alias=$5
	shift 5
	keytool -genkeypair -keystore "$file" -storetype "$type" -storepass "$pass" -keypass "$keypass" -alias "$alias" \
		-keyalg EC -groupname secp256r1 -validity 3650 -dname "CN=$alias, OU=Demo, O=mi-kscheck, C=LK" "$@" 2>/dev/null
}

# --- keys and certificates for openssl
cd "$work"
openssl ecparam -name prime256v1 -genkey -noout -out ca.key
openssl req -x509 -new -key ca.key -subj '/CN=Demo Root/O=mi-kscheck/C=LK' -days 7300 -out ca.pem 2>/dev/null
openssl ecparam -name prime256v1 -genkey -noout -out sub.key
openssl req -new -key sub.key -subj '/CN=Demo Issuer/O=mi-kscheck/C=LK' -out sub.csr 2>/dev/null
printf 'basicConstraints=critical,CA:true\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n' >ca.ext
openssl x509 -req -in sub.csr -CA ca.pem -CAkey ca.key -set_serial 2 -days 7000 -extfile ca.ext -out sub.pem 2>/dev/null
openssl ecparam -name prime256v1 -genkey -noout -out leaf.key
openssl req -new -key leaf.key -subj '/CN=mi.example.com/O=mi-kscheck/C=LK' -out leaf.csr 2>/dev/null
cat >leaf.ext <<'X'
subjectAltName=DNS:mi.example.com,DNS:*.mi.example.com,IP:10.0.0.7,IP:2001:db8::7,email:ops@example.com,URI:https://mi.example.com/x
keyUsage=critical,digitalSignature,keyEncipherment
extendedKeyUsage=serverAuth,clientAuth,1.2.3.4.5
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid
X
openssl x509 -req -in leaf.csr -CA sub.pem -CAkey sub.key -set_serial 0x1f2e3d -days 6000 -extfile leaf.ext -out leaf.pem 2>/dev/null
cat sub.pem ca.pem >chain.pem
# odd ones: a negative serial, a name that needs quotes, an unknown critical extension
openssl req -x509 -new -key leaf.key -subj '/CN=negative serial' -set_serial -31 -days 6000 -out negative.pem 2>/dev/null
openssl req -x509 -new -key leaf.key -utf8 -days 6000 -out names.pem -addext '1.3.6.1.4.1.99999.1=critical,DER:0500' \
	-subj '/CN=Doe\, "John" + Co/O=  two  spaces /OU=a;b<c>#d\\e/emailAddress=j@example.com/UID=u1/DC=example/serialNumber=7/ST=Zürich/1.2.3.4=odd/title=T/GN=G/SN=S/street=St/dnQualifier=q/initials=I/CN=multi+OU=value' \
	2>/dev/null
openssl genpkey -algorithm ed25519 -out ed.key
openssl req -x509 -new -key ed.key -subj '/CN=Ed25519' -days 6000 -out ed.pem 2>/dev/null
openssl dsaparam -out dsa.params 1024 2>/dev/null
openssl gendsa -out dsa.key dsa.params 2>/dev/null
openssl req -x509 -new -key dsa.key -sha256 -subj '/CN=DSA' -days 6000 -out dsa.pem 2>/dev/null
openssl genrsa -out rsa.key 2048 2>/dev/null
openssl req -x509 -new -key rsa.key -sha1 -subj '/CN=RSA' -days 6000 -out rsa.pem 2>/dev/null
for curve in secp256k1 brainpoolP256r1 secp160r1 sect283r1 prime239v1 secp521r1; do
	openssl ecparam -name $curve -genkey -noout -out curve.key
	openssl req -x509 -new -key curve.key -subj "/CN=$curve" -days 6000 -out $curve.pem 2>/dev/null
done
openssl req -x509 -newkey rsa-pss -pkeyopt rsa_keygen_bits:2048 -nodes -keyout pss.key -subj '/CN=PSS' -days 6000 -out pss.pem 2>/dev/null
openssl req -x509 -newkey ed448 -nodes -keyout ed448.key -subj '/CN=Ed448' -days 6000 -out ed448.pem 2>/dev/null
cd - >/dev/null

# --- JKS
genkey jks-key.jks JKS wso2carbon wso2carbon wso2carbon
index jks-key.jks wso2carbon wso2carbon 'one key'
keytool -genkeypair -keystore jks-keypass.jks -storetype JKS -storepass storepass -keypass keypass -alias api -keyalg RSA -keysize 2048 \
	-validity 3650 -dname 'CN=api' 2>/dev/null
index jks-keypass.jks storepass keypass 'RSA, the key password differs'
cp jks-keypass.jks jks-mixed.jks
keytool -importcert -noprompt -keystore jks-mixed.jks -storepass storepass -alias root -file "$work/ca.pem" 2>/dev/null
keytool -importcert -noprompt -keystore jks-mixed.jks -storepass storepass -alias names -file "$work/names.pem" 2>/dev/null
keytool -importcert -noprompt -keystore jks-mixed.jks -storepass storepass -alias negative -file "$work/negative.pem" 2>/dev/null
keytool -importcert -noprompt -keystore jks-mixed.jks -storepass storepass -alias ünïcödé-😀 -file "$work/ed.pem" 2>/dev/null
index jks-mixed.jks storepass keypass 'a key and odd certificates'
genkey jks-nonascii.jks JKS 'pässwörd€😀' 'pässwörd€😀' umlaut
index jks-nonascii.jks 'pässwörd€😀' 'pässwörd€😀' 'a password outside ASCII'
openssl pkcs12 -export -inkey "$work/leaf.key" -in "$work/leaf.pem" -certfile "$work/chain.pem" -name leaf -passout pass:changeit -out "$work/leaf.p12"
keytool -importkeystore -noprompt -srckeystore "$work/leaf.p12" -srcstoretype PKCS12 -srcstorepass changeit -destkeystore jks-chain.jks \
	-deststoretype JKS -deststorepass changeit -destkeypass changeit 2>/dev/null
index jks-chain.jks changeit changeit 'a chain of three'
keytool -genkeypair -keystore jks-empty.jks -storetype JKS -storepass changeit -keypass changeit -alias x -keyalg EC -dname CN=x 2>/dev/null
keytool -delete -keystore jks-empty.jks -storepass changeit -alias x 2>/dev/null
index jks-empty.jks changeit changeit 'no entries'

for name in secp256k1 brainpoolP256r1 secp160r1 sect283r1 prime239v1 secp521r1 pss ed448 dsa; do
	keytool -importcert -noprompt -keystore jks-algorithms.jks -storetype JKS -storepass changeit -alias $name -file "$work/$name.pem" 2>/dev/null
done
index jks-algorithms.jks changeit changeit 'curves and algorithms beyond the usual ones'

# --- JCEKS, with the fewest iterations that Java allows
jceks=-J-Djdk.jceks.iterationCount=10000
genkey jceks-mixed.jceks JCEKS changeit keypass key $jceks
keytool -importcert -noprompt -keystore jceks-mixed.jceks -storetype JCEKS -storepass changeit -alias root -file "$work/ca.pem" 2>/dev/null
for alg in AES:256 DESede:168 HmacSHA256:256; do
	keytool -genseckey -keystore jceks-mixed.jceks -storetype JCEKS -storepass changeit -keypass keypass -alias "secret-$alg" \
		-keyalg "${alg%:*}" -keysize "${alg#*:}" $jceks 2>/dev/null
done
index jceks-mixed.jceks changeit keypass 'a key, an anchor, three secret keys'
genkey jceks-long.jceks JCEKS "$(printf '%0200d' 7)" "$(printf '%0200d' 7)" key $jceks
index jceks-long.jceks "$(printf '%0200d' 7)" "$(printf '%0200d' 7)" 'a password of 200 characters'

# --- PKCS12 by keytool
genkey p12-key.p12 PKCS12 wso2carbon wso2carbon wso2carbon
index p12-key.p12 wso2carbon wso2carbon 'one key'
genkey p12-legacy.p12 PKCS12 wso2carbon wso2carbon wso2carbon -J-Dkeystore.pkcs12.legacy
index p12-legacy.p12 wso2carbon wso2carbon 'RC2-40, 3DES, SHA-1'
genkey p12-nomac.p12 PKCS12 wso2carbon wso2carbon wso2carbon -J-Dkeystore.pkcs12.macAlgorithm=NONE -J-Dkeystore.pkcs12.certProtectionAlgorithm=NONE
keytool -importcert -noprompt -keystore p12-nomac.p12 -storepass wso2carbon -alias Root -file "$work/ca.pem" \
	-J-Dkeystore.pkcs12.macAlgorithm=NONE -J-Dkeystore.pkcs12.certProtectionAlgorithm=NONE 2>/dev/null
index p12-nomac.p12 wso2carbon wso2carbon 'no MAC, plain certificates'
genkey p12-mixed.p12 PKCS12 changeit changeit First
genkey p12-mixed.p12 PKCS12 changeit changeit second
keytool -importcert -noprompt -keystore p12-mixed.p12 -storepass changeit -alias root -file "$work/ca.pem" 2>/dev/null
keytool -importcert -noprompt -keystore p12-mixed.p12 -storepass changeit -alias negative -file "$work/negative.pem" 2>/dev/null
keytool -genseckey -keystore p12-mixed.p12 -storepass changeit -alias aes -keyalg AES -keysize 256 2>/dev/null
index p12-mixed.p12 changeit changeit 'two keys, two anchors, a secret key'
i=0
for alg in PBEWithHmacSHA1AndAES_128 PBEWithHmacSHA224AndAES_256 PBEWithHmacSHA384AndAES_128 PBEWithHmacSHA512AndAES_256 PBEWithSHA1AndRC2_128 PBEWithSHA1AndRC4_40 PBEWithSHA1AndRC4_128; do
	i=$((i + 1))
	mac=$(echo HmacPBESHA1 HmacPBESHA224 HmacPBESHA256 HmacPBESHA384 HmacPBESHA512 HmacPBESHA512/224 HmacPBESHA512/256 | cut -d' ' -f$i)
	file=p12-$(echo "$alg" | tr 'A-Z_' 'a-z-').p12
	genkey "$file" PKCS12 changeit changeit key -J-Dkeystore.pkcs12.certProtectionAlgorithm=$alg -J-Dkeystore.pkcs12.keyProtectionAlgorithm=$alg \
		-J-Dkeystore.pkcs12.macAlgorithm="$mac" -J-Dkeystore.pkcs12.certPbeIterationCount=1000 -J-Dkeystore.pkcs12.keyPbeIterationCount=1000 \
		-J-Dkeystore.pkcs12.macIterationCount=1000
	index "$file" changeit changeit "$alg with $mac"
done

# --- PKCS12 by openssl
# ossl FILE PASSWORD WHAT [options]
ossl() {
	file=$1 pass=$2 what=$3
	shift 3
	openssl pkcs12 -export -passout "pass:$pass" -out "$file" -iter 1000 "$@"
	index "$file" "$pass" "$pass" "$what"
}
leaf="-inkey $work/leaf.key -in $work/leaf.pem -certfile $work/chain.pem"
ossl ossl-chain.p12 changeit 'key and chain' $leaf -name 'My Key'
ossl ossl-noname.p12 changeit 'no friendlyName' $leaf
ossl ossl-legacy.p12 changeit 'RC2-40 and 3DES' $leaf -name leaf -legacy
ossl ossl-rc4.p12 changeit 'RC4-128 and RC4-40' $leaf -name leaf -legacy -keypbe PBE-SHA1-RC4-128 -certpbe PBE-SHA1-RC4-40
ossl ossl-rc2-2des.p12 changeit 'RC2-128 and 3DES with two keys, which Java does not know' $leaf -name leaf -legacy -keypbe PBE-SHA1-2DES -certpbe PBE-SHA1-RC2-128
ossl ossl-pbes2-3des.p12 changeit 'PBES2 with 3DES, which Java does not know' $leaf -name leaf -keypbe DES-EDE3-CBC -certpbe DES-EDE3-CBC
ossl ossl-md5des.p12 changeit 'PBES1' $leaf -name leaf -legacy -keypbe PBE-MD5-DES -certpbe PBE-MD5-DES
ossl ossl-plaincerts.p12 changeit 'plain certificates, with a MAC' $leaf -name leaf -certpbe NONE
ossl ossl-plainkey.p12 changeit 'an unprotected key, which Java ignores' $leaf -name leaf -keypbe NONE
ossl ossl-nomac.p12 changeit 'no MAC' $leaf -name leaf -nomac
ossl ossl-nokeys.p12 changeit 'certificates that Java does not list' -in "$work/chain.pem" -nokeys -caname root
ossl ossl-emptypass.p12 '' 'an empty password' $leaf -name leaf
ossl ossl-emptypass-legacy.p12 '' 'an empty password, old algorithms' $leaf -name leaf -legacy
ossl ossl-nonascii.p12 'pässwörd€😀' 'a password outside ASCII, which Java refuses' $leaf -name leaf -legacy
ossl ossl-sha512.p12 changeit 'MAC with SHA-512' $leaf -name leaf -macalg sha512
ossl ossl-ed25519.p12 changeit Ed25519 -inkey "$work/ed.key" -in "$work/ed.pem" -name ed
ossl ossl-dsa.p12 changeit DSA -inkey "$work/dsa.key" -in "$work/dsa.pem" -name dsa
ossl ossl-rsa.p12 changeit 'RSA, SHA-1' -inkey "$work/rsa.key" -in "$work/rsa.pem" -name rsa
ossl ossl-pss.p12 changeit RSASSA-PSS -inkey "$work/pss.key" -in "$work/pss.pem" -name pss
ossl ossl-long.p12 "$(printf '%01000d' 7)" 'a password of 1,000 characters' $leaf -name leaf
openssl pkcs12 -export -passout pass:changeit -out ossl-aliases.p12 -iter 1000 $leaf -name 'ÜBER key ΣΑΣ' -caname 'first ca' -caname 'second ca'
index ossl-aliases.p12 changeit changeit 'names that fold'
# --- BouncyCastle, where Debian's libbcprov-java is
bc="-J-Dorg.bouncycastle.bks.enable_v1=true -providerpath /usr/share/java/bcprov.jar -providerclass org.bouncycastle.jce.provider.BouncyCastleProvider"
for type in BKS BKS-V1 UBER BCFKS; do
	file=bc-$(echo "$type" | tr 'A-Z' 'a-z').${type%-V1}
	file=$(echo "$file" | tr 'A-Z' 'a-z')
	keytool -importkeystore -noprompt -srckeystore "$work/leaf.p12" -srcstoretype PKCS12 -srcstorepass changeit -destkeystore "$file" \
		-deststoretype "$type" -deststorepass changeit -destkeypass changeit -destalias Leaf -srcalias leaf $bc >/dev/null 2>&1
	keytool -importcert -noprompt -keystore "$file" -storetype "$type" -storepass changeit -alias leaf -file "$work/ca.pem" $bc >/dev/null 2>&1
	index "$file" changeit changeit "$type by BouncyCastle, two aliases that differ by case"
done
chmod 644 -- *.jks *.jceks *.p12 *.bks *.uber *.bcfks
