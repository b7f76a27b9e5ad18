/**
 * Bytes, digests, canonical encodings, ids, time, errors, signatures: what every floor speaks.
 * Refuses malleable signatures, second spellings of an encoding, and hidden effects: time and keys are parameters.
 * Follows FIPS 180-4, GB/T 32905, GB/T 32918, RFC 8032, RFC 8949 (deterministic CBOR), RFC 8785 (canonical JSON).
 */
export {
  type Bytes,
  bigEndian,
  compareBytes,
  concat,
  equalBytes,
  fromBase64,
  fromBase64Url,
  fromHex,
  fromUtf8,
  toBase64,
  toBase64Url,
  toHex,
  utf8,
} from './bytes.ts'
export { canonicalJson, decodeJson, encodeJson, type JsonValue } from './canonical-json.ts'
export { type CborValue, decodeCbor, encodeCbor } from './cbor.ts'
export { type Clock, chinaText, manualClock, systemClock, utcText } from './clock.ts'
export {
  createDigest,
  DIGEST_BYTES,
  type DigestName,
  type DigestPair,
  digest,
  digestInto,
  digestPair,
  hmac,
  type RunningDigest,
} from './digest.ts'
export {
  Failure,
  type FailureOptions,
  isRefusal,
  type KernelFailureCode,
  type Refusal,
  refuse,
  unreachable,
} from './failure.ts'
export {
  type CertificateNumber,
  type Id,
  idTime,
  issueCertificateNumber,
  newId,
  numberDigest,
  type ProvinceCode,
  parseCertificateNumber,
  parseId,
  parseProvinceCode,
  randomBytes,
} from './identifier.ts'
export {
  generatePrivateKey,
  keySigner,
  type PrivateKey,
  type PublicKey,
  publicKeyOf,
  type SignatureAlgorithm,
  type Signer,
  verifySignature,
} from './signature.ts'
export { signatureFromDer, signatureToDer } from './signature-der.ts'
