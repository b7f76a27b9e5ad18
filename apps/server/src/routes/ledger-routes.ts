/** The ledger as anybody sees it: state, entries, look-ups, receipts. */
import type { LedgerEntryView, LedgerStatus } from '@mingzheng/api'
import {
  type CborValue,
  Failure,
  fromHex,
  numberDigest,
  parseCertificateNumber,
  refuse,
  toBase64,
  toHex,
  utcText,
} from '@mingzheng/kernel'
import type { LedgerClient, LoggedEntry } from '@mingzheng/ledger'
import { decodeEntry, describePolicy, merkleHash, type TrustPolicy } from '@mingzheng/proof'
import type { Handlers } from '../http/handler.ts'

type Names = 'ledger.status' | 'ledger.entries' | 'ledger.entry' | 'ledger.receipt' | 'ledger.lookup'

const sha256 = merkleHash('sha256')
const sm3 = merkleHash('sm3')

/** Ledger data as JSON: byte strings become hex. */
function plain(value: CborValue): unknown {
  if (value instanceof Uint8Array) return toHex(value)
  if (Array.isArray(value)) return value.map(plain)
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]))
  }
  return value
}

function entryView({ index, entry }: LoggedEntry): LedgerEntryView {
  const { kind, id, actor, time, body } = decodeEntry(entry)
  return {
    index,
    kind,
    id: toHex(id),
    actor: toHex(actor),
    time: utcText(time),
    body: plain(body as CborValue) as Record<string, unknown>,
    leafHash: toHex(sha256.leaf(entry)),
    leafHashSm3: toHex(sm3.leaf(entry)),
  }
}

function publicReason({ code, detail }: { code: string; detail: string }): string {
  return code.startsWith('storage-') ? code : `${code}: ${detail}`
}

const HOUR_MS = 3_600_000
const HOURS = 48
/** Entries looked at for the chart; beyond it the oldest hours are not drawn. */
const RATE_ENTRIES = 2000

async function rateOf(ledger: LedgerClient, size: number, now: number): Promise<LedgerStatus['rate']> {
  const from = Math.max(0, size - RATE_ENTRIES)
  const counts = new Map<number, number>()
  for (const { entry } of await ledger.entries(from, size - from)) {
    const hour = Math.floor(decodeEntry(entry).time / HOUR_MS)
    counts.set(hour, (counts.get(hour) ?? 0) + 1)
  }
  const last = Math.floor(now / HOUR_MS)
  return Array.from({ length: HOURS }, (_, i) => {
    const hour = last - HOURS + 1 + i
    return { hour: utcText(hour * HOUR_MS), entries: counts.get(hour) ?? 0 }
  })
}

/** `policy`: the present one; a consortium's changes. */
export function ledgerRoutes<P>(
  ledger: LedgerClient,
  policy: () => TrustPolicy,
  now: () => number,
): Handlers<P, Names> {
  const one = async (index: number) => {
    const [found] = await ledger.lookup({ index })
    return found === undefined ? refuse('not-found', 'there is no entry with this index') : entryView(found)
  }
  return {
    'ledger.status': async () => {
      const status = await ledger.status()
      return {
        origin: status.origin,
        size: status.size,
        root: toHex(status.root),
        rootSm3: toHex(status.rootSm3),
        lastTime: status.lastTime === null ? null : utcText(status.lastTime),
        state: status.state,
        // The detail of a disk's fault names folders of this machine, which are nobody's business.
        reason: status.reason === undefined ? null : publicReason(status.reason),
        waiting: status.waiting,
        members: policy().members.map(({ id, name, role, independent }) => {
          const member = status.members.find((candidate) => candidate.id === id)
          const at = member?.witnessedAt ?? null
          return {
            id,
            name,
            role,
            independent,
            witnessedSize: member?.witnessedSize ?? 0,
            witnessedAt: at === null ? null : utcText(at),
          }
        }),
        quorum: { zh: describePolicy(policy(), 'zh'), en: describePolicy(policy(), 'en') },
        rate: await rateOf(ledger, status.witnessedSize, now()),
      }
    },
    'ledger.entries': async ({ query }) => {
      const { witnessedSize } = await ledger.status()
      const end = Math.min(query.before ?? witnessedSize, witnessedSize)
      const from = Math.max(0, end - query.limit)
      const found = await ledger.entries(from, end - from)
      return { entries: found.map(entryView).reverse(), size: witnessedSize }
    },
    'ledger.entry': ({ params }) => one(params.index),
    'ledger.receipt': async ({ params }) => {
      const { witnessedSize } = await ledger.status()
      if (params.index >= witnessedSize) return refuse('not-found', 'there is no entry with this index')
      const { index, time, entry, proof, proofSm3 } = await ledger.receipt({ index: params.index })
      return { index, time: utcText(time), entry: toBase64(entry), proof, proofSm3 }
    },
    'ledger.lookup': async ({ query }) => {
      if (query.number !== undefined) {
        const number = numberDigest(parseCertificateNumber(query.number))
        return { entries: (await ledger.lookup({ number })).map(entryView) }
      }
      if (query.commitment !== undefined) {
        return { entries: (await ledger.lookup({ commitment: fromHex(query.commitment) })).map(entryView) }
      }
      if (query.id !== undefined) {
        const found = await ledger.receipt({ id: fromHex(query.id) }).catch((error: unknown) => {
          if (error instanceof Failure && error.code === 'ledger-not-found') return null
          throw error
        })
        return { entries: found === null ? [] : [entryView(found)] }
      }
      return refuse('input-wrong', 'give a certificate number or a commitment', { field: 'number' })
    },
  }
}
