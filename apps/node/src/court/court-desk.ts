/**
 * What a court's clerk asks of the court's own node: a certificate or a case. The court's own copy of the log says whether and
 * when it was fixed, a custodian gives the package, the court's own policy judges it. The platform is not asked.
 */
import { mkdir, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type CustodianMember, type CustodyEvent, readCustodyEvent } from '@mingzheng/evidence/contract'
import {
  type Bytes,
  type Clock,
  equalBytes,
  Failure,
  numberDigest,
  parseCertificateNumber,
  randomBytes,
  toHex,
} from '@mingzheng/kernel'
import type { LedgerClient } from '@mingzheng/ledger'
import {
  type BoxKey,
  decodeEntry,
  FIX_ENTRY_KIND,
  openDigestEngine,
  type RandomAccess,
  type Report,
  readLayout,
  type TrustPolicy,
  verifyPackage,
} from '@mingzheng/proof'
import type { CaseReader } from './case-reader.ts'
import { type FetchedPackage, type FetchProblem, fetchPackage } from './fetch-package.ts'

export interface CourtDeskOptions {
  ledger: LedgerClient
  /** Policies that this court pins, the present one first. */
  policies(): readonly TrustPolicy[]
  custodians(): readonly CustodianMember[]
  box: BoxKey
  cases: Pick<CaseReader, 'find'>
  /** For packages while they are checked; removed afterwards. */
  folder: string
  clock: Clock
  patienceMs?: number
}

/** What the court's own copy of the log says. */
export interface OwnLog {
  /** Entries by which editions of this number were fixed, in their order. */
  readonly fixed: readonly { readonly index: number; readonly time: number }[]
  readonly custodians: readonly {
    readonly id: string
    readonly name: { zh: string; en: string }
    readonly since: number
    readonly edition: number
  }[]
}

export interface CourtAnswer {
  readonly number: string
  /** `unknown`: not on the court's log; `unavailable`: fixed, but nobody gives the package; `checked`: see `report`. */
  readonly kind: 'unknown' | 'unavailable' | 'checked'
  readonly ownLog: OwnLog
  readonly from: FetchedPackage | null
  readonly problems: readonly FetchProblem[]
  /** Whether the entry in the package is, byte for byte, the one in the court's own log; `null` when there is no package. */
  readonly sameEntry: boolean | null
  readonly report: Report | null
}

export interface CourtDesk {
  /** Throws `number-malformed`. */
  lookUp(number: string, signal: AbortSignal): Promise<CourtAnswer>
  /** Certificates of a case. */
  caseOf(caseNumber: string): Promise<{ number: string; edition: number }[]>
}

export function createCourtDesk(options: CourtDeskOptions): CourtDesk {
  const { ledger, folder, clock } = options

  async function ownLog(number: string) {
    const entries = await ledger.lookup({ number: numberDigest(parseCertificateNumber(number)) })
    const fixed = entries.filter(({ entry }) => decodeEntry(entry).kind === FIX_ENTRY_KIND)
    const handed = entries
      .flatMap((entry) => readCustodyEvent(entry) ?? [])
      .filter((event): event is Extract<CustodyEvent, { kind: 'custody.hand' }> => event.kind === 'custody.hand')
    return { fixed, handed }
  }

  return {
    caseOf: (caseNumber) => options.cases.find(caseNumber),
    async lookUp(number, signal) {
      const { fixed, handed } = await ownLog(number)
      const known = options.custodians()
      const own: OwnLog = {
        fixed: fixed.map(({ index, entry }) => ({ index, time: decodeEntry(entry).time })),
        custodians: newest(handed).flatMap(({ body, time }) => {
          const custodian = known.find(({ actor }) => equalBytes(actor, body.k))
          return custodian === undefined
            ? []
            : [{ id: custodian.id, name: custodian.name, since: time, edition: body.e }]
        }),
      }
      const nothing = { number, ownLog: own, from: null, problems: [], sameEntry: null, report: null }
      if (fixed.length === 0) return { ...nothing, kind: 'unknown' }
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const path = join(folder, `${toHex(randomBytes(8))}.zip`)
      const fetching = {
        ledger,
        box: options.box,
        custodians: options.custodians,
        ...(options.patienceMs === undefined ? {} : { patienceMs: options.patienceMs }),
      }
      try {
        const { fetched, problems } = await fetchPackage(fetching, handed, path, signal)
        if (fetched === null) return { ...nothing, kind: 'unavailable', problems }
        const { report, entry } = await check(path, signal)
        const sameEntry = entry !== null && fixed.some((logged) => equalBytes(logged.entry, entry))
        return { ...nothing, kind: 'checked', from: fetched, problems, sameEntry, report }
      } finally {
        await rm(path, { force: true })
      }
    },
  }

  async function check(path: string, signal: AbortSignal): Promise<{ report: Report; entry: Bytes | null }> {
    const file = await open(path)
    const engine = openDigestEngine()
    try {
      const { size } = await file.stat()
      const source: RandomAccess = {
        size,
        async read(offset, length, into) {
          const bytes = into ?? new Uint8Array(length)
          const { bytesRead } = await file.read(bytes, 0, length, offset)
          if (bytesRead !== length) throw new Failure('source-range', 'the file became shorter while it was read')
          return bytes
        },
      }
      const report = await verifyPackage(source, { policies: options.policies(), now: clock.now(), engine, signal })
      return { report, entry: await entryOf(source) }
    } finally {
      await engine.close()
      await file.close()
    }
  }
}

const LARGEST_ENTRY = 16_384

async function entryOf(source: RandomAccess): Promise<Bytes | null> {
  const layout = await readLayout(source)
  if ('kind' in layout) return null
  const member = layout.members.find(({ path }) => path === 'proof/entry.cbor')
  return member === undefined || member.bytes > LARGEST_ENTRY ? null : source.read(member.dataAt, member.bytes)
}

/** The last hand-over of each edition to each custodian: an earlier one was lost or replaced. */
function newest<Hand extends Extract<CustodyEvent, { kind: 'custody.hand' }>>(handed: readonly Hand[]): Hand[] {
  return [...new Map(handed.map((hand) => [`${toHex(hand.body.k)} ${hand.body.e}`, hand])).values()]
}
