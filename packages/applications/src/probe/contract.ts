/**
 * The contract `probe`: instruments of the monitoring pipeline, reviewed before what they record may count, and the leads that
 * are planted to measure them. Stands on 行政处罚法 (2021) 第四十一条.
 */
import { type Bytes, equalBytes, refuse } from '@mingzheng/kernel'
import { z } from 'zod'
import { actor, commitment, id, only, reasoned } from '../register/argument.ts'
import { defineRegister } from '../register/register.ts'

/**
 * Of a probe: registered -> reviewed once -> in service; suspended and back; retired.
 * Of a planted lead: planted -> caught or missed -> revealed.
 */
export type ProbeState =
  | 'registered'
  | 'reviewed-in-law'
  | 'reviewed-technically'
  | 'in-service'
  | 'suspended'
  | 'retired'

interface Probe {
  readonly [field: string]: Bytes | number | undefined
  /** Commitment to version and configuration. */
  readonly v?: Bytes
  /** Who registered it. */
  readonly o?: Bytes
  /** Samples reported in service. */
  readonly n?: number
}

const REVIEW = '行政处罚法第四十一条第一款'
const RECORD = '行政处罚法第四十一条第二款'

const ownReview = ({ o }: Probe, actorId: Bytes) =>
  o !== undefined && equalBytes(o, actorId)
    ? refuse('review-own', `who registered the probe does not review it: ${REVIEW}`)
    : null

export const probeContract = defineRegister<ProbeState, Probe>('probe', 1, (step) => ({
  register: step({
    schema: z.strictObject({ k: id, v: commitment }),
    permission: 'run',
    from: null,
    to: 'registered',
    law: REVIEW,
    sets: (_held, { v }, { actorId }) => ({ v, o: actorId, n: 0 }),
  }),
  'review-in-law': step({
    schema: reasoned,
    permission: 'review',
    from: ['registered'],
    to: 'reviewed-in-law',
    law: REVIEW,
    forbids: (held, _args, { actorId }) => ownReview(held, actorId),
  }),
  'review-technically': step({
    schema: reasoned,
    permission: 'review',
    from: ['reviewed-in-law'],
    to: 'reviewed-technically',
    law: REVIEW,
    forbids: (held, _args, { actorId }) => ownReview(held, actorId),
  }),
  /** The version in service is the one that was reviewed. */
  serve: step({
    schema: z.strictObject({ k: id, v: commitment }),
    permission: 'run',
    from: ['reviewed-technically', 'suspended'],
    to: 'in-service',
    law: REVIEW,
    forbids: ({ v: reviewed }, { v }) =>
      reviewed !== undefined && equalBytes(reviewed, v)
        ? null
        : refuse('version-not-reviewed', `another version was reviewed: ${REVIEW}`),
  }),
  /** A sample of what the probe saw: position of the pipeline in `c`, number of records in `z`. */
  sample: step({
    schema: z.strictObject({ k: id, c: commitment, z: z.number().int().min(1).max(1_000_000) }),
    permission: 'run',
    from: ['in-service'],
    to: null,
    law: RECORD,
    forbids: ({ o }, _args, { actorId }) =>
      o !== undefined && equalBytes(o, actorId) ? null : refuse('probe-other', `another runs this probe: ${RECORD}`),
    sets: ({ n = 0 }) => ({ n: n + 1 }),
  }),
  suspend: step({ schema: reasoned, permission: 'review', from: ['in-service'], to: 'suspended', law: RECORD }),
  /** A changed version is a registration anew, and reviewed anew. */
  change: step({
    schema: z.strictObject({ k: id, v: commitment }),
    permission: 'run',
    from: ['registered', 'reviewed-in-law', 'reviewed-technically', 'in-service', 'suspended'],
    to: 'registered',
    law: REVIEW,
    sets: (_held, { v }, { actorId }) => ({ v, o: actorId }),
  }),
  retire: step({
    schema: only,
    permission: 'run',
    from: ['registered', 'in-service', 'suspended'],
    to: 'retired',
    law: REVIEW,
  }),
}))

export type PlantedState = 'planted' | 'caught' | 'missed' | 'revealed'

interface Planted {
  readonly [field: string]: Bytes | number | undefined
  /** Commitment to the planted lead: made before it went in, opened when it is revealed. */
  readonly c?: Bytes
  readonly o?: Bytes
  /** Ledger time of planting. */
  readonly t?: number
  /** Actor that answers for the models under test. */
  readonly a?: Bytes
}

/** Planted leads: fixed before they go in, so that recall and precision cannot be chosen afterwards. */
export const plantedContract = defineRegister<PlantedState, Planted>('planted', 1, (step) => ({
  plant: step({
    schema: z.strictObject({ k: id, c: commitment, a: actor }),
    permission: 'plant',
    from: null,
    to: 'planted',
    law: RECORD,
    forbids: (_held, { a }, { actorId }) =>
      equalBytes(a, actorId) ? refuse('planted-own', `nobody tests itself: ${RECORD}`) : null,
    sets: (_held, { c, a }, { actorId, time }) => ({ c, a, o: actorId, t: time }),
  }),
  catch: step({
    schema: z.strictObject({ k: id, f: commitment }),
    permission: 'answer',
    from: ['planted'],
    to: 'caught',
    law: RECORD,
    forbids: ({ a }, _args, { actorId }) =>
      a !== undefined && equalBytes(a, actorId)
        ? null
        : refuse('planted-other', `another answers for these models: ${RECORD}`),
  }),
  /** Only who planted can say that nothing came, and not on the day itself. */
  miss: step({
    schema: only,
    permission: 'plant',
    from: ['planted'],
    to: 'missed',
    law: RECORD,
    forbids: ({ o, t = 0 }, _args, { actorId, time }) => {
      if (o === undefined || !equalBytes(o, actorId)) return refuse('planted-other', `another planted it: ${RECORD}`)
      return time - t < 86_400_000 ? refuse('too-early', `a day has not passed: ${RECORD}`) : null
    },
  }),
  /** Opens the commitment: `d` digest of what was planted, `x` salt. */
  reveal: step({
    schema: z.strictObject({ k: id, d: commitment, x: commitment }),
    permission: 'plant',
    from: ['caught', 'missed'],
    to: 'revealed',
    law: RECORD,
  }),
}))
