/**
 * Anchors: by which block a newcomer's light client begins. A member cosigns the hash of a block as the checkpoint of a log of its own
 * (C2SP tlog-checkpoint and tlog-cosignature; origin with `/engine`, the height as size): each block names the one before it. A
 * hash is believed when the trust policy's quorum signed it. docs/formats/engine.md.
 */
import { type Bytes, toHex } from '@mingzheng/kernel'
import {
  formatCheckpoint,
  type NoteSigner,
  parseSignedCheckpoint,
  profileKeys,
  quorumMet,
  signNote,
  type TrustPolicy,
  verifyLine,
} from '@mingzheng/proof'

export const ENGINE_ORIGIN_SUFFIX = '/engine'

export interface Anchor {
  readonly height: number
  /** Of the block, 32 bytes. */
  readonly hash: Bytes
}

/** This member's anchor. `signer` is its cosigner of the SHA-256 tree. */
export function signAnchor(origin: string, { height, hash }: Anchor, signer: NoteSigner): Promise<string> {
  const text = formatCheckpoint({ origin: origin + ENGINE_ORIGIN_SUFFIX, size: height, root: hash })
  return signNote(text, [signer])
}

/** Who is behind a hash, and who is behind another one or sent no anchor of that height at all. */
export interface JudgedAnchors {
  /** `null` when no hash has the policy's quorum. */
  readonly anchor: Anchor | null
  /** Members by id. */
  readonly behind: readonly string[]
  readonly contrary: readonly string[]
}

/** Judges what members sent as their anchors of one height. Whatever is not such an anchor counts as contrary. */
export function judgeAnchors(
  policy: TrustPolicy,
  height: number,
  given: readonly { readonly member: string; readonly note: string }[],
): JudgedAnchors {
  const { members } = profileKeys(policy, 'sha256')
  const byHash = new Map<string, { hash: Bytes; signed: string[] }>()
  for (const { member, note: source } of given) {
    const key = members.find((one) => one.member.id === member)?.key
    const hash = key === undefined ? null : hashOf(source, policy.origin + ENGINE_ORIGIN_SUFFIX, height, key)
    if (hash === null) continue
    const same = byHash.get(toHex(hash)) ?? { hash, signed: [] }
    same.signed.push(member)
    byHash.set(toHex(hash), same)
  }
  const believed = [...byHash.values()].filter(({ signed }) => quorumMet(policy, signed))
  // Two believed hashes of one height: the members themselves are divided, and nobody begins by either.
  const one = believed.length === 1 ? believed[0]! : null
  const behind = one?.signed ?? []
  return {
    anchor: one === null ? null : { height, hash: one.hash },
    behind,
    contrary: given.map(({ member }) => member).filter((member) => !behind.includes(member)),
  }
}

function hashOf(source: string, origin: string, height: number, key: Parameters<typeof verifyLine>[2]): Bytes | null {
  try {
    const { note, checkpoint } = parseSignedCheckpoint(source)
    const [line, ...more] = note.signatures
    const fits = checkpoint.origin === origin && checkpoint.size === height && more.length === 0
    return fits && line !== undefined && verifyLine(note, line, key).valid ? checkpoint.root : null
  } catch {
    return null
  }
}
