import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { isRefusal } from '@mingzheng/kernel'
import { listFindings } from '../lead/findings.ts'
import { listingModels } from '../recognition/models.ts'
import { creditCodeProblem } from '../recognition/operator/credit-code.ts'
import { recompute } from '../statement/recompute.ts'
import { listingPage, startTestMarket, stockMarket, type TestMarket } from '../testing/test-market.ts'
import { ORGANISATION, openTestStage, type TestStage } from '../testing/test-stage.ts'
import { applyStaged } from './apply-import.ts'
import { setWhole } from './entries.ts'
import { addImport } from './imports.ts'
import { REGISTERS, type RegisterKind } from './kinds.ts'
import { entryOf, type Fields } from './read-row.ts'

const HOUR = 3_600_000
const CODE = '91350100M000100Y43'

describe('what registers say of a listing', () => {
  let stage: TestStage
  let market: TestMarket
  before(async () => {
    stage = await openTestStage()
    market = await startTestMarket()
    stockMarket(market, [
      { title: '手工竹篮', description: '安吉毛竹。' },
      { title: '龙须酥糖', description: '禁品甲，现货。' },
      { title: '木梳', description: '黄杨木。' },
    ])
    market.pages.set(
      '/item/1',
      listingPage({ title: '手工竹篮', description: '安吉毛竹。' }).replace(
        '</main>',
        `<table><tr><th>统一社会信用代码</th><td>${CODE}</td></tr></table></main>`,
      ),
    )
    await stage.issue([{ kind: 'sitemap', url: `${market.url}/sitemap.xml` }], { depth: 0 })
    await stage.settle()
  })
  after(async () => {
    await market?.close()
    await stage?.close()
  })

  async function put(kind: RegisterKind, ...rows: Fields[]): Promise<void> {
    await stage.database.system.transaction().execute(async (tx) => {
      const madeBy = { userId: 'x', name: 'x' }
      const sha256 = new Uint8Array(32)
      const columns = REGISTERS[kind].fields.map(({ name }) => name)
      const given = { organisationId: ORGANISATION, kind, fileName: 'x', format: 'seed' as const, bytes: 0, sha256 }
      const { id } = await addImport(tx, stage.clock, {
        ...given,
        blob: null,
        columns,
        sample: [],
        mapping: {},
        madeBy,
      })
      const staged = rows.map((fields, line) => ({ ...entryOf(kind, fields), line }))
      await tx
        .insertInto('register_staged')
        .values(
          staged.map(({ key, name, nameKey, code, fields, search, line }) => ({
            import_id: id,
            key,
            name,
            name_key: nameKey,
            code,
            fields: JSON.stringify(fields),
            search: [...search],
            line,
          })),
        )
        .execute()
      const now = new Date(stage.clock.now())
      const applied = await applyStaged(tx, { importId: id, organisationId: ORGANISATION, kind, mode: 'merge', now })
      assert.ok(!isRefusal(applied) && applied.added === rows.length)
    })
  }
  async function look(): Promise<Awaited<ReturnType<typeof listFindings>>> {
    stage.advance(25 * HOUR)
    await stage.settle()
    return listFindings(stage.database.system, { since: new Date(stage.clock.now() - HOUR), limit: 100 })
  }
  async function statementOf(id: string): Promise<string> {
    const row = await stage.database.system
      .selectFrom('watch_fixing')
      .select('statement')
      .where('subject_id', '=', id)
      .executeTakeFirstOrThrow()
    return row.statement
  }

  test('an operator whose registration has ended is a lead, with the version of the register in its statement', async () => {
    await put('operators', { code: CODE, name: '某竹业有限公司', status: '注销' })
    const found = (await look()).filter(({ behaviour }) => behaviour === 'operator')
    assert.equal(found.length, 1)
    assert.match(found[0]!.reason, /登记状态为“注销”/)
    const statement = await statementOf(found[0]!.id)
    assert.match(statement, /"登记来源":"经营者名录第1版"/)
    assert.equal(recompute(statement, null, listingModels).same, true)
  })

  test('a code that is not on a register which names all there are is a lead; on one that does not, none', async () => {
    const other = '91330100MA2AX00003'
    market.pages.set(
      '/item/3',
      listingPage({ title: '木梳', description: '黄杨木。' }).replace(
        '</main>',
        `<table><tr><th>统一社会信用代码</th><td>${other}</td></tr></table></main>`,
      ),
    )
    assert.equal(creditCodeProblem(other), null)
    const about = async () =>
      (await look()).filter(({ title, behaviour }) => title === '木梳' && behaviour === 'operator')
    assert.equal((await about()).length, 0)
    await setWhole(stage.database.system, ORGANISATION, 'operators', true, new Date(stage.clock.now()))
    const [found] = await about()
    assert.match(found?.reason ?? '', /查无登记/)
  })

  test('goods that the authority has put on its register are found by its own words and law', async () => {
    await put('prohibited', { name: '禁品甲', exempt: ['图书'], law: '某某管理条例', article: '第三条' })
    const found = (await look()).filter(({ behaviour }) => behaviour === 'banned-goods')
    assert.deepEqual(
      found.map(({ article, decision }) => [article, decision]),
      [['某某管理条例 第三条', 'lead']],
    )
    assert.match(found[0]!.reason, /禁限售商品名录“禁品甲”/)
    assert.equal(recompute(await statementOf(found[0]!.id), null, listingModels).same, true)
  })

  test('who sells under a brand is held against its dealers: one whose time is over and one who is none are leads, a dealer is not', async () => {
    await put('brands', { name: '云起山房', whole: true })
    await put(
      'dealers',
      { brand: '云起山房', name: '青石铺' },
      { brand: '云起山房', name: '旧石铺', until: '2020-01-01' },
    )
    for (const [i, shop] of ['青石铺', '旧石铺', '白石铺'].entries()) {
      market.pages.set(`/item/${i + 1}`, listingPage({ title: `云起山房 高仿 背包 ${i}`, shop }))
    }
    const found = (await look()).filter(({ behaviour }) => behaviour === 'ip-infringement')
    const told = found.map(
      ({ title, decision, reason }) => `${title.at(-1)} ${decision} ${/授权[^；、]*/.exec(reason)?.[0]}`,
    )
    assert.deepEqual(told.sort(), [
      '1 lead 授权：已过期（授权经销商名录第1版）',
      '2 lead 授权：无（授权经销商名录第1版完整，其中没有此店）',
    ])
    for (const { id } of found.filter(({ decision }) => decision === 'lead')) {
      assert.equal(recompute(await statementOf(id), null, listingModels).same, true)
    }
  })
})
