/** The ports of fixing, bound to this installation: ledger, timestamps, seals, documents, custody. */
import { setTimeout as pause } from 'node:timers/promises'
import { type DocumentMaker, type FixParts, fixOnLedger, type TimestampAuthority } from '@mingzheng/evidence'
import { type Bytes, type Clock, equalBytes, Failure, utcText } from '@mingzheng/kernel'
import type { LedgerClient } from '@mingzheng/ledger'
import { inlineEngine, readTimestamp } from '@mingzheng/proof'
import type { BlobStore } from '@mingzheng/storage'
import type { Installation } from '../installation/installation.ts'

export interface FixPartsOptions {
  clock: Clock
  installation: Installation
  ledger: LedgerClient
  timestamps: TimestampAuthority
  documents: DocumentMaker
  blobs: BlobStore
  verifyAddress: (number: string) => string
  onError: (error: unknown) => void
}

const RETRY_MS = 1000
const WAITED_FOR = new Set(['timestamp-unreachable', 'clock-not-trusted'])

/** A clock that was set, or is behind the ledger, would put a wrong time into a token that looks right. */
function requireTrustedClock(ledger: LedgerClient): void {
  const { reason } = ledger.status()
  if (reason?.code !== 'clock-behind' && reason?.code !== 'clock-stepped') return
  throw new Failure('clock-not-trusted', reason.detail, {
    remedy: 'correct the clock of this machine; work goes on by itself once it has kept its time for a while',
  })
}

/** The token, however long the authority is away or the clock cannot be believed; each failure is told. */
async function stampThroughOutages(
  { timestamps, ledger, onError }: Pick<FixPartsOptions, 'timestamps' | 'ledger' | 'onError'>,
  sha256: Bytes,
  signal: AbortSignal,
): Promise<Bytes> {
  for (;;) {
    try {
      requireTrustedClock(ledger)
      return await timestamps.stamp(sha256, signal)
    } catch (error) {
      if (!(error instanceof Failure) || !WAITED_FOR.has(error.code)) throw error
      onError(error)
      await pause(RETRY_MS, undefined, { signal })
    }
  }
}

/**
 * Puts a package into custody. A put that persisted and failed all the same, or whose end a crash hid from us, is found
 * again: the same artefacts make the same bytes. Other bytes under our key are nobody's package to us.
 */
async function store(blobs: BlobStore, key: string, open: () => AsyncIterable<Bytes>) {
  try {
    return await blobs.put(key, open())
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'blob-exists') throw error
    const [there, ours] = [await inlineEngine.digest(await blobs.open(key)), await inlineEngine.digest(open())]
    if (!equalBytes(there.sha256, ours.sha256)) throw error
    return there
  }
}

export function createFixParts(options: FixPartsOptions): FixParts {
  const { clock, documents, installation, ledger, blobs, timestamps } = options
  const { authority, policy } = installation
  return {
    clock,
    fix: (item, signal) => fixOnLedger(ledger, item, signal),
    stamp: (sha256, signal) => stampThroughOutages(options, sha256, signal),
    readTimestamp(token) {
      const { time, serial, authority: name } = readTimestamp(token)
      return { time: utcText(time), serial, authority: name }
    },
    policy: () => policy,
    revocation: async () => [...(await authority.revocationLists()), ...(await timestamps.revocationLists())],
    sealSigners: async () => installation.sealSigners,
    documentSigner: documents.signerName,
    renderCertificate: (fields) => documents.renderCertificate(fields),
    renderRecord: (manifest, fields, extras) => documents.renderRecord(manifest, fields, extras),
    store: (key, open) => store(blobs, key, open),
    verifyAddress: options.verifyAddress,
  }
}
