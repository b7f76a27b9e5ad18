import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { digest, fromHex, isRefusal, toHex } from '@mingzheng/kernel'
import { logoShapes } from '../picture/likeness.ts'
import { listingModels } from '../recognition/models.ts'
import { addLogo, endLogo, findLogo, listLogos } from '../registry/logos.ts'
import { readBody } from '../snapshot/packs.ts'
import { recompute } from '../statement/recompute.ts'
import { picturesOf } from '../statement/statement.ts'
import { listingPage, startTestMarket, stockMarket, type TestMarket } from '../testing/test-market.ts'
import { ORGANISATION, openTestStage, type TestStage } from '../testing/test-stage.ts'

const sample = (name: string) => new Uint8Array(readFileSync(new URL(`../picture/samples/${name}`, import.meta.url)))
const LOGO = sample('1-logo.png')
const SHA256 = toHex(digest('sha256', LOGO))

describe('logos of the register, while a task is watched', () => {
  let stage: TestStage
  let market: TestMarket
  before(async () => {
    stage = await openTestStage()
    market = await startTestMarket()
    const now = new Date(stage.clock.now())
    const { system } = stage.database
    await system
      .insertInto('register')
      .values({ organisation_id: ORGANISATION, kind: 'brands', version: 1, entries: 1, whole: false, changed_at: now })
      .execute()
    await system
      .insertInto('register_entry')
      .values({
        organisation_id: ORGANISATION,
        kind: 'brands',
        key: '云岭',
        since: 1,
        until: null,
        name: '云岭',
        name_key: '云岭',
        code: null,
        fields: JSON.stringify({ name: '云岭' }) as never,
        search: [],
      })
      .execute()
  })
  after(async () => {
    await market?.close()
    await stage?.close()
  })
  const add = (bytes: Uint8Array, brandKey = '云岭', shapes = logoShapes(bytes)) =>
    addLogo(
      stage.database.system,
      { blobs: stage.blobs, clock: stage.clock, province: '330000' },
      {
        organisationId: ORGANISATION,
        brandKey,
        bytes: bytes as Uint8Array<ArrayBuffer>,
        sha256: toHex(digest('sha256', bytes as Uint8Array<ArrayBuffer>)),
        shapes,
        by: '研判员',
      },
    )
  const version = async () =>
    (await stage.database.system.selectFrom('register').select('version').executeTakeFirstOrThrow()).version

  test('are kept once, make a new version of the register, and are refused without a brand or a drawing', async () => {
    const row = await add(LOGO)
    assert.ok(!isRefusal(row))
    const again = await add(LOGO)
    assert.equal(isRefusal(again) ? null : again.id, row.id)
    assert.equal(await version(), 2)
    const codes = [await add(LOGO, '别的'), await add(LOGO, '云岭', [])].map((one) =>
      isRefusal(one) ? one.code : null,
    )
    assert.deepEqual(codes, ['not-found', 'logo-plain'])
    assert.equal((await listLogos(stage.database.system, '云岭')).length, 1)
  })

  test('are found in pictures of listings on which they bear, with the picture kept; other pictures are not asked for', async () => {
    stockMarket(market, [{ title: '山茶手提袋' }, { title: '青瓷茶杯' }])
    const shown = (path: string, title: string, description: string) =>
      market.pages.set(
        path,
        listingPage({ title, description }).replace(
          '<main>',
          `<main><img src="${path.replace('/item/', '/p')}.jpg" alt="">`,
        ),
      )
    shown('/item/1', '山茶手提袋', '尾货，介意勿拍，支持扫码。')
    shown('/item/2', '青瓷茶杯', '龙泉青瓷。')
    market.pages.set('/p1.jpg', sample('1-in-a-corner-of-goods-on-white.jpg'))
    market.pages.set('/p2.jpg', sample('1-another-colour.jpg'))
    await stage.issue([{ kind: 'sitemap', url: `${market.url}/sitemap.xml` }], { depth: 0 })
    await stage.settle()
    assert.deepEqual(
      market.asked.filter((path) => path.endsWith('.jpg')),
      ['/p1.jpg'],
    )
    const { statement } = await stage.database.system
      .selectFrom('watch_fixing')
      .innerJoin('lead', 'lead.id', 'watch_fixing.lead_id')
      .select('statement')
      .where('lead.behaviour', '=', 'ip-infringement')
      .where('kind', '=', 'finding')
      .executeTakeFirstOrThrow()
    const [picture] = picturesOf(statement)
    assert.equal(picture!.logo!.brand, '云岭')
    assert.equal(picture!.logo!.logo, SHA256)
    assert.notEqual(await readBody(stage.database.system, stage.blobs, fromHex(picture!.sha256)), null)
    assert.match((JSON.parse(statement) as { result: { reason: string } }).result.reason, /登记标识相似/)
    const page = new TextEncoder().encode(market.pages.get('/item/1') as string)
    const { checks, same } = recompute(statement, page, listingModels)
    assert.ok(same, JSON.stringify(checks))
  })

  test('that were taken off are compared with no more, and still shown to leads that rest on them', async () => {
    const row = (await findLogo(stage.database.system, { sha256: SHA256 }))!
    assert.equal((await endLogo(stage.database.system, stage.clock, ORGANISATION, row.id))?.id, row.id)
    assert.equal(await endLogo(stage.database.system, stage.clock, ORGANISATION, row.id), null)
    assert.equal(await version(), 3)
    assert.deepEqual(await listLogos(stage.database.system), [])
    assert.notEqual((await findLogo(stage.database.system, { sha256: SHA256 }))?.ended_at, null)
    const asked = market.asked.length
    stage.advance(25 * 3_600_000)
    await stage.settle()
    assert.deepEqual(
      market.asked.slice(asked).filter((path) => path.endsWith('.jpg')),
      [],
    )
  })
})
