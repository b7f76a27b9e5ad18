import assert from 'node:assert/strict'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { needs } from './capability.ts'
import { type FailingDisk, makeFailingDisk, noFailingDisk } from './faults/disk.ts'
import { mingzheng, startUp, type Up } from './launched-up.ts'

const impossible = await noFailingDisk()

describe(
  'a capture while the ledger can fix nothing',
  impossible === null ? needs('chromium') : { skip: impossible },
  () => {
    let folder: string
    let data: string
    let ledger: FailingDisk
    let up: Up
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'mz-unfixed-'))
      // The database's and the browser's user passes through.
      await chmod(folder, 0o711)
      data = join(folder, 'data')
      ledger = await makeFailingDisk(join(data, 'ledger'), join(folder, 'ledger.img'), 64)
      await chmod(data, 0o711)
      up = await startUp(data)
    })
    after(async () => {
      await up?.stop()
      await ledger?.remove()
      await rm(folder, { recursive: true, force: true })
    })

    let number: string
    const file = () => join(folder, 'unfixed.zip')

    test('ends, hands over what was got, and says that it is not fixed', async () => {
      await ledger.fail()
      const page = `${up.market}/platform/licence`
      const [taken, words] = await Promise.all([
        mingzheng('capture', page, '--data', data, '--out', file(), '--json'),
        mingzheng('capture', page, '--data', data, '--out', join(folder, 'second.zip')),
      ])
      assert.equal(taken.code, 4, taken.err)
      const answer = JSON.parse(taken.out) as {
        number: string
        package: string
        complete: boolean
        receipt: { state: string }
        notFixed: string
        files: { path: string }[]
      }
      assert.deepEqual([answer.package, answer.complete, answer.receipt.state], [file(), true, 'none'])
      assert.match(answer.notFixed, /storage-read-only/)
      assert.ok(answer.files.some(({ path }) => path.endsWith('.wacz')))
      ;({ number } = answer)
      assert.equal(words.code, 4, words.err)
      assert.match(words.out, /not fixed/)
    })

    test('what it hands over is sound but proves nothing: verification cannot decide', async () => {
      const { code, out } = await mingzheng('verify', file(), '--data', data, '--json')
      assert.equal(code, 2)
      const { checks } = JSON.parse(out) as { checks: { id: string; status: string; code: string }[] }
      const status = (id: string) => checks.find((check) => check.id === id)?.status
      assert.deepEqual([status('files'), status('seal-members')], ['passed', 'passed'])
      assert.equal(checks.find(({ id }) => id === 'receipt-inclusion')?.code, 'missing')
    })

    test('it is fixed by itself, under the same number, when the ledger works again', async () => {
      await up.stop()
      await ledger.mend()
      up = await startUp(data)
      const page = `${up.market}/platform/licence`
      const next = await mingzheng('capture', page, '--data', data, '--out', join(folder, 'third.zip'), '--json')
      assert.equal(next.code, 0, next.err)
      const renewed = await mingzheng('renew', number, '--data', data, '--out', folder)
      assert.equal(renewed.code, 0, 'a renewal wants a fixed package that verifies')
    })
  },
)
