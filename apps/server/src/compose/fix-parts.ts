/** The ports of fixing, bound to this installation: ledger, timestamps, seals, documents, custody. */
import { setTimeout as pause } from 'node:timers/promises'
import { type DocumentMaker, type FixParts, fixOnLedger, type TimestampAuthority } from '@mingzheng/evidence'
import { type Bytes, type Clock, equalBytes, Failure, utcText } from '@mingzheng/kernel'
import type { ReachableLedger } from '@mingzheng/ledger'
import { inlineEngine, readTimestamp, type TrustPolicy } from '@mingzheng/proof'
import type { BlobStore } from '@mingzheng/storage'
import type { Installation } from '../installation/installation.ts'

export interface FixPartsOptions {
  clock: Clock
  installation: Installation
  ledger: ReachableLedger
  timestamps: TimestampAuthority
  documents: DocumentMaker
  blobs: BlobStore
  retentionMs: number
  /** Policies in force: of the present ledger and of what it continues. */
  policies: () => readonly TrustPolicy[]
  verifyAddress: (number: string) => string
  onError: (error: unknown) => void
}

const RETRY_MS = 1000
const WAITED_FOR = new Set(['timestamp-unreachable', 'clock-not-trusted', 'ledger-unreachable'])

/** What needs a token, however long the authority is away or the clock cannot be believed; each failure is told. */
async function throughOutages(
  ask: () => Promise<Bytes>,
  signal: AbortSignal,
  onError: FixPartsOptions['onError'],
): Promise<Bytes> {
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      if (!(error instanceof Failure) || !WAITED_FOR.has(error.code)) throw error
      onError(error)
      await pause(RETRY_MS, undefined, { signal })
    }
  }
}

/**
 * Puts a package into custody. A put that persisted and failed all the same, or whose end a crash hid from us, is found
 * again: the same artefacts make the same bytes. Other bytes under our key are nobody's package to us. From then on it is locked:
 * it is never known to anybody without.
 */
async function store(blobs: BlobStore, key: string, open: () => AsyncIterable<Bytes>, untilMs: number) {
  const stored = await putOnce(blobs, key, open)
  await blobs.lock(key, untilMs)
  return stored
}

async function putOnce(blobs: BlobStore, key: string, open: () => AsyncIterable<Bytes>) {
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
  const { clock, documents, installation, ledger, blobs, timestamps, onError } = options
  const { authority } = installation
  return {
    clock,
    fix: (item, signal) => fixOnLedger(ledger, item, signal),
    async stamp(sha256, organisation, signal) {
      // What will sign must have been certified before the time that is proven.
      await installation.organisationKeys(organisation)
      return throughOutages(() => timestamps.stamp(sha256, signal), signal, onError)
    },
    readTimestamp(token) {
      const { time, serial, authority: name } = readTimestamp(token)
      return { time: utcText(time), serial, authority: name }
    },
    policy: (origin) =>
      origin === ledger.policy.origin
        ? ledger.policy
        : (options.policies().find((policy) => policy.origin === origin) ?? ledger.policy),
    policyChain: async (origin) =>
      origin === ledger.policy.origin ? ((await ledger.serve('policy-chain.json'))?.body ?? null) : null,
    revocation: async () => [...(await authority.revocationLists()), ...(await timestamps.revocationLists())],
    sealSigners: async (organisation) => (await installation.organisationKeys(organisation)).seal,
    documentSigner: (organisation) => documents.signerName(organisation),
    renderCertificate: (fields, signal) =>
      throughOutages(() => documents.renderCertificate(fields, signal), signal, onError),
    renderRecord: (manifest, fields, extras, signal) =>
      throughOutages(() => documents.renderRecord(manifest, fields, extras, signal), signal, onError),
    retentionMs: options.retentionMs,
    store: (key, open, untilMs) => store(blobs, key, open, untilMs),
    verifyAddress: options.verifyAddress,
  }
}
