#!/bin/sh
# Makes the cases of this folder with OpenSSL 3 (the second implementation). Run in an empty folder; keys are thrown away.
set -eu
T0=20260101000000Z # begin of validity
T1=20360101000000Z # end
new_key() { # name kind
  case "$2" in
  p256) openssl ecparam -genkey -name prime256v1 -noout -out "$1.key" ;;
  p384) openssl ecparam -genkey -name secp384r1 -noout -out "$1.key" ;;
  p521) openssl ecparam -genkey -name secp521r1 -noout -out "$1.key" ;;
  sm2) openssl genpkey -algorithm SM2 -out "$1.key" ;;
  ed25519) openssl genpkey -algorithm ed25519 -out "$1.key" ;;
  rsa) openssl genrsa -out "$1.key" 2048 2>/dev/null ;;
  rsa1024) openssl genrsa -out "$1.key" 1024 2>/dev/null ;;
  esac
}
hash_of() { case "$1" in p384) echo sha384 ;; p521) echo sha512 ;; sm2) echo sm3 ;; ed25519) echo null ;; *) echo sha256 ;; esac; }
cat > ca.cnf <<END
[ca]
default_ca = d
[d]
database = index.txt
new_certs_dir = .
rand_serial = yes
policy = p
default_days = 30
default_crl_days = 30
crl_extensions = ce
crlnumber = crlnumber
unique_subject = no
copy_extensions = none
[ce]
authorityKeyIdentifier = keyid
[p]
organizationName = optional
commonName = supplied
[root]
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[sub]
basicConstraints = critical,CA:true,pathlen:0
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[nosign]
basicConstraints = critical,CA:true
keyUsage = critical,cRLSign
[leaf]
basicConstraints = critical,CA:false
keyUsage = critical,digitalSignature,nonRepudiation
extendedKeyUsage = emailProtection
[plain]
basicConstraints = CA:false
[mail]
keyUsage = critical,keyEncipherment
extendedKeyUsage = emailProtection
[tls]
extendedKeyUsage = serverAuth
subjectAltName = DNS:example.cn
[tsa]
extendedKeyUsage = critical,timeStamping
[tsaloose]
extendedKeyUsage = timeStamping
[tsatwo]
extendedKeyUsage = critical,timeStamping,emailProtection
[odd]
1.2.3.4.5 = critical,ASN1:UTF8String:unknown
[constrained]
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign,cRLSign
nameConstraints = critical,permitted;DNS:example.cn
[ts-default]
default_tsa = t
[t]
serial = ./tsserial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1, millisecs:500
ordering = no
tsa_name = yes
ess_cert_id_alg = sha256
ess_cert_id_chain = no
END
root() { # name kind
  new_key "$1" "$2"
  set -- "$1" "$2" "$(hash_of "$2")"
  d="-$3"; [ "$3" = null ] && d=""
  openssl req -x509 -new -key "$1.key" -subj "/O=Example/CN=$1" -config /dev/null -extensions root -config ca.cnf.req -out "$1.crt" -days 7300 $d \
    $([ "$2" = sm2 ] && echo "-sigopt distid:1234567812345678")
}
cat ca.cnf > ca.cnf.req
cat >> ca.cnf.req <<END
[req]
distinguished_name = dn
[dn]
END
issue() { # issuer name kind section [issuer kind] [start] [end]
  [ -f "$2.key" ] || new_key "$2" "$3"
  sig=""; [ "$3" = sm2 ] && sig="-sigopt distid:1234567812345678"
  openssl req -new -key "$2.key" -subj "/O=Example/CN=$2" -config ca.cnf.req -out "$2.csr" $sig 2>/dev/null
  h=$(hash_of "${5:-p256}"); md="-md $h"; [ "$h" = null ] && md=""
  isig=""; [ "${5:-p256}" = sm2 ] && isig="-sigopt distid:1234567812345678"
  vsig=""; [ "$3" = sm2 ] && vsig="-vfyopt distid:1234567812345678"
  : > index.txt
  openssl ca -batch -config ca.cnf -cert "$1.crt" -keyfile "$1.key" -in "$2.csr" -out "$2.crt" -notext -extensions "$4" $md $isig $vsig \
    -startdate "${6:-$T0}" -enddate "${7:-$T1}" 2>/dev/null
}
for kind in p256 p384 p521 sm2 ed25519 rsa; do
  root "root-$kind" $kind
  issue "root-$kind" "leaf-$kind" $kind leaf $kind
done
root other p256
issue root-p256 sub p256 sub
issue sub sub-leaf p256 leaf
issue sub sub-sub p256 sub
issue sub-sub too-deep p256 leaf
issue root-p256 not-issuer p256 nosign
issue not-issuer by-not-issuer p256 leaf
issue leaf-p256 by-leaf p256 leaf
issue root-p256 constrained p256 constrained
issue constrained by-constrained p256 leaf
issue root-p256 plain p256 plain
issue root-p256 cannot-sign p256 mail
issue root-p256 tls p256 tls
issue root-p256 tsa p256 tsa
issue root-p256 tsa-loose p256 tsaloose
issue root-p256 tsa-two p256 tsatwo
issue root-p256 odd p256 odd
issue root-p256 expired p256 leaf p256 20260101000000Z 20260201000000Z
issue root-p256 revoked p256 leaf
issue root-p256 weak rsa1024 leaf
issue root-rsa tsa-rsa rsa tsa rsa
issue root-p384 tsa-p384 p384 tsa p384
# A certificate whose signature is of another key with the same name.
cp other.key twin.key
openssl req -x509 -new -key twin.key -subj "/O=Example/CN=root-p256" -extensions root -config ca.cnf.req -out twin.crt -days 7300 -sha256
issue twin by-twin p256 leaf
# Revocation lists: one with an entry, one empty, one of long ago.
crl() { # issuer kind last next out
  h=$(hash_of "$2"); md="-md $h"; [ "$h" = null ] && md=""
  sig=""; [ "$2" = sm2 ] && sig="-sigopt distid:1234567812345678"
  echo 01 > crlnumber
  openssl ca -config ca.cnf -gencrl -cert "$1.crt" -keyfile "$1.key" -crl_lastupdate "$3" -crl_nextupdate "$4" -out "$5.pem" $md $sig
  openssl crl -in "$5.pem" -outform der -out "$5.crl"
}
for kind in p256 p384 p521 sm2 ed25519 rsa; do : > index.txt; crl "root-$kind" $kind 20261201000000Z 20270101000000Z "root-$kind"; done
: > index.txt; crl sub p256 20261201000000Z 20270101000000Z sub
: > index.txt; crl twin p256 20261201000000Z 20270101000000Z twin
: > index.txt; crl root-p256 p256 20261125000000Z 20261126000000Z old
serial=$(openssl x509 -in revoked.crt -noout -serial | cut -d= -f2)
printf 'R\t360101000000Z\t261215120000Z,keyCompromise\t%s\tunknown\t/O=Example/CN=revoked\n' "$serial" > index.txt
crl root-p256 p256 20261220000000Z 20270101000000Z revoking
# Timestamps.
printf '{"the":"manifest"}' > data
stamp() { # signer out digest
  openssl ts -query -data data -sha256 -cert -out q.tsq 2>/dev/null
  openssl ts -reply -config ca.cnf -section t -queryfile q.tsq -signer "$1.crt" -inkey "$1.key" -"$3" -out "$2.tsr" 2>/dev/null
}
echo 01 > tsserial
stamp tsa p256 sha256
stamp tsa-rsa rsa sha512
stamp tsa-p384 p384 sha384
for crt in *.crt; do openssl x509 -in "$crt" -outform der -out "${crt%.crt}.der"; done
rm -f *.key *.csr *.crt *.pem ca.cnf ca.cnf.req index.txt* crlnumber* tsserial* q.tsq [0-9A-F]*.pem
