/** `seal.json`: the issuer's signatures over the list of all other members. Closes the package. */
import {
  type Bytes,
  type CertificateNumber,
  decodeJson,
  encodeJson,
  Failure,
  fromBase64,
  type JsonValue,
  type Signer,
  toBase64,
  toHex,
  utcText,
} from '@mingzheng/kernel'
import { z } from 'zod'
import type { MemberDigests } from './digests.ts'
import { memberOrder } from './layout.ts'
import { certificateNumberSchema, manifestTime } from './manifest.ts'
import { pathProblem } from './path.ts'

export const SEAL_PATH = 'seal.json'

const hex32 = z.string().regex(/^[0-9a-f]{64}$/)

const sealSchema = z.strictObject({
  version: z.literal(1),
  number: certificateNumberSchema,
  edition: z.number().int().min(1).max(9999),
  sealedAt: manifestTime,
  members: z
    .array(
      z.strictObject({
        path: z.string().refine((path) => pathProblem(path) === null && path !== SEAL_PATH),
        bytes: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
        sha256: hex32,
        sm3: hex32,
      }),
    )
    .min(1)
    .max(20_000),
  signatures: z
    .array(
      z.strictObject({
        algorithm: z.enum(['p256', 'sm2']),
        /** DER as base64: the signer's certificate first, then up to, without, the root. */
        certificates: z.array(z.base64().max(16_384)).min(1).max(4),
        /** 64 raw bytes r || s as base64, low s for P-256. */
        value: z.base64().length(88),
      }),
    )
    .length(2),
})

export type Seal = z.infer<typeof sealSchema>

/** A key of the issuing organisation with its certificates, leaf first, root left out. */
export interface SealSigner {
  signer: Signer
  certificates: Bytes[]
}

export interface SealInput {
  number: CertificateNumber
  edition: number
  /** Milliseconds. */
  sealedAt: number
  members: ({ path: string } & MemberDigests)[]
  /** One P-256 and one SM2 key, in this order. */
  signers: SealSigner[]
}

/** Makes `seal.json`. Throws `seal-invalid` when the signers or members are not what a seal holds. */
export async function makeSeal(input: SealInput): Promise<Bytes> {
  const members = input.members
    .map(({ path, bytes, sha256, sm3 }) => ({ path, bytes, sha256: toHex(sha256), sm3: toHex(sm3) }))
    .sort((a, b) => memberOrder(a.path, b.path))
  const body = {
    version: 1 as const,
    number: input.number as string,
    edition: input.edition,
    sealedAt: utcText(input.sealedAt),
    members,
  }
  const keys = input.signers.map(({ signer, certificates }) => ({
    algorithm: signer.publicKey.algorithm,
    certificates: certificates.map(toBase64),
  }))
  const message = encodeJson({ ...body, signatures: keys })
  const signatures = []
  for (const [i, { signer }] of input.signers.entries()) {
    signatures.push({ ...keys[i], value: toBase64(await signer.sign(message)) })
  }
  const seal = requireSeal({ ...body, signatures })
  return encodeJson(seal as JsonValue)
}

/** Reads a seal strictly: canonical JSON, the two algorithms in order. Throws `seal-invalid` or `json-not-canonical`. */
export function decodeSeal(bytes: Bytes): Seal {
  return requireSeal(decodeJson(bytes))
}

/**
 * The bytes that both signatures sign: the seal without the values of its signatures. The certificates are signed along,
 * since an ECDSA signature on a certificate has a second spelling that would else go unnoticed.
 */
export function sealMessage(seal: Seal): Bytes {
  const signatures = seal.signatures.map(({ algorithm, certificates }) => ({ algorithm, certificates }))
  return encodeJson({ ...seal, signatures } as JsonValue)
}

function requireSeal(value: unknown): Seal {
  const parsed = sealSchema.safeParse(value)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    const field = issue?.path.join('.') ?? ''
    throw new Failure('seal-invalid', `seal: ${field}: ${issue?.message ?? 'invalid'}`, { field })
  }
  const seal = parsed.data
  if (seal.signatures[0]?.algorithm !== 'p256' || seal.signatures[1]?.algorithm !== 'sm2') {
    throw new Failure('seal-invalid', 'a seal has a P-256 and an SM2 signature, in this order', { field: 'signatures' })
  }
  for (const signature of seal.signatures) for (const text of signature.certificates) fromBase64(text)
  return seal
}
