import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { type Bytes, concat, isRefusal, toHex, utf8 } from '@mingzheng/kernel'
import fc from 'fast-check'
import { needs } from '../../../../tests/capability.ts'
import { layOut } from './layout.ts'
import { memorySource } from './random-access.ts'
import { readLayout } from './read.ts'
import { memoryMember, type PackageMember, packageBytes, writePackage } from './write.ts'

const sample = [
  memoryMember('seal.json', utf8('{}')),
  memoryMember('data/b.txt', utf8('b'.repeat(100))),
  memoryMember('data/a.txt', utf8('')),
  memoryMember('data/图.png', utf8('png')),
  memoryMember('manifest.json', utf8('{"a":1}')),
  memoryMember('documents/certificate.json', utf8('{}')),
  memoryMember('proof/entry.cbor', utf8('x')),
]

async function write(members: PackageMember[]): Promise<Bytes> {
  const chunks: Bytes[] = []
  for await (const chunk of writePackage(members)) chunks.push(chunk)
  return concat(...chunks)
}

async function refusal(bytes: Bytes): Promise<string | null> {
  const layout = await readLayout(memorySource(bytes))
  return isRefusal(layout) ? layout.code : null
}

describe('writing and reading a package', () => {
  test('members come out in the one order, whatever the order in which they were given', async () => {
    const file = await write(sample)
    assert.equal(toHex(await write(sample.toReversed())), toHex(file))
    const layout = await readLayout(memorySource(file))
    assert.ok(!isRefusal(layout))
    assert.deepEqual(
      layout.members.map((member) => member.path),
      [
        'manifest.json',
        'data/a.txt',
        'data/b.txt',
        'data/图.png',
        'proof/entry.cbor',
        'documents/certificate.json',
        'seal.json',
      ],
    )
    assert.equal(layout.size, file.length)
  })

  test('unzip takes the file and finds no error', needs('unzip'), async () => {
    const folder = mkdtempSync(join(tmpdir(), 'package-'))
    try {
      writeFileSync(join(folder, 'a.zip'), await write(sample))
      assert.match(execFileSync('unzip', ['-t', join(folder, 'a.zip')], { encoding: 'utf8' }), /No errors detected/)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  test('a changed header, directory or end byte is refused, wherever it is', async () => {
    const file = await write(sample)
    const layout = await readLayout(memorySource(file))
    assert.ok(!isRefusal(layout))
    const content = new Set<number>()
    for (const { dataAt, bytes } of layout.members) for (let i = 0; i < bytes; i++) content.add(dataAt + i)
    for (let at = 0; at < file.length; at++) {
      if (content.has(at)) continue
      for (const flip of [1, 0x20, 0x80, 0xff]) {
        const other = file.slice()
        other[at]! ^= flip
        assert.notEqual(await refusal(other), null, `byte ${at} ^ ${flip}`)
      }
    }
  })

  test('bytes before, between, after, or missing are refused', async () => {
    const file = await write(sample)
    assert.equal(await refusal(concat(utf8('x'), file)), 'layout-directory')
    assert.equal(await refusal(concat(file, utf8('x'))), 'layout-truncated')
    assert.equal(await refusal(file.subarray(0, -1)), 'layout-truncated')
    assert.equal(await refusal(file.subarray(1)), 'layout-directory')
    assert.equal(await refusal(concat(file.subarray(0, 60), utf8('gap'), file.subarray(60))), 'layout-directory')
    assert.equal(await refusal(concat(file, file)), 'layout-directory')
    assert.equal(await refusal(new Uint8Array()), 'layout-truncated')
    assert.equal(await refusal(new Uint8Array(22)), 'layout-truncated')
  })

  test('whatever members a package has, it reads back to them, and no shorter or longer file does (seed 7)', async () => {
    const segment = fc.stringMatching(/^[a-z0-9页图]{1,12}$/)
    const path = fc.array(segment, { minLength: 1, maxLength: 3 }).map((parts) => `data/${parts.join('/')}.bin`)
    const files = fc.uniqueArray(fc.tuple(path, fc.uint8Array({ maxLength: 40 })), {
      selector: ([name]) => name.toLowerCase(),
      maxLength: 8,
    })
    await fc.assert(
      fc.asyncProperty(files, fc.uint8Array({ minLength: 1, maxLength: 5 }), async (list, more) => {
        const members = [
          memoryMember('manifest.json', utf8('{}')),
          ...list.map(([name, bytes]) => memoryMember(name, bytes)),
        ]
        const file = await write(members)
        assert.equal(packageBytes(members), file.length)
        const layout = await readLayout(memorySource(file))
        assert.ok(!isRefusal(layout))
        const read = layout.members.map(({ path, dataAt, bytes }) => [
          path,
          toHex(file.subarray(dataAt, dataAt + bytes)),
        ])
        const given = members.map((member) => [member.path, toHex(concat(...(member.open() as Bytes[])))])
        assert.deepEqual(read.toSorted(), given.toSorted())
        assert.notEqual(await refusal(concat(file, more)), null)
        assert.notEqual(await refusal(concat(more, file)), null)
        assert.notEqual(await refusal(file.subarray(more.length)), null)
        assert.notEqual(await refusal(file.subarray(0, -more.length)), null)
      }),
      { seed: 7, numRuns: 200 },
    )
  })

  test('a member that changes while the package is written stops the writing', async () => {
    const member = { ...memoryMember('data/a.txt', utf8('before')), open: () => [utf8('after!')] }
    await assert.rejects(write([memoryMember('manifest.json', utf8('{}')), member]), { code: 'member-changed' })
  })

  test('names twice, in two cases, foreign, or leading outside are refused before the first byte', async () => {
    for (const paths of [
      ['data/a', 'data/a'],
      ['data/a', 'data/A'],
      ['data/../seal.json'],
      ['readme.txt'],
      ['manifest.json'],
      ['data'],
    ]) {
      const members = ['manifest.json', ...paths].map((path) => memoryMember(path, utf8('x')))
      await assert.rejects(write(members), { code: 'layout-members' }, paths.join())
    }
    await assert.rejects(write([memoryMember('data/a', utf8('x'))]), { code: 'layout-members' })
  })
})

describe('packages beyond 4 GiB', () => {
  const entries = [
    { path: 'manifest.json', bytes: 10, crc32: 1 },
    { path: 'data/large.bin', bytes: 2 ** 32 + 5, crc32: 2 },
    { path: 'data/small.bin', bytes: 3, crc32: 3 },
  ]

  /** Holds headers only; contents are never read by the layout reader. */
  function sparse(change?: { at: number; to: number }) {
    const layout = layOut(entries)
    const parts = [
      ...layout.members.map(({ headerAt, header }) => ({ at: headerAt, bytes: header })),
      { at: layout.tailAt, bytes: layout.tail },
    ]
    return {
      size: layout.size,
      async read(offset: number, length: number) {
        const part = parts.find(({ at, bytes }) => at <= offset && offset + length <= at + bytes.length)
        assert.ok(part, `read of content at ${offset}`)
        const out = part.bytes.slice(offset - part.at, offset - part.at + length)
        if (change && change.at >= offset && change.at < offset + length) out[change.at - offset] = change.to
        return out
      },
    }
  }

  test('ZIP64 fields stand where a value needs them, and the file reads back', async () => {
    const layout = await readLayout(sparse())
    assert.ok(!isRefusal(layout))
    assert.deepEqual(
      layout.members.map(({ path, bytes, crc32 }) => ({ path, bytes, crc32 })),
      entries,
    )
    const [manifest, large, small] = layout.members
    assert.equal(manifest!.header[4], 20)
    assert.equal(large!.header[4], 45)
    assert.equal(small!.header[4], 20)
  })

  test('a changed byte of a ZIP64 record is refused', async () => {
    const layout = layOut(entries)
    for (let at = layout.tailAt; at < layout.size; at++) {
      const byte = layout.tail[at - layout.tailAt]!
      for (const to of [byte ^ 1, byte ^ 0xff]) {
        const answer = await readLayout(sparse({ at, to }))
        assert.ok(isRefusal(answer), `byte ${at}`)
      }
    }
  })
})
