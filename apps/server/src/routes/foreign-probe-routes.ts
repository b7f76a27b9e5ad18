/** The open interface for probes in other monitoring systems. docs/guides/probe-another-system.md. */
import { type Clock, type Refusal, refuse, toHex, utcText } from '@mingzheng/kernel'
import {
  answerPlant,
  foreignProbe,
  keepForeignReadings,
  keepPassages,
  type MonitoringTables,
  type ProbeRow,
  plantsFor,
  probeScores,
  registerForeign,
} from '@mingzheng/monitoring'
import type { Kysely } from 'kysely'
import type { Handlers } from '../http/handler.ts'
import type { Person } from '../person.ts'
import { scoreViews } from '../views/probe-view.ts'

type Names =
  | 'foreignProbes.add'
  | 'foreignProbes.read'
  | 'foreignProbes.plants'
  | 'foreignProbes.pass'
  | 'foreignProbes.answer'
  | 'foreignProbes.results'

export interface ForeignProbeParts {
  readonly clock: Clock
  readonly system: Kysely<MonitoringTables>
}

const missing = (): Refusal => refuse('not-found', 'there is no such probe under this key')

export function foreignProbeRoutes({ clock, system }: ForeignProbeParts): Handlers<Person, Names> {
  const owner = (person: Person) => ({
    organisationId: person.organisationId,
    apiKeyId: person.userId,
    name: person.name,
  })
  const withProbe = async <T>(
    person: Person,
    id: string,
    work: (probe: ProbeRow) => Promise<T>,
  ): Promise<T | Refusal> => {
    const probe = await foreignProbe(system, owner(person), id)
    return probe === null ? missing() : work(probe)
  }
  return {
    'foreignProbes.add': async ({ body, principal }) => {
      const { name, nodes, address, behaviours, perDay, honest, answerMinutes } = body
      const plan = { perDay, honest, behaviours, answerMinutes, address }
      return { id: await registerForeign(system, clock, owner(principal), { name, nodes, plan }) }
    },
    'foreignProbes.read': ({ params, body, principal }) =>
      withProbe(principal, params.id, async (probe) => {
        const readings = body.readings.map((one) => ({ ...one, at: new Date(one.at) }))
        await keepForeignReadings(system, probe, readings)
        return undefined
      }),
    'foreignProbes.plants': ({ params, principal }) =>
      withProbe(principal, params.id, async ({ id }) => ({
        plants: (await plantsFor(system, id)).map(({ id: plant, url, content, body, body_sha256, due_at }) => ({
          id: plant,
          url,
          title: content.title,
          description: content.description,
          category: content.category,
          brand: content.brand,
          price: content.price,
          originalPrice: content.original_price,
          shop: content.shop,
          attributes: { ...content.attributes },
          html: Buffer.from(body).toString(),
          sha256: toHex(new Uint8Array(body_sha256)),
          dueAt: utcText(due_at.getTime()),
        })),
      })),
    'foreignProbes.pass': ({ params, body, principal }) =>
      withProbe(principal, params.id, async (probe) => {
        const passages = body.passages.map((one) => ({ ...one, at: new Date(one.at) }))
        await keepPassages(system, probe, passages)
        return undefined
      }),
    'foreignProbes.answer': ({ params, body, principal }) =>
      withProbe(principal, params.id, async (probe) => {
        const results = []
        for (const { plant, findings } of body.answers) {
          const outcome = await answerPlant(system, clock, probe, plant, findings)
          results.push({ plant, outcome: outcome as 'found' | null })
        }
        return { results }
      }),
    'foreignProbes.results': ({ params, principal }) =>
      withProbe(principal, params.id, async ({ id, organisation_id }) => {
        const cells = await probeScores(system, organisation_id, new Date(0))
        const { overall } = scoreViews(
          cells.filter(({ probeId }) => probeId === id),
          new Map(),
        )
        const { recall, precision, specificity } = overall
        return { recall, precision, specificity }
      }),
  }
}
