/** The monitoring desk, the models, and a model tried before it is used. */
import type { AnswerOf, BodyOf } from '@mingzheng/api'
import { checkAddress } from '@mingzheng/evidence'
import { chinaText, isRefusal, type Refusal, utf8 } from '@mingzheng/kernel'
import {
  examine,
  FETCH_LIMITS,
  type Finding,
  type GuardedAgent,
  listingModels,
  type MonitoringTables,
  type OrganisationRules,
  panelModels,
  rulesSource,
  tryAddress,
  tryPage,
} from '@mingzheng/monitoring'
import type { Kysely } from 'kysely'
import type { Handlers } from '../http/handler.ts'
import type { Person } from '../person.ts'
import { modelViews, readWatchDesk, workersOf } from '../views/watch-desk.ts'
import type { WatchRouteParts } from './watch-task-routes.ts'

type Names = 'watch.desk' | 'models.list' | 'models.try'
type Trial = AnswerOf<'models.try'>
type Wish = BodyOf<'models.try'>

export interface WatchDeskParts extends WatchRouteParts {
  system: Kysely<MonitoringTables>
  guard: GuardedAgent
  about: () => string
}

export function watchDeskRoutes(parts: WatchDeskParts): Handlers<Person, Names> {
  const { as, clock } = parts
  const rules = rulesSource(parts.system, { listingModels, panelModels })
  return {
    'watch.desk': async ({ principal }) => {
      const now = clock.now()
      return { ...(await as(principal, (tx) => readWatchDesk(tx, now))), workers: await workersOf(parts.system, now) }
    },
    'models.list': async ({ principal }) => ({
      models: await as(principal, (tx) => modelViews(tx, principal.organisationId, clock.now())),
    }),
    'models.try': async ({ body, principal, signal }) =>
      tryModels({ ...parts, ...(await rules.of(principal.organisationId)) }, body, signal),
  }
}

/** The models as the caller's organisation has set them. */
type Models = Pick<OrganisationRules, 'listingModels' | 'panelModels'>

async function tryModels(
  parts: WatchDeskParts & Models,
  { subject, behaviours }: Wish,
  signal: AbortSignal,
): Promise<Trial | Refusal> {
  const { clock, guard, about, demoDestination } = parts
  const date = chinaText(clock.now()).slice(0, 10)
  const asked = ({ behaviour }: { behaviour: Finding['behaviour'] }) => behaviours?.includes(behaviour) ?? true
  const models = parts.listingModels.filter(asked)
  const own = { listingModels: models, panelModels: parts.panelModels.filter(asked) }
  switch (subject.kind) {
    case 'text':
      return linesTried(JSON.stringify({ title: '', description: subject.text }), date, own)
    case 'lines':
      return linesTried(subject.lines, date, own)
    case 'page': {
      const tried = tryPage(
        { bytes: utf8(subject.html.toWellFormed()), url: subject.url ?? '', charset: 'utf-8' },
        models,
        date,
      )
      return { answers: [answerOf(tried)] }
    }
    case 'address': {
      const checked = checkAddress(subject.url, demoDestination)
      if (isRefusal(checked)) return { ...checked, field: 'subject.url' }
      const tried = await tryAddress(guard, { url: checked.url, about: about() }, models, date, {
        limits: FETCH_LIMITS,
        elapsed: () => performance.now(),
        signal,
      })
      return { answers: [answerOf(tried)] }
    }
  }
}

type Tried = ReturnType<typeof tryPage>

function answerOf({ facts, findings, problem }: Tried): Trial['answers'][number] {
  return {
    id: null,
    facts: facts === null ? null : { ...facts, images: [...facts.images], attributes: { ...facts.attributes } },
    findings: findings.map(findingOf),
    error: problem,
  }
}

const findingOf = (finding: Finding) => ({
  ...finding,
  span: finding.span === null ? null : { ...finding.span },
  model: { ...finding.model },
})

async function linesTried(text: string, date: string, models: Models): Promise<Trial> {
  const lines = async function* () {
    yield* text.split('\n')
  }
  const answers: Trial['answers'] = []
  for await (const answer of examine({ lines, ...models, date })) {
    if ('error' in answer) {
      const { code, detail } = answer.error
      answers.push({ id: null, facts: null, findings: [], error: { code, detail: `${answer.line}: ${detail}` } })
    } else answers.push({ id: answer.id, facts: null, findings: answer.findings.map(findingOf), error: null })
  }
  return { answers }
}
