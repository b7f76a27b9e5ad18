import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { isRefusal } from '@mingzheng/kernel'
import { listFindings } from '../lead/findings.ts'
import { listingModels } from '../recognition/models.ts'
import { recompute } from '../statement/recompute.ts'
import { type FindingStatement, findingStatementSchema } from '../statement/statement.ts'
import { listingPage, startTestMarket, stockMarket, type TestMarket } from '../testing/test-market.ts'
import { ORGANISATION, openTestStage, type TestStage } from '../testing/test-stage.ts'
import { checkContent, type KeywordGroup, type SettingsContent, SHIPPED } from './content.ts'
import { findPreview, orderPreview, runPreview } from './previews.ts'
import { activeSettings, decideSettings, proposeRollback, proposeSettings } from './versions.ts'

const HOUR = 3_600_000
const [author, other] = ['01ARZ3NDEKTSV4RRFFQ69G5FA1', '01ARZ3NDEKTSV4RRFFQ69G5FA2'].map((userId, i) => ({
  organisationId: ORGANISATION,
  userId,
  name: ['甲', '乙'][i]!,
}))

const GROUP: KeywordGroup = {
  name: '玄学',
  behaviour: 'false-propaganda',
  words: ['转运神器'],
  exempt: ['玩具'],
  weight: 0.8,
  law: '广告法',
  article: '第九条第八项',
  from: '2015-09-01',
  until: null,
  enabled: true,
}
const withGroup: SettingsContent = { parameters: {}, groups: [GROUP] }
const strict: SettingsContent = { parameters: { 'false-propaganda.listing': { lead: 1 } }, groups: [] }

describe('settings', () => {
  test('of models or parameters that are not there, or out of their bounds, are refused with the field', () => {
    for (const [parameters, field] of [
      [{ 'no-model.listing': { lead: 0.5 } }, 'parameters.no-model.listing.lead'],
      [{ 'banned-goods.listing': { nothing: 0.5 } }, 'parameters.banned-goods.listing.nothing'],
      [{ 'banned-goods.listing': { lead: 1.5 } }, 'parameters.banned-goods.listing.lead'],
      [{ 'pyramid-selling.panel': { people: 3.5 } }, 'parameters.pyramid-selling.panel.people'],
    ] as const) {
      const refused = checkContent({ parameters, groups: [] })
      assert.ok(isRefusal(refused) && refused.code === 'setting-wrong', JSON.stringify(parameters))
      assert.equal(refused.field, field)
    }
    assert.ok(isRefusal(checkContent({ parameters: {}, groups: [GROUP, GROUP] })))
    assert.ok(isRefusal(checkContent({ parameters: {}, groups: [{ ...GROUP, until: '2015-01-01' }] })))
  })
  test('that equal what is shipped are none', () => {
    const { value } = listingModels[0]!.thresholds.lead!
    assert.deepEqual(checkContent({ parameters: { 'banned-goods.listing': { lead: value } }, groups: [] }), SHIPPED)
  })
})

describe('versions of the settings', () => {
  let stage: TestStage
  let market: TestMarket
  before(async () => {
    stage = await openTestStage()
    market = await startTestMarket()
    stockMarket(market, [
      { title: '祖传药膏', description: '本品根治糖尿病，国家级配方。' },
      { title: '水晶手链', description: '转运神器，戴上就好。' },
      { title: '玩具水晶', description: '转运神器，儿童玩具。' },
    ])
    await stage.issue([{ kind: 'sitemap', url: `${market.url}/sitemap.xml` }], { depth: 0 })
    await stage.settle()
  })
  after(async () => {
    await market?.close()
    await stage?.close()
  })
  const tx = <T>(work: Parameters<ReturnType<TestStage['database']['system']['transaction']>['execute']>[0]) =>
    stage.database.system.transaction().execute(work) as Promise<T>
  const propose = (content: SettingsContent, basedOn: number, who = author!) =>
    stage.database.system
      .transaction()
      .execute((t) => proposeSettings(t, stage.clock, who, { content, basedOn, note: '试' }))
  const decide = (version: number, decision: 'approve' | 'reject' | 'withdraw', who = other!) =>
    stage.database.system
      .transaction()
      .execute((t) => decideSettings(t, stage.clock, who, version, { decision, note: '' }))
  const leads = () =>
    stage.database.system.selectFrom('lead').select(['title', 'behaviour', 'reason', 'article']).execute()
  const codeOf = (answer: unknown) => (isRefusal(answer) ? answer.code : null)

  async function preview(content: SettingsContent) {
    const row = await stage.database.system.transaction().execute((t) => orderPreview(t, stage.clock, author!, content))
    assert.ok(!isRefusal(row))
    const signal = new AbortController().signal
    await runPreview({ db: stage.database.system, clock: stage.clock, signal }, row.id)
    return (await findPreview(stage.database.system, row.id))!
  }

  test('a preview names the leads that would be gained, and writes none', async () => {
    const before = await leads()
    const { state, result } = await preview(withGroup)
    assert.equal(state, 'done')
    const [words] = result!.behaviours
    assert.deepEqual(
      [words!.behaviour, words!.gained, words!.lost, words!.gainedExamples[0]!.title],
      ['false-propaganda', 1, 0, '水晶手链'],
    )
    assert.match(words!.gainedExamples[0]!.reason, /关键词组“玄学”/)
    assert.deepEqual(await leads(), before)
  })

  test('a preview names the leads that would be lost, and what they are today', async () => {
    const { result } = await preview(strict)
    const [words] = result!.behaviours
    assert.deepEqual([words!.gained, words!.lost], [0, 1])
    const [example] = words!.lostExamples
    assert.equal(example!.title, '祖传药膏')
    assert.equal(example!.lead?.state, 'new')
    assert.equal(example!.before, example!.after)
  })

  test('a preview that is cancelled says so', async () => {
    const row = await stage.database.system.transaction().execute((t) => orderPreview(t, stage.clock, author!, strict))
    assert.ok(!isRefusal(row))
    const abort = new AbortController()
    abort.abort('cancelled')
    await runPreview({ db: stage.database.system, clock: stage.clock, signal: abort.signal }, row.id)
    assert.equal((await findPreview(stage.database.system, row.id))?.state, 'cancelled')
  })

  test('are active only when another person has approved them', async () => {
    const made = await propose(withGroup, 0)
    assert.ok(!isRefusal(made) && made.version === 1)
    assert.equal(codeOf(await decide(1, 'approve', author!)), 'own-proposal')
    assert.equal(codeOf(await decide(1, 'reject', author!)), 'own-proposal')
    assert.equal(codeOf(await decide(1, 'withdraw')), 'own-proposal')
    assert.equal((await activeSettings(stage.database.system, ORGANISATION)).version, 0)
    const decided = await decide(1, 'approve')
    assert.ok(decided !== null && !isRefusal(decided))
    assert.equal((await activeSettings(stage.database.system, ORGANISATION)).version, 1)
    assert.equal(codeOf(await decide(1, 'approve')), 'setting-decided')
  })

  test('take effect at the next fetch, also of unchanged pages; the finding keeps the version and its words', async () => {
    stage.advance(25 * HOUR)
    await stage.settle()
    const own = (await leads()).filter(({ title }) => title === '水晶手链')
    assert.deepEqual(
      own.map(({ behaviour, article }) => [behaviour, article]),
      [['false-propaganda', '广告法 第九条第八项']],
    )
    assert.equal((await leads()).filter(({ title }) => title === '玩具水晶').length, 0)
    const findings = await listFindings(stage.database.system, { since: new Date(0), limit: 100 })
    const finding = findings.find(({ title }) => title === '水晶手链')!
    assert.equal(finding.settings_version, 1)
    const { statement } = await stage.database.system
      .selectFrom('watch_fixing')
      .select('statement')
      .where('subject_id', '=', finding.id)
      .executeTakeFirstOrThrow()
    const stated: FindingStatement = findingStatementSchema.parse(JSON.parse(statement))
    assert.deepEqual([stated.model.settings, stated.inputs.basis?.words?.name], [1, '玄学'])
    assert.equal(recompute(statement, null, listingModels).same, true)
    const changed = statement.replace('"weight":0.8', '"weight":0.7')
    assert.notEqual(changed, statement)
    assert.equal(recompute(changed, null, listingModels).same, false)
  })

  test('that were proposed in place of another version cannot become active', async () => {
    const [one, two] = [await propose(strict, 1), await propose(SHIPPED, 1)]
    assert.ok(!isRefusal(one) && !isRefusal(two))
    assert.equal(codeOf(await propose(strict, 0)), 'setting-outdated')
    await decide(two.version, 'approve')
    assert.equal(codeOf(await decide(one.version, 'approve')), 'setting-outdated')
    assert.equal(codeOf(await decide(one.version, 'withdraw', author!)), null)
    assert.equal(codeOf(await propose(SHIPPED, two.version)), 'setting-wrong')
  })

  test('go back by a proposal of what was, which again another person approves', async () => {
    const back = await stage.database.system
      .transaction()
      .execute((t) => proposeRollback(t, stage.clock, author!, { version: 1, note: '恢复' }))
    assert.ok(back !== null && !isRefusal(back))
    assert.equal(codeOf(await decide(back.version, 'approve', author!)), 'own-proposal')
    await decide(back.version, 'approve')
    assert.deepEqual((await activeSettings(stage.database.system, ORGANISATION)).content, withGroup)
    const none = await stage.database.system
      .transaction()
      .execute((t) => proposeRollback(t, stage.clock, author!, { version: 99, note: '' }))
    assert.equal(none, null)
  })

  test('with another parameter: the finding is computed again from what its statement says', async () => {
    const looser: SettingsContent = { parameters: { 'false-propaganda.listing': { another: 0.04 } }, groups: [] }
    const active = await activeSettings(stage.database.system, ORGANISATION)
    const made = await propose(looser, active.version)
    assert.ok(!isRefusal(made))
    await decide(made.version, 'approve')
    market.pages.set(
      '/item/1',
      listingPage({ title: '祖传药膏', description: '本品根治糖尿病，治愈率高，国家级配方。' }),
    )
    stage.advance(25 * HOUR)
    await stage.settle()
    const { statement } = await stage.database.system
      .selectFrom('watch_fixing')
      .innerJoin('finding', 'finding.id', 'watch_fixing.subject_id')
      .select('statement')
      .where('settings_version', '=', made.version)
      .where('title', '=', '祖传药膏')
      .executeTakeFirstOrThrow()
    const stated = findingStatementSchema.parse(JSON.parse(statement))
    assert.deepEqual(stated.inputs.basis?.parameters, { another: 0.04 })
    assert.equal(recompute(statement, null, listingModels).same, true)
  })

  test('stand in the audit log with the digest of what was decided on', async () => {
    const events = (
      await tx<{ action: string; detail: string; actor: string }[]>(
        (t) =>
          t
            .selectFrom('audit_event' as never)
            .selectAll()
            .execute() as never,
      )
    ).filter(({ action }) => action.startsWith('settings.'))
    const acts = new Set(events.map(({ action }) => action))
    assert.deepEqual(acts, new Set(['settings.propose', 'settings.approve', 'settings.withdraw']))
    for (const { detail } of events) assert.match(detail, /SHA-256 [0-9a-f]{64}$/)
  })
})
