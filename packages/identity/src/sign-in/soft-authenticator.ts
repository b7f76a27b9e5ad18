/** For tests: a passkey in software (WebAuthn level 3, sections 6.1 and 6.5), with faults to order. */
import { createHash, createSign, generateKeyPairSync, randomBytes } from 'node:crypto'

interface Options {
  challenge: string
}

export interface SoftFaults {
  origin?: string
  rpId?: string
  challenge?: string
  /** User verified; true unless told. */
  verified?: boolean
  counter?: number
  /** Signs with another key. */
  forged?: boolean
}

const sha256 = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest()

export function softAuthenticator(origin: string) {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const id = randomBytes(16)
  let counter = 0

  function authenticatorData(faults: SoftFaults, attested: Buffer): Buffer {
    const flags = 0x01 | (faults.verified === false ? 0 : 0x04) | (attested.length > 0 ? 0x40 : 0)
    const count = Buffer.alloc(4)
    count.writeUInt32BE(faults.counter ?? ++counter)
    return Buffer.concat([sha256(faults.rpId ?? new URL(origin).hostname), Buffer.of(flags), count, attested])
  }
  function clientData(type: string, options: Options, faults: SoftFaults): Buffer {
    const challenge = faults.challenge ?? options.challenge
    return Buffer.from(JSON.stringify({ type, challenge, origin: faults.origin ?? origin, crossOrigin: false }))
  }
  /** COSE_Key of an EC2 P-256 key (RFC 9053, section 7.1). */
  function coseKey(): Buffer {
    const { x, y } = keys.publicKey.export({ format: 'jwk' })
    const coordinate = (text: string | undefined) => Buffer.from(text ?? '', 'base64url')
    return Buffer.concat([
      Buffer.from('a501020326200121', 'hex'),
      Buffer.of(0x58, 32),
      coordinate(x),
      Buffer.of(0x22, 0x58, 32),
      coordinate(y),
    ])
  }
  const answer = (response: Record<string, string>) => ({
    id: id.toString('base64url'),
    rawId: id.toString('base64url'),
    type: 'public-key',
    clientExtensionResults: {},
    response,
  })

  return {
    create(options: object, faults: SoftFaults = {}) {
      const length = Buffer.alloc(2)
      length.writeUInt16BE(id.length)
      const data = authenticatorData(faults, Buffer.concat([Buffer.alloc(16), length, id, coseKey()]))
      // {"fmt": "none", "attStmt": {}, "authData": bytes}
      const head = Buffer.from('a363666d74646e6f6e656761747453746d74a0686175746844617461', 'hex')
      const attestationObject = Buffer.concat([head, Buffer.of(0x58, data.length), data])
      return answer({
        attestationObject: attestationObject.toString('base64url'),
        clientDataJSON: clientData('webauthn.create', options as Options, faults).toString('base64url'),
      })
    },
    get(options: object, faults: SoftFaults = {}) {
      const data = authenticatorData(faults, Buffer.alloc(0))
      const client = clientData('webauthn.get', options as Options, faults)
      const key = faults.forged === true ? other.privateKey : keys.privateKey
      const signature = createSign('sha256')
        .update(Buffer.concat([data, sha256(client)]))
        .sign(key)
      return answer({
        authenticatorData: data.toString('base64url'),
        clientDataJSON: client.toString('base64url'),
        signature: signature.toString('base64url'),
      })
    },
  }
}
