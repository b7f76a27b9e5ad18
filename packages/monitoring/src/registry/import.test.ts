import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type Bytes, digest, isRefusal, newId, utf8 } from '@mingzheng/kernel'
import { ORGANISATION, openTestStage, type TestStage } from '../testing/test-stage.ts'
import { listEntries, registerRows } from './entries.ts'
import { addImport, findImport, orderImport, orderRollback } from './imports.ts'
import type { RegisterKind } from './kinds.ts'
import { guessMapping } from './mapping.ts'
import { peekSheet } from './peek.ts'
import { endImport, runImport } from './run-import.ts'
import { sweepImports } from './sweep-imports.ts'

const CODES = ['91350100M000100Y43'] as const
const HEAD = '名称,统一社会信用代码,住所,登记状态\r\n'
const MADE_BY = { userId: '01ARZ3NDEKTSV4RRFFQ69G5FA0', name: '研判员' }

describe('an import', () => {
  let stage: TestStage
  before(async () => {
    stage = await openTestStage()
  })
  after(() => stage?.close())

  async function upload(kind: RegisterKind, text: string, mode: 'merge' | 'replace' = 'merge'): Promise<string> {
    const bytes: Bytes = utf8(text)
    const blob = `imports/330000/${newId(stage.clock.now())}`
    await stage.blobs.put(blob, [bytes])
    const { format, columns, sample } = await peekSheet(stage.blobs, blob, bytes.length)
    return stage.database.system.transaction().execute(async (tx) => {
      const mapping = guessMapping(kind, columns, sample)
      const row = await addImport(tx, stage.clock, {
        organisationId: ORGANISATION,
        kind,
        fileName: 'x.csv',
        format,
        bytes: bytes.length,
        sha256: digest('sha256', bytes),
        blob,
        columns,
        sample,
        mapping,
        madeBy: MADE_BY,
      })
      const ordered = await orderImport(tx, row.id, { mapping, mode })
      assert.ok(ordered !== null && !isRefusal(ordered), JSON.stringify(ordered))
      return row.id
    })
  }
  async function run(id: string, signal = new AbortController().signal) {
    await runImport({ db: stage.database.system, blobs: stage.blobs, clock: stage.clock, signal }, id)
    return (await findImport(stage.database.system, id))!
  }
  const entries = async (kind: RegisterKind, q?: string) => {
    const page = await stage.database.system.transaction().execute((tx) => listEntries(tx, kind, { q, limit: 100 }))
    assert.ok(!isRefusal(page))
    return page.rows
  }

  test('puts good rows on the register, and keeps bad ones with their lines and reasons', async () => {
    const done = await run(
      await upload(
        'operators',
        `${HEAD}甲公司,${CODES[0]},杭州,存续\r\n乙公司,91350100M000100Y44,,\r\n,${CODES[0]},,\r\n甲公司,${CODES[0]},重复,\r\n\r\n`,
      ),
    )
    assert.deepEqual([done.state, done.read_rows, done.bad_rows, done.added, done.version], ['done', 4, 3, 1, 1])
    const problems = await stage.database.system
      .selectFrom('register_problem')
      .select(['line', 'field', 'code'])
      .where('import_id', '=', done.id)
      .orderBy('line')
      .execute()
    assert.deepEqual(problems, [
      { line: 3, field: 'code', code: 'code-check' },
      { line: 4, field: 'name', code: 'missing' },
      { line: 5, field: 'key', code: 'duplicate' },
    ])
    assert.deepEqual(
      (await entries('operators', '甲')).map(({ fields }) => fields.address),
      ['杭州'],
    )
  })

  test('of the same rows again changes nothing and makes no version', async () => {
    const done = await run(await upload('operators', `${HEAD}甲公司,${CODES[0]},杭州,存续\r\n`))
    assert.deepEqual([done.added, done.changed, done.ended, done.same, done.version], [0, 0, 0, 1, 1])
  })

  test('of other rows makes the next version; what was before stays known', async () => {
    const done = await run(await upload('operators', `${HEAD}甲公司,${CODES[0]},宁波,吊销\r\n`))
    assert.deepEqual([done.changed, done.version], [1, 2])
    const all = await stage.database.system
      .selectFrom('register_entry')
      .select(['since', 'until'])
      .where('kind', '=', 'operators')
      .orderBy('since')
      .execute()
    assert.deepEqual(all, [
      { since: 1, until: 2 },
      { since: 2, until: null },
    ])
  })

  test('of an earlier version makes it the next one, and of none there was is none', async () => {
    const order = (version: number) =>
      stage.database.system
        .transaction()
        .execute((tx) =>
          orderRollback(
            tx,
            stage.clock,
            { organisationId: ORGANISATION, madeBy: MADE_BY },
            { kind: 'operators', version },
          ),
        )
    assert.equal(await order(2), null)
    const ordered = await order(1)
    const done = await run(ordered!.id)
    assert.deepEqual([done.state, done.changed, done.version], ['done', 1, 3])
    assert.deepEqual(
      (await entries('operators', '甲')).map(({ fields }) => fields.address),
      ['杭州'],
    )
  })

  test('that replaces takes off what the file does not name', async () => {
    await run(await upload('brands', '品牌,别名\r\n甲牌,jia\r\n乙牌,\r\n'))
    const done = await run(await upload('brands', '品牌,别名\r\n甲牌,jia\r\n丙牌,\r\n', 'replace'))
    assert.deepEqual([done.added, done.ended, done.same], [1, 1, 1])
    assert.deepEqual((await entries('brands')).map(({ fields }) => fields.name).sort(), ['丙牌', '甲牌'].sort())
  })

  test('that is cancelled leaves the register as it was', async () => {
    const id = await upload('brands', '品牌\r\n丁牌\r\n')
    const abort = new AbortController()
    abort.abort('cancelled')
    const ended = await run(id, abort.signal)
    assert.equal(ended.state, 'cancelled')
    assert.equal((await entries('brands', '丁牌')).length, 0)
    assert.equal((await run(id)).state, 'cancelled')
  })

  test('that was cancelled while it was read is not applied', async () => {
    const id = await upload('brands', '品牌\r\n戊牌\r\n')
    await stage.database.system.updateTable('register_import').set({ state: 'reading' }).where('id', '=', id).execute()
    await endImport(stage.database.system, stage.clock, id, 'cancelled', null)
    assert.equal((await run(id)).state, 'cancelled')
    assert.equal((await entries('brands', '戊牌')).length, 0)
  })

  test('that was broken off and is begun again comes to the same', async () => {
    const id = await upload('shops', '平台,店铺名称\r\n甲平台,一号店\r\n甲平台,二号店\r\n')
    await stage.database.system
      .insertInto('register_staged')
      .values({
        import_id: id,
        key: 'left over',
        line: 9,
        name: 'left over',
        name_key: 'left over',
        code: null,
        fields: '{}',
        search: [],
      })
      .execute()
    await stage.database.system.updateTable('register_import').set({ state: 'reading' }).where('id', '=', id).execute()
    const done = await run(id)
    assert.deepEqual([done.state, done.added], ['done', 2])
    assert.deepEqual(await run(id), done)
  })

  test('of hostile text keeps it as text: no SQL, no formula in what is given out', async () => {
    const names = [
      `'; drop table register_entry; --`,
      '=cmd|/c calc!A1',
      '<script>alert(1)</script>',
      '$(reboot)',
      '%s%n',
    ]
    const rows = names.map((name) => `甲平台,"${name.replaceAll('"', '""')}"`).join('\r\n')
    const done = await run(await upload('shops', `平台,店铺名称\r\n${rows}\r\n`))
    assert.equal(done.added, names.length)
    const kept = (await entries('shops')).map(({ fields }) => String(fields.name))
    for (const name of names) assert.ok(kept.includes(name), name)
    assert.equal((await entries('shops', `'; drop`)).length, 1)
    const given: string[][] = []
    const page = <T>(work: Parameters<typeof registerRows>[0] extends (w: infer W) => unknown ? W : never) =>
      stage.database.system.transaction().execute(work as never) as Promise<T>
    for await (const row of registerRows(page as never, ORGANISATION, 'shops')) given.push(row)
    assert.ok(given.some((row) => row.includes('=cmd|/c calc!A1')))
  })

  test('of a file that is no sheet ends with its reason', async () => {
    const id = await upload('brands', '品牌\r\n己牌\r\n')
    await stage.database.system.updateTable('register_import').set({ format: 'xlsx' }).where('id', '=', id).execute()
    const ended = await run(id)
    assert.equal(ended.state, 'failed')
    assert.match(ended.problem ?? '', /cannot be read as a sheet/)
  })

  test('is on record in the audit log, with the digest of its file', async () => {
    const { rows } = await stage.database.system
      .selectFrom('audit_event' as never)
      .selectAll()
      .execute()
      .then((all) => ({ rows: all as { action: string; subject: string; detail: string }[] }))
    const imports = rows.filter(({ action }) => action === 'register.import')
    assert.ok(imports.length >= 5)
    assert.match(imports[0]!.detail, /SHA-256 [0-9a-f]{64}$/)
  })

  test('of words becomes a proposal that changes nothing until somebody else approves it', async () => {
    const done = await run(
      await upload(
        'keywords',
        '词组,关键词,行为,法律,条款\r\n保过,包过班,虚假宣传,广告法,第二十四条\r\n保过,不过全退,,,\r\n',
      ),
    )
    assert.deepEqual([done.state, done.version], ['done', 1])
    const proposal = await stage.database.system.selectFrom('setting_version').selectAll().executeTakeFirstOrThrow()
    assert.equal(proposal.state, 'proposed')
    assert.deepEqual(proposal.content.groups[0]!.words, ['包过班', '不过全退'])
    assert.equal(proposal.content.groups[0]!.article, '第二十四条')
  })

  test('that has ended keeps its file for 30 days; one that was never put to work is cancelled after seven', async () => {
    const { system } = stage.database
    const done = await upload('brands', '品牌,商标注册号\r\n云起,123\r\n')
    assert.equal((await run(done)).state, 'done')
    const waiting = await upload('brands', '品牌,商标注册号\r\n云落,124\r\n')
    const forgotten = await upload('brands', '品牌,商标注册号\r\n云过,125\r\n')
    await system.updateTable('register_import').set({ state: 'uploaded' }).where('id', '=', forgotten).execute()
    const keys = await Promise.all([done, waiting, forgotten].map(async (id) => (await findImport(system, id))!.blob!))
    const sweepAfter = async (days: number) => {
      const clock = { now: () => stage.clock.now() + days * 86_400_000 }
      await sweepImports({ db: system, blobs: stage.blobs, clock })
      return Promise.all(keys.map(async (key) => (await stage.blobs.stat(key)) !== null))
    }
    assert.deepEqual(await sweepAfter(1), [true, true, true])
    assert.deepEqual(await sweepAfter(8), [true, true, false])
    assert.equal((await findImport(system, forgotten))!.state, 'cancelled')
    assert.deepEqual(await sweepAfter(31), [false, true, false])
    // What waits to be read is kept however long that takes, and its rows then come onto the register.
    assert.equal((await run(waiting)).state, 'done')
  })
})
