/** Tables of probes, as Kysely sees them. */
import type { ColumnType, Generated } from 'kysely'
import type { Behaviour } from '../recognition/behaviour.ts'

type Json<T> = ColumnType<T, string, string>
type Time = ColumnType<Date, Date, Date>
type MaybeTime = ColumnType<Date | null, Date | null, Date | null>

/** The nodes of our own pipeline, in the order in which a page passes them. */
export const PIPELINE_NODES = [
  'source',
  'fetch',
  'snapshot',
  'extraction',
  'model',
  'finding',
  'lead',
  'fixing',
] as const
export type PipelineNode = (typeof PIPELINE_NODES)[number]

/** How often a probe plants, and what. */
export interface ProbePlan {
  /** Planted pages a day for each behaviour on each platform; 0 plants by hand alone. */
  readonly perDay: number
  /** Share of honest look-alikes among them, 0 to 1. */
  readonly honest: number
  /** Behaviours that are tried; none is all that there are cases for. */
  readonly behaviours: readonly Behaviour[]
  /** How long the pipeline has to answer, minutes. */
  readonly answerMinutes: number
}

export interface ProbeTable {
  id: string
  organisation_id: string
  name: string
  kind: 'own' | 'foreign'
  running: boolean
  plan: Json<ProbePlan>
  nodes: string[]
  /** Secret: what is planted follows from it. */
  seed: ColumnType<Uint8Array, Uint8Array, Uint8Array>
  api_key_id: string | null
  created_by: string
  created_at: Time
  changed_at: Time
  next_at: Time
  planted: ColumnType<string, number | undefined, number>
}

/**
 * `committing`: waits for its commitment on the ledger; `waiting`: is in. Then `found` or `missed` of a violation, `clear` or `false-alarm`
 * of an honest look-alike; `void`: the pipeline stood still by somebody's will, which says nothing of it.
 */
export type PlantState = 'committing' | 'waiting' | 'found' | 'missed' | 'clear' | 'false-alarm' | 'void'

/** What a plant says; plain facts, for the statement and for systems that take no pages. */
export interface PlantContent {
  readonly title: string
  readonly description: string
  readonly category: string | null
  readonly brand: string | null
  readonly price: string | null
  readonly original_price: string | null
  readonly shop: string
  readonly attributes: { readonly [name: string]: string }
}

export interface ProbePlantTable {
  id: string
  probe_id: string
  organisation_id: string
  state: PlantState
  behaviour: Behaviour
  expects: 'lead' | 'nothing'
  platform_id: string | null
  task_id: string | null
  /** Where the case comes from. */
  source: string
  url: string
  title: string
  content: Json<PlantContent>
  body: ColumnType<Uint8Array, Uint8Array, Uint8Array>
  body_sha256: ColumnType<Uint8Array, Uint8Array, Uint8Array>
  /** When each node let it pass, RFC 3339. */
  nodes: ColumnType<{ [node: string]: string }, string | undefined, string>
  /** The node after which nothing came. */
  lost_at: string | null
  /** What another system said of it. */
  reported: ColumnType<{ behaviour: string; reference: string }[] | null, string | null, string | null>
  finding_id: string | null
  lead_id: string | null
  model: string | null
  model_version: number | null
  created_at: Time
  planted_at: MaybeTime
  served_at: MaybeTime
  due_at: Time
  settled_at: MaybeTime
  by: string
}

export interface ProbeReadingTable {
  probe_id: string
  organisation_id: string
  node: string
  at: Time
  /** What passed in that minute, and what failed. */
  through: number
  errors: number
  waiting: number | null
  lag_ms: number | null
  version: string | null
}

export interface ProbeTables {
  probe: ProbeTable
  probe_plant: ProbePlantTable
  probe_reading: ProbeReadingTable
}

/** The mark of what came of a planted page. */
export type Planted = Generated<boolean>
