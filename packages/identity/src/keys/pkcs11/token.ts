/** A token behind a PKCS#11 module: P-256 and Ed25519 keys by label, made inside and never leaving it. */
import { type Bytes, digest, Failure, fromHex, fromUtf8, type PublicKey, randomBytes, utf8 } from '@mingzheng/kernel'
import {
  type Attribute,
  attributeTemplate,
  CK,
  type Cryptoki,
  loadCryptoki,
  mechanismBytes,
  ulongBytes,
  ulongsOf,
} from './cryptoki.ts'

export interface TokenOptions {
  /** Path of the module, e.g. `/usr/lib/softhsm/libsofthsm2.so`. */
  module: string
  /** Label of the token. */
  token: string
  /** The user's PIN. Secret. */
  pin: string
}

export type TokenAlgorithm = 'p256' | 'ed25519'

/** DER of the curve: the OID of P-256, and the name of Ed25519's curve as SoftHSM and most tokens know it. */
const CURVE: Record<TokenAlgorithm, Bytes> = {
  p256: fromHex('06082a8648ce3d030107'),
  ed25519: fromHex('130c656477617264733235353139'),
}
/** RFC 8410's OID, which other tokens answer for Ed25519. */
const CURVE_BY_OID = fromHex('06032b6570')
const GENERATE = { p256: CK.ecKeyPair, ed25519: CK.edwardsKeyPair }
const MAX_KEYS = 1000

export class Token {
  private readonly cryptoki: Cryptoki
  private readonly session: bigint

  /** Logs in. Throws `pkcs11-module`, `pkcs11-token-missing`, `pkcs11-pin-wrong` or `pkcs11-pin-locked`. */
  constructor({ module, token, pin }: TokenOptions) {
    this.cryptoki = loadCryptoki(module)
    const slot = this.slotOf(token)
    const session = ulongBytes()
    const flags = CK.serialSession | CK.writableSession
    this.cryptoki.call('C_OpenSession', slot, flags, 0n, 0n, session)
    this.session = ulongsOf(session)[0]!
    const secret = utf8(pin)
    this.cryptoki.call('C_Login', this.session, CK.userPin, secret, BigInt(secret.length))
  }

  private slotOf(label: string): bigint {
    const count = ulongBytes()
    this.cryptoki.call('C_GetSlotList', 1, 0n, count)
    const slots = new Uint8Array(8 * Number(ulongsOf(count)[0]))
    if (slots.length > 0) this.cryptoki.call('C_GetSlotList', 1, slots, count)
    for (const slot of ulongsOf(slots, Number(ulongsOf(count)[0]))) {
      // CK_TOKEN_INFO begins with the label: 32 bytes, blanks at the end.
      const info = new Uint8Array(256)
      this.cryptoki.call('C_GetTokenInfo', slot, info)
      if (fromUtf8(info.subarray(0, 32)).trimEnd() === label) return slot
    }
    throw new Failure('pkcs11-token-missing', `no token has the label ${label}`)
  }

  private find(attributes: readonly Attribute[], most: number): bigint[] {
    const template = attributeTemplate(attributes)
    const found = new Uint8Array(8 * most)
    const count = ulongBytes()
    this.cryptoki.call('C_FindObjectsInit', this.session, template, template.count)
    try {
      this.cryptoki.call('C_FindObjects', this.session, found, BigInt(most), count)
    } finally {
      this.cryptoki.call('C_FindObjectsFinal', this.session)
    }
    return ulongsOf(found, Number(ulongsOf(count)[0]))
  }

  private attribute(object: bigint, type: bigint): Bytes {
    const value = new Uint8Array(512)
    const template = attributeTemplate([[type, value]])
    this.cryptoki.call('C_GetAttributeValue', this.session, object, template, 1n)
    // The module writes the length into the template.
    return value.slice(0, Number(ulongsOf(template.bytes.subarray(16))[0]))
  }

  private objectOf(kind: bigint, label: string): bigint | null {
    const found = this.find(
      [
        [CK.class, kind],
        [CK.label, label],
      ],
      2,
    )
    if (found.length > 1) throw new Failure('key-damaged', `the token holds two keys with the label ${label}`)
    return found[0] ?? null
  }

  /** The public key of that label, `null` when there is none. Throws `key-algorithm-unsupported` for another curve. */
  publicKey(label: string): PublicKey | null {
    const object = this.objectOf(CK.publicKeyObject, label)
    if (object === null || this.objectOf(CK.privateKeyObject, label) === null) return null
    const curve = Buffer.from(this.attribute(object, CK.ecParameters))
    const wrapped = this.attribute(object, CK.ecPoint)
    // CKA_EC_POINT is the point in an OCTET STRING.
    const bytes = wrapped[0] === 4 && wrapped[1] === wrapped.length - 2 ? wrapped.slice(2) : wrapped
    if (curve.equals(CURVE.p256) && bytes.length === 65) return { algorithm: 'p256', bytes }
    const edwards = curve.equals(CURVE.ed25519) || curve.equals(CURVE_BY_OID)
    if (edwards && bytes.length === 32) return { algorithm: 'ed25519', bytes }
    throw new Failure('key-algorithm-unsupported', `the key ${label} of the token is of an unknown curve`)
  }

  /** Makes a key pair that cannot be read out. */
  generate(label: string, algorithm: TokenAlgorithm): void {
    const id = randomBytes(16)
    const shared: Attribute[] = [
      [CK.token, true],
      [CK.label, label],
      [CK.id, id],
    ]
    const open = attributeTemplate([...shared, [CK.verify, true], [CK.ecParameters, CURVE[algorithm]]])
    const closed = attributeTemplate([
      ...shared,
      [CK.private, true],
      [CK.sensitive, true],
      [CK.extractable, false],
      [CK.sign, true],
    ])
    const handles = [ulongBytes(), ulongBytes()] as const
    const mechanism = mechanismBytes(GENERATE[algorithm])
    this.cryptoki.call(
      'C_GenerateKeyPair',
      this.session,
      mechanism,
      open,
      open.count,
      closed,
      closed.count,
      handles[0],
      handles[1],
    )
  }

  /** 64 raw bytes. P-256 signs the SHA-256 digest, Ed25519 the message. Throws `key-missing`. */
  sign(label: string, algorithm: TokenAlgorithm, message: Bytes): Bytes {
    const key = this.objectOf(CK.privateKeyObject, label)
    if (key === null) throw new Failure('key-missing', `the token has no key ${label}`)
    const mechanism = mechanismBytes(algorithm === 'p256' ? CK.ecdsa : CK.eddsa)
    const input = algorithm === 'p256' ? digest('sha256', message) : message
    const signature = new Uint8Array(128)
    const length = ulongBytes(128n)
    this.cryptoki.call('C_SignInit', this.session, mechanism, key)
    this.cryptoki.call('C_Sign', this.session, input, BigInt(input.length), signature, length)
    if (ulongsOf(length)[0] !== 64n) throw new Failure('pkcs11-failed', 'the token made a signature of another length')
    return signature.slice(0, 64)
  }

  /** Labels of all private keys, sorted. */
  names(): string[] {
    const keys = this.find([[CK.class, CK.privateKeyObject]], MAX_KEYS)
    return keys.map((key) => fromUtf8(this.attribute(key, CK.label))).sort()
  }

  close(): void {
    this.cryptoki.call('C_CloseSession', this.session)
    this.cryptoki.close()
  }
}
