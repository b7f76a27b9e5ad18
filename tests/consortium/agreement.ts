/**
 * What every member holds, compared to the last byte: each tile and bundle of both trees as they serve them, the app hash (log and
 * state) at every height that two of them remember, and that everything accepted stands there once, in its order.
 */
import assert from 'node:assert/strict'
import { digest, toHex } from '@mingzheng/kernel'
import {
  decodeEntry,
  parseEntryBundle,
  parseSignedCheckpoint,
  TILE_WIDTH,
  tilePath,
  tilesBetween,
  tileWidth,
} from '@mingzheng/proof'
import { type FiveNodes, MEMBERS, type MemberId, type NodeHealth, until } from './five-nodes.ts'
import type { LedgerEntry } from './log-reader.ts'

/** Ids of items, hex, by the member whose gateway accepted them, in the order in which it did. */
export type Accepted = ReadonlyMap<MemberId, readonly string[]>

/** Until all members are ready and hold the same; then compares all of it. Throws an assertion that names who differs. */
export async function agreement(
  five: FiveNodes,
  accepted: Accepted,
  visit: (entry: LedgerEntry, index: number) => void = () => undefined,
): Promise<{ size: number; height: number }> {
  const { size, height } = await settled(five, accepted)
  const places = new Map<string, number>()
  const all = await Promise.all(
    MEMBERS.map((id, i) =>
      digestsOf(five.url(id), size, (bundle) => {
        // Of one member: the others' bundles are the same bytes, or the comparison fails.
        for (const entry of i > 0 ? [] : parseEntryBundle(bundle).map(decodeEntry)) {
          const id = toHex(entry.id)
          assert.ok(!places.has(id), `${id} stands twice`)
          visit(entry, places.size)
          places.set(id, places.size)
        }
      }),
    ),
  )
  for (const [i, digests] of all.entries()) {
    assert.deepEqual(digests, all[0], `${MEMBERS[i]} serves another log than ${MEMBERS[0]}`)
  }
  await compareHeights(five, height)
  assert.equal(places.size, size)
  requireOnce(places, accepted)
  return { size, height }
}

/** Everything accepted is on everybody's log, everybody is at the same block, and all of it is witnessed. */
async function settled(five: FiveNodes, accepted: Accepted): Promise<NodeHealth> {
  let told = ''
  let last: NodeHealth | undefined
  const same = async () => {
    // First what waits, then who holds what: else the last of it could come between.
    const waiting = await Promise.all(MEMBERS.map(async (id) => (await (await five.client(id)).status()).waiting))
    const all = await Promise.all(MEMBERS.map((id) => five.health(id)))
    told = MEMBERS.map((id, i) => `${id} ${waiting[i]} ${JSON.stringify(all[i])}`).join('; ')
    const first = all[0]!
    const still = last?.size === first.size && last.height === first.height
    last = first
    const alike = all.every(
      (one) =>
        one.state === 'ready' &&
        one.size === first.size &&
        one.height === first.height &&
        one.witnessedSize === first.size,
    )
    // Once more the same: a block may have come while they were asked.
    return still && alike && waiting.every((items) => items === 0)
  }
  const count = [...accepted.values()].reduce((sum, ids) => sum + ids.length, 0)
  await until(() => `all members hold the same, with ${count} items accepted: ${told}`, same)
  return last!
}

/** Digests of all files of both trees at a size, by path. */
async function digestsOf(url: string, size: number, visit: (bundle: Uint8Array) => void) {
  const digests: Record<string, string> = {}
  const read = async (path: string): Promise<Uint8Array> => {
    const answer = await fetch(`${url}/log/${path}`)
    assert.equal(answer.status, 200, `${url}/log/${path}`)
    const bytes = new Uint8Array(await answer.arrayBuffer())
    digests[path] = toHex(digest('sha256', bytes))
    return bytes
  }
  for (const prefix of ['', 'sm3/']) {
    const { text } = parseSignedCheckpoint(Buffer.from(await read(`${prefix}checkpoint`)).toString('utf8')).note
    // Who has signed already may differ; what they signed may not.
    digests[`${prefix}checkpoint`] = text
    for (const tile of tilesBetween(0, size)) await read(prefix + tilePath(tile))
  }
  for (let index = 0; index * TILE_WIDTH < size; index++) {
    visit(await read(tilePath({ level: 'entries', index, width: tileWidth('entries', index, size) })))
  }
  return digests
}

/** At every height two members who remember it must have had the same log and state; all remember the last. */
async function compareHeights(five: FiveNodes, height: number): Promise<void> {
  const hashes = new Map<number, { member: MemberId; appHash: string }>()
  for (const member of MEMBERS) {
    let from = 1
    for (;;) {
      const answer = await fetch(`${five.url(member)}/peer/positions?from=${from}`)
      const positions = (await answer.json()) as { height: number; appHash: string }[]
      for (const position of positions) {
        const other = hashes.get(position.height) ?? { member, appHash: position.appHash }
        hashes.set(position.height, other)
        assert.equal(position.appHash, other.appHash, `${member} and ${other.member} at height ${position.height}`)
      }
      const last = positions.at(-1)?.height ?? 0
      if (last >= height) break
      assert.ok(last >= from, `${member} does not know height ${height}`)
      from = last + 1
    }
  }
}

function requireOnce(places: ReadonlyMap<string, number>, accepted: Accepted): void {
  for (const [member, given] of accepted) {
    let before = -1
    for (const id of given) {
      const at = places.get(id)
      assert.ok(at !== undefined, `${id}, accepted by ${member}, is lost`)
      assert.ok(at > before, `${id}, accepted by ${member}, stands before what it accepted earlier`)
      before = at
    }
  }
}
