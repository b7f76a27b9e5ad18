/**
 * What a court's clerk asks of the court's own node: a certificate or a case. The court's own copy of the log says whether and
 * when it was fixed, a custodian gives the package, the court's own policy judges it. The platform is not asked.
 */
import { mkdir, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type CustodianMember, type CustodyEvent, readCustodyEvent } from '@mingzheng/evidence/contract'
import {
  type Clock,
  equalBytes,
  Failure,
  fromUtf8,
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
import type { ForeignEntry, ForeignFinding, ForeignLedgers } from './foreign.ts'
import { readReceipt } from './read-receipt.ts'

export interface CourtDeskOptions {
  ledger: LedgerClient
  /** Policies that this court pins, the present one first. */
  policies(): readonly TrustPolicy[]
  custodians(): readonly CustodianMember[]
  box: BoxKey
  cases: Pick<CaseReader, 'find'>
  /** Other ledgers that this one follows; absent: none. */
  foreign?: Pick<ForeignLedgers, 'policies' | 'fixed' | 'finding'>
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
  /**
   * `unknown`: not on the court's log; `unavailable`: fixed, but nobody gives the package; `foreign`: fixed on another ledger that
   * this one follows; `checked`: see `report`.
   */
  readonly kind: 'unknown' | 'unavailable' | 'foreign' | 'checked'
  readonly ownLog: OwnLog
  readonly from: FetchedPackage | null
  readonly problems: readonly FetchProblem[]
  /** Whether the entry in the package is, byte for byte, the one in the court's own log; `null` when there is no package. */
  readonly sameEntry: boolean | null
  readonly report: Report | null
  /** What is known here of an entry of another ledger; `null` where it is this one's. */
  readonly foreign: ForeignFinding | null
}

export interface CourtDesk {
  /** Throws `number-malformed`. */
  lookUp(number: string, signal: AbortSignal): Promise<CourtAnswer>
  /** A package, or a receipt as a node serves it, that somebody hands in; of this ledger or of one that it follows. Nobody is asked. */
  checkFile(source: RandomAccess, name: string, signal: AbortSignal): Promise<CourtAnswer>
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
    checkFile,
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
      const nothing = { ...NOTHING, number, ownLog: own }
      if (fixed.length === 0) {
        const [elsewhere] = options.foreign?.fixed(numberDigest(parseCertificateNumber(number))) ?? []
        const foreign = elsewhere === undefined ? null : await findingOf(elsewhere)
        return { ...nothing, kind: foreign === null ? 'unknown' : 'foreign', foreign }
      }
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
        const { report, entry } = await checkAt(path, signal)
        const sameEntry = entry !== null && fixed.some((logged) => equalBytes(logged.entry, entry))
        return { ...nothing, kind: 'checked', from: fetched, problems, sameEntry, report }
      } finally {
        await rm(path, { force: true })
      }
    },
  }

  async function findingOf(entry: ForeignEntry): Promise<ForeignFinding | null> {
    return (await options.foreign?.finding(entry)) ?? null
  }

  async function checkAt(path: string, signal: AbortSignal) {
    const file = await open(path)
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
      return await check(source, signal)
    } finally {
      await file.close()
    }
  }

  async function check(source: RandomAccess, signal: AbortSignal) {
    const engine = openDigestEngine()
    try {
      const policies = [...options.policies(), ...(options.foreign?.policies() ?? [])]
      const report = await verifyPackage(source, { policies, now: clock.now(), engine, signal })
      const layout = await readLayout(source)
      const members = 'kind' in layout ? [] : layout.members
      const kept = async (path: string) => {
        const found = members.find((one) => one.path === path)
        return found === undefined || found.bytes > LARGEST_KEPT ? null : source.read(found.dataAt, found.bytes)
      }
      const entry = await kept('proof/entry.cbor')
      const [proof, proofSm3] = [await kept('proof/receipt.tlog-proof'), await kept('proof/receipt-sm3.tlog-proof')]
      return { report, entry, proof, proofSm3 }
    } finally {
      await engine.close()
    }
  }

  async function checkFile(source: RandomAccess, name: string, signal: AbortSignal): Promise<CourtAnswer> {
    const handed = await readReceipt(source)
    if (handed !== null) {
      const foreign = await findingOf(handed)
      return { ...NOTHING, number: name, kind: foreign?.witnesses == null ? 'unknown' : 'foreign', foreign }
    }
    const { report, entry, proof, proofSm3 } = await check(source, signal)
    const number = report.subject?.number ?? name
    const answer = { ...NOTHING, number, kind: 'checked', report } as const
    const { ledger: said } = report
    if (said === null || entry === null) return answer
    if (said.origin === options.policies()[0]?.origin) {
      const fixed = report.subject === null ? [] : (await ownLog(number)).fixed
      const own = fixed.map((one) => ({ index: one.index, time: decodeEntry(one.entry).time }))
      const sameEntry = fixed.some((one) => equalBytes(one.entry, entry))
      return { ...answer, ownLog: { fixed: own, custodians: [] }, sameEntry }
    }
    const receipts = proof === null || proofSm3 === null ? {} : { proof: fromUtf8(proof), proofSm3: fromUtf8(proofSm3) }
    const foreign = await findingOf({ origin: said.origin, index: said.index, entry, ...receipts })
    // Where the court's own copy of the other ledger holds another entry, the package is not the one that was fixed.
    return { ...answer, foreign, sameEntry: foreign?.inCopy ?? null }
  }
}

const NOTHING = {
  ownLog: { fixed: [], custodians: [] },
  from: null,
  problems: [],
  sameEntry: null,
  report: null,
  foreign: null,
} as const

const LARGEST_KEPT = 65_536

/** The last hand-over of each edition to each custodian: an earlier one was lost or replaced. */
function newest<Hand extends Extract<CustodyEvent, { kind: 'custody.hand' }>>(handed: readonly Hand[]): Hand[] {
  return [...new Map(handed.map((hand) => [`${toHex(hand.body.k)} ${hand.body.e}`, hand])).values()]
}
