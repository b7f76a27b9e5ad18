/**
 * Two votes of one consensus key in one round, and CometBFT's evidence of them: what a member makes that runs twice, or whose key was
 * stolen. Sign bytes as CometBFT v0.38 has them (spec/core/data_structures.md, CanonicalVote), evidence as its RPC takes it.
 */
import { createHash } from 'node:crypto'
import { concat, type Signer, toBase64, utf8 } from '@mingzheng/kernel'

export interface VotedTwice {
  readonly chainId: string
  readonly key: Signer
  /** Place of the key among the voters, and how many votes there are. */
  readonly index: number
  readonly votes: number
  readonly height: number
  /** Time in the header of the block at that height, as the RPC gives it. */
  readonly time: string
  /** 32 bytes each: the blocks that were voted for. */
  readonly blocks: readonly [Uint8Array, Uint8Array]
}

const PRECOMMIT = 2

/** For `broadcast_evidence`. */
export async function evidenceOfTwoVotes(given: VotedTwice): Promise<unknown> {
  const { key, index, votes, height, time, blocks } = given
  const address = createHash('sha256').update(key.publicKey.bytes).digest('hex').slice(0, 40).toUpperCase()
  // CometBFT wants the two in the order of their blocks.
  const ordered = [...blocks].sort((a, b) => Buffer.compare(a, b))
  const [first, second] = await Promise.all(
    ordered.map(async (block) => ({
      type: PRECOMMIT,
      height: String(height),
      round: 0,
      block_id: { hash: hex(block), parts: { total: 1, hash: hex(block) } },
      timestamp: time,
      validator_address: address,
      validator_index: index,
      signature: toBase64(await key.sign(signBytes(given, block))),
      extension: null,
      extension_signature: null,
    })),
  )
  return {
    type: 'tendermint/DuplicateVoteEvidence',
    value: { vote_a: first, vote_b: second, TotalVotingPower: String(votes), ValidatorPower: '1', Timestamp: time },
  }
}

function signBytes({ chainId, height, time }: VotedTwice, block: Uint8Array): Uint8Array {
  const parts = concat(Uint8Array.of(0x08, 1), delimited(2, block))
  const [seconds, nanos] = instant(time)
  const vote = concat(
    Uint8Array.of(0x08, PRECOMMIT, 0x11),
    fixed64(BigInt(height)),
    delimited(4, concat(delimited(1, block), delimited(2, parts))),
    delimited(
      5,
      concat(
        Uint8Array.of(0x08),
        varint(seconds),
        nanos === 0 ? new Uint8Array() : concat(Uint8Array.of(0x10), varint(nanos)),
      ),
    ),
    delimited(6, utf8(chainId)),
  )
  return concat(varint(vote.length), vote)
}

function instant(text: string): [seconds: number, nanos: number] {
  const [, whole = '', fraction = ''] = /^(.*?)(?:\.(\d+))?Z$/.exec(text) ?? []
  return [Date.parse(`${whole}Z`) / 1000, Number(fraction.padEnd(9, '0'))]
}

function delimited(field: number, bytes: Uint8Array): Uint8Array {
  return concat(Uint8Array.of(field * 8 + 2), varint(bytes.length), bytes)
}

function varint(value: number): Uint8Array {
  const out: number[] = []
  let rest = value
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) out.push((rest % 0x80) + 0x80)
  return Uint8Array.from([...out, rest])
}

function fixed64(value: bigint): Uint8Array {
  const out = new Uint8Array(8)
  new DataView(out.buffer).setBigUint64(0, value, true)
  return out
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex').toUpperCase()
}
