/** Every route of monitoring that names one thing, asked by somebody of another organisation who may use all such routes. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { addressOf, type Client, type Route, type RouteName, routes } from '@mingzheng/api'
import type { Platform } from './platform/start-platform.ts'

interface Reach {
  params: { [name: string]: string }
  body?: unknown
}

/** What there is to reach for. */
interface Things {
  lead: string
  finding: string
  snapshot: string
  task: string
  probe: string
  platform: string
  registerImport: string
  submission: string
  preview: string
  logo: string
  /** Of a certificate of validity, and of a settled plant. */
  validity: string
  plant: string
}

/** Named by a kind or a running number that every organisation has of its own. */
const OWN_NAMES = /^(registers\.|models\.|settings\.(version|decide|rollback)$)/

const NO_SETTINGS = { parameters: {}, groups: [] }
const NO_RULE = { pages: [], fields: {} }

/** By route, as a request that would be right from whoever may. */
function reaches(of: Things, task: { name: string; spec: unknown }, plan: unknown): Partial<Record<RouteName, Reach>> {
  const by = (id: string): Reach => ({ params: { id } })
  const [lead, watch, probe, sheet] = [by(of.lead), by(of.task), by(of.probe), by(of.registerImport)]
  const [handed, rule] = [by(of.submission), by(of.platform)]
  const preview = { params: { id: of.preview } }
  const page = { params: { id: of.platform, sha256: of.snapshot } }
  return {
    'tasks.read': watch,
    'tasks.change': { ...watch, body: { name: task.name, spec: task.spec, note: 'x' } },
    'tasks.setState': { ...watch, body: { state: 'paused' } },
    'tasks.fetches': watch,
    'tasks.events': watch,
    // Of a picture of this finding there is none to see for anybody: what is asked here is the finding.
    'findings.picture': { params: { id: of.finding, sha256: of.snapshot } },
    'findings.statement': { params: { id: of.finding } },
    'leads.read': lead,
    'leads.dismiss': { ...lead, body: { reason: 'exempt', note: 'x' } },
    'leads.reopen': { ...lead, body: {} },
    'leads.handOver': { ...lead, body: {} },
    'leads.capture': { ...lead, body: {} },
    'leads.validity': lead,
    'leads.validityPackage': { params: { id: of.validity } },
    'leads.validityCertificate': { params: { id: of.validity } },
    'snapshots.body': { params: { sha256: of.snapshot } },
    'probes.change': { ...probe, body: { running: true, plan } },
    'probes.plant': { ...probe, body: { platform: of.platform, behaviour: 'false-propaganda', expects: 'lead' } },
    'probes.certificate': { params: { id: of.plant } },
    'probes.readings': probe,
    'probes.events': probe,
    'registerImports.read': sheet,
    'registerImports.check': { ...sheet, body: { mapping: {} } },
    'registerImports.start': { ...sheet, body: { mapping: {}, mode: 'merge' } },
    'registerImports.cancel': sheet,
    'registerImports.problems': sheet,
    'registerImports.report': sheet,
    'brandLogos.end': by(of.logo),
    'brandLogos.picture': by(of.logo),
    'submissions.read': handed,
    'submissions.judge': { ...handed, body: { accept: false } },
    'rules.read': rule,
    'rules.page': page,
    'rules.point': { ...rule, body: { sha256: of.snapshot, element: 0, field: 'title' } },
    'rules.try': { ...rule, body: { content: NO_RULE } },
    'rules.save': { ...rule, body: { content: NO_RULE, basedOn: 0 } },
    'settings.readPreview': preview,
    'settings.cancelPreview': preview,
  }
}

/** Hands in a file as the analyst does, and answers its id. */
async function handIn(
  platform: Platform,
  cookie: string,
  path: string,
  type: string,
  body: string | Uint8Array<ArrayBuffer>,
): Promise<string> {
  const headers = { cookie, 'x-mingzheng-request': '1', 'content-type': type }
  const answer = await fetch(platform.url + path, { method: 'POST', headers, body })
  assert.ok(answer.ok, `${path}: ${answer.status}`)
  return ((await answer.json()) as { id: string }).id
}

/** A logo of a brand that is put on the register for it. */
async function addLogo(platform: Platform, { client, cookie }: { client: Client; cookie: string }): Promise<string> {
  const path = addressOf('registers.upload', { params: { kind: 'brands' }, query: { name: 'brands.csv' } })
  const id = await handIn(platform, cookie, path, 'text/csv', '品牌\r\n云岭\r\n')
  const { mapping } = await client.call('registerImports.read', { params: { id } })
  await client.call('registerImports.start', { params: { id }, body: { mapping, mode: 'merge' } })
  while ((await client.call('registerImports.read', { params: { id } })).state !== 'done') await pause(100)
  const entries = await client.call('registers.entries', { params: { kind: 'brands' }, query: { q: '云岭' } })
  const picture = readFileSync(new URL('../packages/monitoring/src/picture/samples/2-logo.png', import.meta.url))
  const to = addressOf('brandLogos.add', { query: { brand: entries.rows[0]!.key } })
  return handIn(platform, cookie, to, 'image/png', new Uint8Array(picture))
}

/** `made` are a certificate of validity and a settled plant of the probe. */
export async function monitoringStrangers(
  platform: Platform,
  analyst: { client: Client; cookie: string },
  made: Pick<Things, 'validity' | 'plant' | 'probe'>,
): Promise<void> {
  const { client, cookie } = analyst
  const [{ rows }, { tasks }, { probes, platforms }] = await Promise.all([
    client.call('leads.list', { query: {} }),
    client.call('tasks.list'),
    client.call('probes.list'),
  ])
  const lead = await client.call('leads.read', { params: { id: rows[0]!.id } })
  const market = platforms[0]!.id
  const sheetAt = addressOf('registers.upload', { params: { kind: 'operators' }, query: { name: 'x.csv' } })
  const handedAt = addressOf('submissions.upload', { query: { platform: market, name: 'x.jsonl' } })
  const things: Things = {
    ...made,
    lead: lead.id,
    finding: lead.findings[0]!.id,
    snapshot: lead.snapshot!.sha256!,
    task: tasks[0]!.id,
    platform: market,
    registerImport: await handIn(
      platform,
      cookie,
      sheetAt,
      'text/csv',
      '名称,统一社会信用代码\r\n甲,91350100M000100Y43\r\n',
    ),
    submission: await handIn(platform, cookie, handedAt, 'application/jsonl', '{"kind":"opinion"}\n'),
    logo: await addLogo(platform, analyst),
    preview: (await client.call('settings.preview', { body: { content: NO_SETTINGS } })).id,
  }
  const table = reaches(things, tasks[0]!, probes.find(({ id }) => id === made.probe)!.plan)
  const uncovered = (Object.entries(routes) as [RouteName, Route][])
    .filter(([name, { path, access }]) => path.includes(':') && /^monitoring\./.test(access) && !OWN_NAMES.test(name))
    .filter(([name]) => !(name in table))
  assert.deepEqual(uncovered, [], 'a route that names something stands in the table')

  const stranger = await widened(platform)
  const before = await standing(client, things)
  const shown: string[] = []
  for (const [name, { params, body }] of Object.entries(table) as [RouteName, Reach][]) {
    const answer = await fetch(platform.url + addressOf(name, { params } as never), {
      method: (routes[name] as Route).method,
      headers: {
        'x-mingzheng-request': '1',
        cookie: stranger.cookie,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(20_000),
    })
    const said = answer.status === 404 ? await answer.text() : ''
    if (said === '') await answer.body?.cancel()
    if (answer.status !== 404) shown.push(`${name}: ${answer.status}`)
    for (const word of [lead.title, tasks[0]!.name]) assert.ok(!said.includes(word), `${name}: ${said}`)
  }
  assert.deepEqual(shown, [])
  assert.deepEqual(await standing(client, things), before)
  const [leads, watched, imports, handed] = await Promise.all([
    stranger.client.call('leads.list', { query: {} }),
    stranger.client.call('tasks.list'),
    stranger.client.call('registers.imports', { params: { kind: 'operators' } }),
    stranger.client.call('submissions.list'),
  ])
  assert.deepEqual([leads.rows, watched.tasks, imports.imports, handed.submissions], [[], [], [], []])
}

/** What strangers could have changed. */
async function standing(client: Client, { lead, task, registerImport, submission }: Things) {
  const [one, watch, sheet, handed] = await Promise.all([
    client.call('leads.read', { params: { id: lead } }),
    client.call('tasks.read', { params: { id: task } }),
    client.call('registerImports.read', { params: { id: registerImport } }),
    client.call('submissions.read', { params: { id: submission }, query: {} }),
  ])
  return [one.state, one.timeline.length, watch.version, watch.state, sheet.state, handed.by]
}

/** An officer of another organisation, given every role that works on monitoring. */
async function widened(platform: Platform): Promise<{ client: Client; cookie: string }> {
  const { client: security } = await platform.signIn('ningbo-security')
  const { users } = await security.call('users.list')
  const { id } = users.find(({ username }) => username === 'ningbo')!
  await security.call('users.roles', { params: { id }, body: { roles: ['officer', 'analyst', 'duty-officer'] } })
  return platform.signIn('ningbo')
}
