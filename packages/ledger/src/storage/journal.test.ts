import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fromUtf8, utf8 } from '@mingzheng/kernel'
import fc from 'fast-check'
import { MemoryFiles } from '../testing/memory-files.ts'
import { Journal, type JournalFrame } from './journal.ts'

const FOLDER = '/journal'
const texts = (frames: readonly JournalFrame[]) => frames.map(({ payload }) => fromUtf8(payload))
const numbers = (frames: readonly JournalFrame[]) => frames.map(({ number }) => number)

/** Flips one byte of the only file. */
function damage(files: MemoryFiles, at: number): void {
  const path = `${FOLDER}/${files.list(FOLDER)[0]}`
  const bytes = files.read(path)
  bytes[at < 0 ? bytes.length + at : at]! ^= 1
  files.write(path, bytes)
}

describe('the journal', () => {
  test('gives back what was appended, numbered without gaps, also over several openings', async () => {
    const files = new MemoryFiles()
    const first = Journal.open(files, FOLDER)
    assert.deepEqual(await Promise.all(['a', 'b', 'c'].map((text) => first.journal.append(utf8(text)))), [0, 1, 2])
    await first.journal.close()
    const second = Journal.open(files, FOLDER)
    assert.deepEqual(texts(second.frames), ['a', 'b', 'c'])
    assert.equal(await second.journal.append(utf8('d')), 3)
    await second.journal.close()
    assert.deepEqual(numbers(Journal.open(files, FOLDER).frames), [0, 1, 2, 3])
  })

  test('appends that come while a write is under way are not forgotten', async () => {
    const { journal } = Journal.open(new MemoryFiles(), FOLDER)
    const chained = await journal.append(utf8('a')).then(() => journal.append(utf8('b')))
    assert.equal(chained, 1)
  })

  test('leaves out a torn end and goes on', async () => {
    const files = new MemoryFiles()
    const { journal } = Journal.open(files, FOLDER)
    await journal.append(utf8('kept'))
    await journal.append(utf8('torn'))
    damage(files, -1)
    const again = Journal.open(files, FOLDER)
    assert.deepEqual(texts(again.frames), ['kept'])
    assert.equal(await again.journal.append(utf8('new')), 1)
    assert.deepEqual(texts(Journal.open(files, FOLDER).frames), ['kept', 'new'])
  })

  test('damage before frames of a later write is corruption, not a torn end', async () => {
    const files = new MemoryFiles()
    const { journal } = Journal.open(files, FOLDER)
    await journal.append(utf8('first'))
    await journal.append(utf8('second'))
    damage(files, 30)
    assert.throws(() => Journal.open(files, FOLDER), { code: 'journal-corrupt' })
  })

  test('a torn frame with whole ones of the same write behind it was never acknowledged', async () => {
    const files = new MemoryFiles()
    const { journal } = Journal.open(files, FOLDER)
    await journal.append(utf8('kept'))
    await Promise.all([journal.append(utf8('torn')), journal.append(utf8('whole'))])
    damage(files, 32 + 4 + 32)
    assert.deepEqual(texts(Journal.open(files, FOLDER).frames), ['kept'])
  })

  test('a missing file in the middle is corruption', async () => {
    const files = new MemoryFiles()
    for (const text of ['a', 'b', 'c']) {
      const { journal } = Journal.open(files, FOLDER)
      await journal.append(utf8(text))
      await journal.close()
    }
    files.remove(`${FOLDER}/${files.list(FOLDER)[1]}`)
    assert.throws(() => Journal.open(files, FOLDER), { code: 'journal-corrupt' })
  })

  for (const operation of ['create', 'append', 'sync'] as const) {
    for (const when of ['lost', 'kept'] as const) {
      test(`a ${operation} that fails and was ${when} loses nothing acknowledged and doubles nothing`, async () => {
        const files = new MemoryFiles()
        const { journal } = Journal.open(files, FOLDER, 60)
        await journal.append(utf8('before'))
        let left = 1
        files.fault = (what) => (what === operation && left-- > 0 ? { when, code: 'storage-full' } : null)
        await assert.rejects(journal.append(utf8('failed')), { code: 'storage-full' })
        assert.equal(await journal.append(utf8('after')), 1)
        await journal.close()
        const { frames } = Journal.open(files, FOLDER)
        assert.deepEqual(texts(frames), ['before', 'after'])
        assert.deepEqual(numbers(frames), [0, 1])
      })
    }
  }

  test('forgets whole files of frames below a number, and never one that is still needed', async () => {
    const files = new MemoryFiles()
    const { journal } = Journal.open(files, FOLDER, 40)
    for (let i = 0; i < 10; i++) await journal.append(utf8(`frame ${i}`))
    journal.drop(7)
    await journal.close()
    assert.deepEqual(numbers(Journal.open(files, FOLDER).frames), [7, 8, 9])
  })

  test('whatever fails and whenever the power goes, every acknowledged frame is there in its order', async () => {
    const step = fc.record({
      group: fc.integer({ min: 1, max: 4 }),
      fault: fc.option(fc.constantFrom('create', 'append', 'sync'), { freq: 3 }),
      kept: fc.boolean(),
      crash: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), fc.infiniteStream(fc.nat()), async (steps, chances) => {
        let files = new MemoryFiles()
        const acknowledged = new Map<number, string>()
        let { journal } = Journal.open(files, FOLDER, 200)
        let count = 0
        for (const { group, fault, kept, crash } of steps) {
          let left = fault === null ? 0 : 1
          files.fault = (what) => (what === fault && left-- > 0 ? { when: kept ? 'kept' : 'lost' } : null)
          await Promise.all(
            Array.from({ length: group }, async () => {
              const text = `frame ${count++}`
              await journal.append(utf8(text)).then(
                (number) => acknowledged.set(number, text),
                () => undefined,
              )
            }),
          )
          if (!crash) continue
          files = files.crash((n) => (chances.next().value ?? 0) % n)
          const opened = Journal.open(files, FOLDER, 200)
          journal = opened.journal
          const found = new Map(opened.frames.map(({ number, payload }) => [number, fromUtf8(payload)]))
          for (const [number, text] of acknowledged) assert.equal(found.get(number), text)
          // What was found once counts as accepted from now on.
          for (const [number, text] of found) acknowledged.set(number, text)
        }
      }),
      { seed: 20261124, numRuns: 150 },
    )
  })
})
