import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Bytes, utf8 } from '@mingzheng/kernel'
import { TILE_WIDTH, tilePath, verifyInclusion } from '@mingzheng/proof'
import { MemoryFiles } from '../testing/memory-files.ts'
import { Log, type LogState } from './log.ts'
import { FILE_LEAVES } from './middle-nodes.ts'

const PROFILES = ['sha256', 'sm3'] as const
const MIDDLE = { sha256: '/log/middle/000000000', sm3: '/log/sm3/middle/000000000' }
const SIZE = FILE_LEAVES + 3 * TILE_WIDTH + 7
/** In the first tile, at the borders of pieces, in the tiles without a file, in the last. */
const LOOKED_AT = [0, 15, 16, 255, 256, 12_345, FILE_LEAVES - 1, FILE_LEAVES, FILE_LEAVES + 700, SIZE - 1]

const entry = (index: number) => utf8(`entry ${index}`)
const breathe = () => Promise.resolve()

function open(files: MemoryFiles, state: LogState): Log {
  return new Log({ files, folder: '/log', retryMs: 5, faulty: () => undefined }, state)
}

/** Files of a log that was grown and settled, and its state. */
async function grown(): Promise<{ files: MemoryFiles; state: LogState }> {
  const files = new MemoryFiles()
  const log = open(files, { size: 0, sha256: [], sm3: [] })
  for (let index = 0; index < SIZE; index++) {
    log.append(entry(index))
    if (index % 4096 === 0) await log.room()
  }
  const settled = await log.settle()
  settled()
  log.close()
  return { files, state: log.state }
}

function prove(log: Log, index: number): void {
  for (const name of PROFILES) {
    const tree = log.trees[name]
    const path = tree.inclusion(index, SIZE)
    const leafHash = tree.hash.leaf(entry(index))
    assert.ok(verifyInclusion({ name, index, size: SIZE, leafHash, path, root: tree.root() }), `${name} ${index}`)
  }
}

function change(files: MemoryFiles, path: string, at: number): void {
  const bytes: Bytes = files.read(path).slice()
  bytes[at]! ^= 1
  files.write(path, bytes)
}

describe('the nodes halfway up the lowest tiles', () => {
  const made = grown()

  test('stand beside the tiles of a log that grew past them, and proofs hold after a start', async () => {
    const { files, state } = await made
    for (const name of PROFILES) assert.equal(files.size(MIDDLE[name]), 131_072)
    const log = open(files, state)
    for (const index of LOOKED_AT) prove(log, index)
  })

  test('are done without where they are missing, and made again the same', async () => {
    const { files, state } = await made
    const before = PROFILES.map((name) => files.read(MIDDLE[name]))
    for (const name of PROFILES) files.remove(MIDDLE[name])
    const log = open(files, state)
    for (const index of LOOKED_AT) prove(log, index)
    await log.mend(breathe)
    const settled = await log.settle()
    settled()
    assert.deepEqual(
      PROFILES.map((name) => files.read(MIDDLE[name])),
      before,
    )
    for (const index of LOOKED_AT) prove(open(files, state), index)
  })

  test('are not believed where they do not fold to the tile that they belong to', async () => {
    const { files, state } = await made
    for (const name of PROFILES)
      for (let at = 0; at < 131_072; at += 512) change(files, MIDDLE[name], at + ((at / 512) % 512))
    const log = open(files, state)
    for (const index of LOOKED_AT) prove(log, index)
    for (const name of PROFILES) files.remove(MIDDLE[name])
    await log.mend(breathe)
    await log.settle()
  })

  test('name a tile that was changed: no proof is made of it', async () => {
    const { files, state } = await made
    const path = tilePath({ level: 0, index: 48, width: TILE_WIDTH })
    change(files, `/log/${path}`, 32 * 57)
    const log = open(files, state)
    assert.throws(() => log.trees.sha256.inclusion(48 * TILE_WIDTH + 57, SIZE), { code: 'log-corrupt' })
    change(files, `/log/${path}`, 32 * 57)
    prove(open(files, state), 48 * TILE_WIDTH + 57)
  })

  test('are not made of a tile that is not there', async () => {
    const { files, state } = await made
    const path = `/log/${tilePath({ level: 0, index: 7, width: TILE_WIDTH })}`
    const tile = files.read(path)
    files.remove(path)
    files.remove(MIDDLE.sha256)
    await assert.rejects(open(files, state).mend(breathe), { code: 'log-corrupt' })
    files.write(path, tile)
  })

  test('are no longer made once the log is closed', async () => {
    const { files, state } = await made
    files.remove(MIDDLE.sha256)
    const log = open(files, state)
    log.close()
    await log.mend(breathe)
    assert.equal(files.size(MIDDLE.sha256), null)
  })
})
