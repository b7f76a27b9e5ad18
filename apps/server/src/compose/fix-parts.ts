/** The ports of fixing, bound to this installation: ledger, timestamps, seals, documents, custody. */
import { setTimeout as pause } from 'node:timers/promises'
import { type DocumentMaker, type FixParts, fixOnLedger, type TimestampAuthority } from '@mingzheng/evidence'
import { type Bytes, type Clock, Failure, utcText } from '@mingzheng/kernel'
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

/** The token, however long the authority is away; each failure is told. */
async function stampThroughOutages(
  { timestamps, onError }: Pick<FixPartsOptions, 'timestamps' | 'onError'>,
  sha256: Bytes,
  signal: AbortSignal,
): Promise<Bytes> {
  for (;;) {
    try {
      return await timestamps.stamp(sha256, signal)
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'timestamp-unreachable') throw error
      onError(error)
      await pause(RETRY_MS, undefined, { signal })
    }
  }
}

/** Puts a package into custody. A put that a crash hid from us is found again: the same artefacts make the same bytes. */
async function store(blobs: BlobStore, key: string, source: AsyncIterable<Bytes>) {
  try {
    return await blobs.put(key, source)
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'blob-exists') throw error
    return inlineEngine.digest(await blobs.open(key))
  }
}

export function createFixParts(options: FixPartsOptions): FixParts {
  const { clock, documents, installation, ledger, blobs } = options
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
    store: (key, source) => store(blobs, key, source),
    verifyAddress: options.verifyAddress,
  }
}
