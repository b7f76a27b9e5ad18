/** Object identifiers that certificates, timestamps and signatures name. */

/**
 * The project's own arc: 2.25 with a UUID (ITU-T X.667), so that nobody had to be asked for it. Below it: .1.x who a key
 * certificate is for, .2.1 the policy of the embedded timestamp authority.
 */
export const OUR_ARC = '2.25.214708875673491180749830252128416876625'

export const OID = {
  // Public keys and curves (RFC 5480, GM/T 0006, RFC 8410).
  ecPublicKey: '1.2.840.10045.2.1',
  p256: '1.2.840.10045.3.1.7',
  p384: '1.3.132.0.34',
  p521: '1.3.132.0.35',
  sm2: '1.2.156.10197.1.301',
  rsaEncryption: '1.2.840.113549.1.1.1',
  ed25519: '1.3.101.112',
  // Signatures.
  ecdsaSha256: '1.2.840.10045.4.3.2',
  ecdsaSha384: '1.2.840.10045.4.3.3',
  ecdsaSha512: '1.2.840.10045.4.3.4',
  sm2Sm3: '1.2.156.10197.1.501',
  rsaSha256: '1.2.840.113549.1.1.11',
  rsaSha384: '1.2.840.113549.1.1.12',
  rsaSha512: '1.2.840.113549.1.1.13',
  // Digests.
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
  sm3: '1.2.156.10197.1.401',
  // X.509 extensions (RFC 5280 section 4.2).
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  crlNumber: '2.5.29.20',
  crlReason: '2.5.29.21',
  invalidityDate: '2.5.29.24',
  crlDistributionPoints: '2.5.29.31',
  certificatePolicies: '2.5.29.32',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  // Extended key usages (RFC 5280 section 4.2.1.12, RFC 9336).
  serverAuth: '1.3.6.1.5.5.7.3.1',
  emailProtection: '1.3.6.1.5.5.7.3.4',
  timeStamping: '1.3.6.1.5.5.7.3.8',
  documentSigning: '1.3.6.1.5.5.7.3.36',
  anyExtendedKeyUsage: '2.5.29.37.0',
  // Names (RFC 4519).
  commonName: '2.5.4.3',
  serialNumber: '2.5.4.5',
  countryName: '2.5.4.6',
  organizationName: '2.5.4.10',
  organizationalUnitName: '2.5.4.11',
  // CMS (RFC 5652), ESS (RFC 5035), timestamps (RFC 3161).
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  tstInfo: '1.2.840.113549.1.9.16.1.4',
  signingCertificate: '1.2.840.113549.1.9.16.2.12',
  timeStampToken: '1.2.840.113549.1.9.16.2.14',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
} as const

/** Certificate policies of the embedded authority: who a key belongs to, below {@link OUR_ARC}. */
export const PURPOSE_POLICY = {
  organisation: `${OUR_ARC}.1.1`,
  officer: `${OUR_ARC}.1.2`,
  timestamp: `${OUR_ARC}.1.3`,
  server: `${OUR_ARC}.1.4`,
} as const

/** Policy of tokens of the embedded timestamp authority. */
export const EMBEDDED_TIMESTAMP_POLICY = `${OUR_ARC}.2.1`
