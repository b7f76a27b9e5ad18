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

/** Ids of items, hex, by the member whose gateway accepted them, in the order in which it did. */
export type Accepted = ReadonlyMap<MemberId, readonly string[]>

export interface Agreed {
  readonly size: number
  readonly height: number
  readonly entries: readonly ReturnType<typeof decodeEntry>[]
}

/** Until all members are ready and hold the same; then compares all of it. Throws an assertion that names who differs. */
export async function agreement(
  five: FiveNodes,
  accepted: Accepted,
  members: readonly MemberId[] = MEMBERS,
): Promise<Agreed> {
  const { size, height } = await settled(five, accepted, members)
  const files = await Promise.all(members.map((id) => servedFiles(five.url(id), size)))
  for (const [i, held] of files.entries()) {
    assert.deepEqual(held.digests, files[0]!.digests, `${members[i]} serves another log than ${members[0]}`)
  }
  await compareHeights(five, members, height)
  const entries = files[0]!.bundles.flatMap(parseEntryBundle).map(decodeEntry)
  assert.equal(entries.length, size)
  requireOnce(
    entries.map(({ id }) => toHex(id)),
    accepted,
  )
  return { size, height, entries }
}

/** Everything accepted is on everybody's log, everybody is at the same block, and all of it is witnessed. */
async function settled(five: FiveNodes, accepted: Accepted, members: readonly MemberId[]): Promise<NodeHealth> {
  let told = ''
  let last: NodeHealth | undefined
  const same = async () => {
    const all = await Promise.all(members.map((id) => five.health(id)))
    told = members.map((id, i) => `${id} ${JSON.stringify(all[i])}`).join('; ')
    const [first] = all
    if (first === undefined) return false
    const alike = all.every(
      (one) =>
        one.state === 'ready' &&
        one.size === first.size &&
        one.height === first.height &&
        one.witnessedSize === first.size,
    )
    if (!alike) return false
    const waiting = await Promise.all(members.map(async (id) => (await (await five.client(id)).status()).waiting))
    // Once more the same, or a block came meanwhile.
    const still = last?.size === first.size && last.height === first.height
    last = first
    return still && waiting.every((count) => count === 0)
  }
  const count = [...accepted.values()].reduce((sum, ids) => sum + ids.length, 0)
  await until(() => `all members hold the same, with ${count} items accepted: ${told}`, same)
  return last!
}

/** Digests of all files of both trees at a size, by path; and the bundles of entries. */
async function servedFiles(url: string, size: number) {
  const digests: Record<string, string> = {}
  const bundles: Uint8Array[] = []
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
    bundles.push(await read(tilePath({ level: 'entries', index, width: tileWidth('entries', index, size) })))
  }
  return { digests, bundles }
}

/** At every height two members who remember it must have had the same log and state; all remember the last. */
async function compareHeights(five: FiveNodes, members: readonly MemberId[], height: number): Promise<void> {
  const hashes = new Map<number, { member: MemberId; appHash: string }>()
  for (const member of members) {
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

function requireOnce(ids: readonly string[], accepted: Accepted): void {
  const places = new Map<string, number>()
  for (const [index, id] of ids.entries()) {
    assert.ok(!places.has(id), `${id} stands twice`)
    places.set(id, index)
  }
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
