/**
 * How a log begins. A consortium's members agree on one genesis document (docs/formats/genesis.md) and each derives the same
 * first entry from it; the embedded ledger makes its first entry alone.
 */
import {
  type Bytes,
  type CborValue,
  concat,
  decodeJson,
  digest,
  encodeJson,
  fromBase64,
  fromHex,
  type JsonValue,
  toHex,
  utf8,
} from '@mingzheng/kernel'
import { encodeEntry, parsePolicy, policyId, type TrustPolicy } from '@mingzheng/proof'
import { z } from 'zod'
import type { NewEntry } from './contract/execute.ts'
import { ledgerFailure } from './failure-codes.ts'

export const GENESIS_ENTRY_KIND = 'ledger.genesis'

/** Signed checkpoints of another log, verbatim: its last ones, of the same size in both trees. */
export interface PreviousCheckpoints {
  readonly sha256: string
  readonly sm3: string
}

/** One voter of the engine. */
export interface GenesisValidator {
  /** Id of a member of the policy. */
  readonly member: string
  /** Ed25519 consensus key, base64. */
  readonly publicKey: string
  readonly power: number
}

/** What all founding members agreed on. Its digest is what they compare and sign. */
export interface Genesis {
  readonly version: 1
  readonly origin: string
  /** Ledger time of the first entry, milliseconds. */
  readonly time: number
  readonly policy: TrustPolicy
  readonly previous: PreviousCheckpoints | null
  /** Contract to the version that is in force from the first block. */
  readonly contracts: { readonly [name: string]: number }
  /** How long governance waits, milliseconds of ledger time; absent: a day from passing to effect, thirty days for voting. */
  readonly governance?: { readonly delayMs: number; readonly windowMs: number } | undefined
  readonly engine: {
    readonly kind: 'cometbft'
    /** `chainIdOf(origin)`. */
    readonly chainId: string
    /** In the policy's order of members. */
    readonly validators: readonly GenesisValidator[]
  }
}

/** A year, milliseconds. */
const LONGEST_WAIT = 366 * 86_400_000
const checkpointText = z.string().min(1).max(4096)
const schema = z.strictObject({
  version: z.literal(1),
  origin: z.string().max(200),
  time: z.number().int().min(0),
  policy: z.json(),
  previous: z.strictObject({ sha256: checkpointText, sm3: checkpointText }).nullable(),
  contracts: z.record(z.string().regex(/^[a-z][a-z0-9-]{0,63}$/), z.number().int().min(1)),
  governance: z
    .strictObject({
      delayMs: z.number().int().min(0).max(LONGEST_WAIT),
      windowMs: z.number().int().min(1).max(LONGEST_WAIT),
    })
    .optional(),
  engine: z.strictObject({
    kind: z.literal('cometbft'),
    chainId: z.string(),
    validators: z
      .array(
        z.strictObject({
          member: z.string(),
          publicKey: z.string().refine((text) => keyLength(text) === 32),
          power: z.number().int().min(1).max(1000),
        }),
      )
      .min(1)
      .max(32),
  }),
})

/** Reads a genesis document strictly. Throws `genesis-malformed` with the first wrong field. */
export function parseGenesis(bytes: Bytes): Genesis {
  let value: JsonValue
  try {
    value = decodeJson(bytes)
  } catch (cause) {
    throw malformed('', { cause })
  }
  return requireGenesis(value)
}

/** Canonical bytes. Throws `genesis-malformed`. */
export function encodeGenesis(genesis: Genesis): Bytes {
  requireGenesis(genesis)
  return encodeJson(genesis as unknown as JsonValue)
}

/** What members compare and sign: SHA-256 of the canonical bytes. */
export function genesisDigest(genesis: Genesis): Bytes {
  return digest('sha256', encodeGenesis(genesis))
}

/** CometBFT's chain ids have at most 50 characters; an origin may have more. */
export function chainIdOf(origin: string): string {
  return `mingzheng-${toHex(digest('sha256', utf8(`mingzheng chain v1\n${origin}`)).slice(0, 12))}`
}

function requireGenesis(value: unknown): Genesis {
  const parsed = schema.safeParse(value)
  if (!parsed.success) throw malformed(parsed.error.issues[0]?.path.join('.') ?? '')
  const { policy: given, ...rest } = parsed.data
  let policy: TrustPolicy
  try {
    policy = parsePolicy(encodeJson(given as JsonValue))
  } catch (cause) {
    throw malformed('policy', { cause })
  }
  const genesis: Genesis = { ...rest, policy }
  const wrong = contradiction(genesis)
  if (wrong !== null) throw malformed(wrong)
  return genesis
}

function contradiction({ origin, policy, engine }: Genesis): string | null {
  if (policy.origin !== origin) return 'policy.origin'
  if (engine.chainId !== chainIdOf(origin)) return 'engine.chainId'
  const voters = engine.validators.map(({ member }) => member)
  if (voters.join() !== policy.members.map(({ id }) => id).join()) return 'engine.validators'
  if (new Set(engine.validators.map(({ publicKey }) => publicKey)).size !== voters.length) return 'engine.validators'
  return null
}

function malformed(field: string, options: { cause?: unknown } = {}) {
  return ledgerFailure('genesis-malformed', `genesis: ${field || 'the document'} is not as the format says`, {
    field,
    ...options,
  })
}

function keyLength(text: string): number {
  try {
    return fromBase64(text).length
  } catch {
    return 0
  }
}

export interface GenesisInput {
  readonly origin: string
  readonly policy: TrustPolicy
  /** Ledger time at which the log begins. */
  readonly time: number
  /** Actor of the entries that the ledger makes by itself. */
  readonly actor: Uint8Array
  readonly previous?: PreviousCheckpoints | undefined
  /** `genesisDigest` of a consortium's document; absent for an embedded ledger. */
  readonly document?: Bytes | undefined
}

/** Entry 0. Its body: `o` origin, `p` the policy's id, `q` and `r` the previous log's checkpoints, `g` the document's digest. */
export function genesisEntry({ origin, policy, time, actor, previous, document }: GenesisInput): NewEntry {
  const id = digest('sha256', concat(utf8('mingzheng genesis v1\n'), utf8(origin))).slice(0, 16)
  const chain: { [key: string]: CborValue } = previous === undefined ? {} : { q: previous.sha256, r: previous.sm3 }
  const agreed: { [key: string]: CborValue } = document === undefined ? {} : { g: document }
  const body = { o: origin, p: fromHex(policyId(policy)), ...chain, ...agreed }
  return { bytes: encodeEntry({ kind: GENESIS_ENTRY_KIND, id, actor, time, body }), id, body }
}
