/** What is planted on our own platforms: a case of the stock, or words that somebody gives. */
import { type Refusal, refuse } from '@mingzheng/kernel'
import { BEHAVIOURS, type Behaviour } from '../recognition/behaviour.ts'
import { drawsOf } from './draws.ts'
import { type PlantParts, type PlantRow, type ProbeRow, plant } from './plant.ts'
import { nextDraw } from './probes.ts'
import { contentOf, plantCases } from './stock.ts'

export interface CaseWish {
  readonly platformId: string
  readonly behaviour: Behaviour
  readonly expects: 'lead' | 'nothing'
  readonly by: string
}

/** Plants a case of the stock; refused where there is none, or nothing that could carry it. */
export async function plantCase(parts: PlantParts, probe: ProbeRow, wish: CaseWish): Promise<PlantRow | Refusal> {
  const cases = plantCases().filter(
    ({ behaviour, expects }) => behaviour === wish.behaviour && expects === wish.expects,
  )
  if (cases.length === 0) return refuse('plant-unknown', 'there is no case for this behaviour to plant')
  const { seed, number } = await nextDraw(parts.db, probe.id)
  const draws = drawsOf(seed, `plant ${number}`)
  const chosen = draws.pick(cases)
  return plant(parts, probe, { ...wish, source: chosen.source, content: contentOf(chosen, draws) }, draws)
}

/** Plants the words given, or a case of the stock where there are none. */
export async function plantOnDemand(
  parts: PlantParts,
  probe: ProbeRow,
  wish: CaseWish & { content: { title: string; description: string; category: string | null } | null },
): Promise<PlantRow | Refusal> {
  const { content, ...one } = wish
  if (content === null) return plantCase(parts, probe, one)
  const { seed, number } = await nextDraw(parts.db, probe.id)
  const draws = drawsOf(seed, `plant ${number}`)
  const plain = { brand: null, price: null, original_price: null, shop: null, attributes: {} }
  const given = { behaviour: wish.behaviour, expects: wish.expects, source: wish.by, content: { ...plain, ...content } }
  return plant(parts, probe, { ...one, source: wish.by, content: contentOf(given, draws) }, draws)
}

/** Behaviours that there are cases for, in the order of all. */
export function plantableBehaviours(): Behaviour[] {
  const known = new Set(plantCases().map(({ behaviour }) => behaviour))
  return BEHAVIOURS.filter((behaviour) => known.has(behaviour))
}
