/** Capture rules: looked at, made by pointing at stored pages, tried on the last of them, saved as versions. */
import type { CaptureRuleView } from '@mingzheng/api'
import { recordAct } from '@mingzheng/identity'
import { type Bytes, isRefusal, type Refusal, refuse, toHex, utcText } from '@mingzheng/kernel'
import {
  type CaptureRule,
  type FieldHealth,
  listPlatforms,
  listRuleVersions,
  type MonitoringTables,
  type OpenedPage,
  openPage,
  RULE_FIELDS,
  type RuleContent,
  type RuleField,
  ruleHealth,
  ruleOf,
  ruleProblem,
  type StoredPage,
  saveRule,
  shownPage,
  storedPages,
  tryRule,
  waysTo,
} from '@mingzheng/monitoring'
import type { Transaction } from 'kysely'
import type { Handlers } from '../http/handler.ts'
import type { Person } from '../person.ts'
import type { WatchRouteParts } from './watch-task-routes.ts'

type Names = 'rules.list' | 'rules.read' | 'rules.page' | 'rules.point' | 'rules.try' | 'rules.save'

export interface CaptureRuleRouteParts extends WatchRouteParts {
  /** The bytes of a snapshot; null when they are not held. */
  body(sha256: Uint8Array): Promise<Bytes | null>
}

type Tx = Transaction<MonitoringTables>

/** Pages on which a rule is tried. */
const TRIED = 12
const missing = (): Refusal => refuse('not-found', 'there is no such platform or page, or it is not yours to see')
const time = (date: Date) => utcText(date.getTime())

function ruleView(
  platform: { id: string; name: string },
  rule: CaptureRule | null,
  health: readonly FieldHealth[],
): CaptureRuleView {
  return {
    platform: { id: platform.id, name: platform.name },
    origin: rule === null ? 'none' : rule.version === 0 ? 'shipped' : 'own',
    version: rule?.version ?? 0,
    fields: RULE_FIELDS.filter((field) => rule?.content.fields[field] !== undefined),
    health: health.map((one) => ({ ...one })),
  }
}

export function captureRuleRoutes(parts: CaptureRuleRouteParts): Handlers<Person, Names> {
  const { as, clock } = parts
  const platformOf = async (tx: Tx, id: string) =>
    (await tx.selectFrom('watch_platform').select(['id', 'name']).where('id', '=', id).executeTakeFirst()) ?? null
  // Those that the rule in use is for stand first.
  const pagesOf = async (tx: Tx, id: string, only?: RuleContent) =>
    storedPages(tx, id, {
      now: clock.now(),
      limit: TRIED,
      first: (await ruleOf(tx, id))?.content,
      ...(only === undefined ? {} : { only }),
    })
  const opened = async (pages: readonly StoredPage[]): Promise<(OpenedPage & { stored: StoredPage })[]> => {
    const found: (OpenedPage & { stored: StoredPage })[] = []
    for (const stored of pages) {
      const body = await parts.body(stored.sha256)
      if (body !== null) found.push({ ...openPage(stored, body), stored })
    }
    return found
  }
  return {
    'rules.list': ({ principal }) =>
      as(principal, async (tx) => {
        const health = await ruleHealth(tx, clock.now())
        const rules: CaptureRuleView[] = []
        for (const platform of await listPlatforms(tx)) {
          rules.push(ruleView(platform, await ruleOf(tx, platform.id), health.get(platform.id) ?? []))
        }
        return { rules }
      }),
    'rules.read': ({ params, principal }) =>
      as(principal, async (tx) => {
        const platform = await platformOf(tx, params.id)
        if (platform === null) return missing()
        const rule = await ruleOf(tx, platform.id)
        const health = (await ruleHealth(tx, clock.now())).get(platform.id) ?? []
        const versions = await listRuleVersions(tx, platform.id)
        const pages = await pagesOf(tx, platform.id)
        return {
          ...ruleView(platform, rule, health),
          content: rule?.content ?? { pages: [], fields: {} },
          newest: versions[0]?.version ?? 0,
          versions: versions.map(({ version, content, note, made_by, made_at, active }) => ({
            version,
            content,
            note,
            by: made_by,
            at: time(made_at),
            active,
          })),
          pages: pages.map(({ sha256, url, at }) => ({ sha256: toHex(sha256), url, at: time(at) })),
        }
      }),
    'rules.page': async ({ params, principal }) => {
      const stored = await as(principal, async (tx) => pageOf(await pagesOf(tx, params.id), params.sha256))
      const [page] = stored === undefined ? [] : await opened([stored])
      if (page === undefined) return missing()
      return { url: page.url, at: time(page.stored.at), html: shownPage(page.html) }
    },
    'rules.point': async ({ params, body, principal }) => {
      const pages = await as(principal, (tx) => pagesOf(tx, params.id))
      const stored = pageOf(pages, body.sha256)
      if (stored === undefined) return missing()
      const all = await opened(pages)
      const pointed = all.find((one) => one.stored === stored)
      if (pointed === undefined) return missing()
      const others = all.filter((one) => one !== pointed && isAlike(one.url, pointed.url))
      const ways = waysTo(body.field as RuleField, pointed, body.element, others)
      return { ways: ways.map((one) => ({ ...one, value: plainValue(one.value) })) }
    },
    'rules.try': async ({ params, body, principal }) => {
      const content = body.content as RuleContent
      const problem = ruleProblem(content)
      if (problem !== null) return problem
      const stored = await as(principal, async (tx) =>
        (await platformOf(tx, params.id)) === null ? null : pagesOf(tx, params.id, content),
      )
      if (stored === null) return missing()
      const pages = await opened(stored)
      return {
        pages: pages.map((page) => {
          const { ruled, plain } = tryRule(page, content)
          const { sha256, url, at } = page.stored
          return {
            sha256: toHex(sha256),
            url,
            at: time(at),
            ruled: readingView(ruled),
            plain: readingView(plain ?? {}),
          }
        }),
      }
    },
    'rules.save': ({ params, body, principal }) =>
      as(principal, async (tx) => {
        const platform = await platformOf(tx, params.id)
        if (platform === null) return missing()
        const { organisationId, name: by } = principal
        const { note, basedOn } = body
        const content = body.content as RuleContent
        const saved = await saveRule(tx, clock, { organisationId, platformId: platform.id, content, note, by, basedOn })
        if (isRefusal(saved)) return saved
        await recordAct(tx, clock, {
          organisationId,
          actor: by,
          action: 'capture-rule.save',
          subject: platform.name,
          detail: `version ${saved.version}: ${Object.keys(content.fields).join(', ')}${note === '' ? '' : `; ${note}`}`,
        })
        return { version: saved.version }
      }),
  }
}

const pageOf = (pages: readonly StoredPage[], sha256: string) => pages.find((one) => toHex(one.sha256) === sha256)

/** Pages of one kind stand beneath one folder. */
function isAlike(left: string, right: string): boolean {
  const folder = (url: string) => URL.parse(url)?.pathname.replace(/[^/]*$/, '')
  return folder(left) === folder(right)
}

const plainValue = (value: unknown): string | string[] | null =>
  typeof value === 'string' ? value.slice(0, 1000) : Array.isArray(value) ? value.map(String).slice(0, 30) : null

function readingView(reading: object): { [field in RuleField]?: string | string[] | null } {
  return Object.fromEntries(
    RULE_FIELDS.filter((field) => field in reading).map((field) => [
      field,
      plainValue((reading as { [name: string]: unknown })[field]),
    ]),
  )
}
