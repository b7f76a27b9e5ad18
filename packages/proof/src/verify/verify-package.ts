/**
 * Verification of an evidence package: one pass over the bytes, then one check after the other in the order of the report.
 * docs/formats/report.md says what each means. Works offline; nothing in the package can make it crash, hang, or use more
 * memory than its limits.
 */
import { type Bytes, isRefusal } from '@mingzheng/kernel'
import { decodeCertificateFields } from '../certificate/fields.ts'
import { isCrossChain } from '../cross-chain.ts'
import { decodeEntry } from '../entry.ts'
import { type DigestEngine, inlineEngine } from '../package/digests.ts'
import type { Layout } from '../package/layout.ts'
import type { RandomAccess } from '../package/random-access.ts'
import { readLayout } from '../package/read.ts'
import { decodeSeal, SEAL_PATH } from '../package/seal.ts'
import type { Profile } from '../policy.ts'
import type { TrustPolicy } from '../policy-schema.ts'
import type { Case } from './case.ts'
import { checkCertificateContent, checkCertificateText, expectedFields } from './checks/certificate-checks.ts'
import { checkFiles, checkMembers, checkSealMembers, readManifest } from './checks/contents-checks.ts'
import { CROSS_CHAIN_WHERE, checkCrossChain } from './checks/cross-chain-check.ts'
import { checkDocument } from './checks/document-checks.ts'
import { editionSigner } from './checks/edition-signature.ts'
import { checkCommitment, checkEntry } from './checks/ledger-checks.ts'
import { CHAIN_WHERE, checkIndependence, choosePolicy, readChain } from './checks/policy-check.ts'
import { checkInclusion, checkSignatures, RECEIPT_PATH } from './checks/receipt-checks.ts'
import { checkRenewals, laterProof, type Renewal, readRenewal } from './checks/renewal-checks.ts'
import { checkRevocation } from './checks/revocation-check.ts'
import { checkSealSignatures } from './checks/seal-checks.ts'
import { checkCompleteness, checkDemo, checkEdition, EDITION_MEMBER } from './checks/statement-checks.ts'
import { checkTimes, recordedTimes } from './checks/times-check.ts'
import { checkAuthority, checkToken, readToken } from './checks/timestamp-checks.ts'
import { readContents } from './contents.ts'
import { blocked, CheckBook, crashed, failed, missing, type Outcome, passed } from './outcome.ts'
import { CHECK_IDS, type CheckId, type Report } from './report.ts'
import { notAPackage, summarise } from './summary.ts'

const CERTIFICATE_WHERE = 'documents/certificate.pdf'
const RECORD_WHERE = 'documents/record.pdf'

export interface VerifyOptions {
  /** Policies that the checker pinned; with none the best answer is `incomplete`. */
  policies: readonly TrustPolicy[]
  /** The checker's clock, ms. */
  now: number
  /** Renewals kept beside the file; policy chains and cross-chain proofs among them are taken for what they are. */
  renewals?: readonly Renewal[]
  /** Policy chains that the checker has (`proof/policy-chain.json`): the changes since the package was made, emergencies among them. */
  chains?: readonly Bytes[]
  engine?: DigestEngine
  onProgress?: (read: number, total: number) => void
  signal?: AbortSignal
}

/** Checks a package. Throws only `aborted` and what the source throws when it cannot be read. */
export async function verifyPackage(source: RandomAccess, options: VerifyOptions): Promise<Report> {
  const book = new CheckBook()
  const layout = await readLayout(source)
  if (isRefusal(layout)) {
    if (!(await looksLikePackage(source))) return notAPackage(source.size, options.now, layout)
    const { field } = layout
    await book.make('structure', true, () =>
      failed(layout.code, `结构不合规范：${layout.detail}`, layout.detail, field === undefined ? {} : { where: field }),
    )
    await blockRest(book, 'structure')
    return summarise(book, null, { bytes: source.size, now: options.now })
  }
  const found = await gather(source, layout, options)
  await checkBytes(book, found)
  await checkLedger(book, found)
  await checkStamp(book, found)
  await checkSignedDocuments(book, found)
  await checkSeal(book, found)
  await checkDocuments(book, found, options.now)
  await checkSelf(book, found)
  const inside = found.contents.kept.get(CROSS_CHAIN_WHERE)
  const recorded = [
    ...(inside === undefined ? [] : [{ name: CROSS_CHAIN_WHERE, bytes: inside }]),
    ...(options.renewals ?? []).filter(({ bytes }) => isCrossChain(bytes)),
  ]
  if (recorded.length > 0) await book.make('cross-chain', false, () => checkCrossChain(recorded, found))
  const renewals = (options.renewals ?? []).filter(({ bytes }) => chainOf(bytes) === null && !isCrossChain(bytes))
  if (renewals.length > 0) {
    await book.make('renewals', false, () => checkRenewals(renewals, found))
  }
  return summarise(book, found, { bytes: source.size, now: options.now })
}

async function gather(source: RandomAccess, layout: Layout, options: VerifyOptions): Promise<Case> {
  const contents = await readContents(source, layout, {
    engine: options.engine ?? inlineEngine,
    whole: (options.renewals?.length ?? 0) > 0,
    onProgress: options.onProgress,
    signal: options.signal,
  })
  const beside = options.renewals ?? []
  const renewals = beside.flatMap(({ name, bytes }) => {
    const renewal = readRenewal(bytes)
    return renewal === null ? [] : { name, renewal }
  })
  const chainsBeside = beside.flatMap(({ bytes }) => chainOf(bytes) ?? [])
  const inside = contents.kept.get(CHAIN_WHERE)
  const read = [...(inside === undefined ? [] : [inside]), ...chainsBeside, ...(options.chains ?? [])].map(readChain)
  const chains = [...read, ...renewals.map(({ renewal }) => renewal.chain ?? [])].flatMap((one) =>
    'status' in one ? [] : [one],
  )
  const unread = read.find((one) => 'status' in one)
  const governing = choosePolicy(
    contents.kept.get('proof/policy.json'),
    options.policies,
    chains.filter((one) => one.length > 0),
  )
  if (unread !== undefined) governing.chain = unread
  const roots = governing.judge?.roots ?? { certificate: [], timestamp: [] }
  const crls = [...contents.kept].flatMap(([path, bytes]) => (path.startsWith('proof/revocation/') ? [bytes] : []))
  return {
    size: source.size,
    contents,
    governing,
    roots,
    crls,
    receipts: {},
    documents: [],
    signers: [],
    pinned: options.policies,
    chains,
    renewals,
  }
}

async function checkBytes(book: CheckBook, found: Case): Promise<void> {
  const { contents, governing } = found
  await book.make('structure', true, () => checkMembers(contents, found.size))
  await book.make('manifest', true, () =>
    member(found, 'manifest.json', (bytes) => {
      found.manifest = readManifest(bytes)
      const { manifest } = found.manifest
      return passed(
        `编号 ${manifest.number}，第 ${manifest.edition} 版`,
        `${manifest.number}, edition ${manifest.edition}`,
      )
    }),
  )
  await book.make('policy', true, () => governing.outcome)
  const { chain } = governing
  if (chain !== null) await book.make('policy-chain', false, () => chain)
  await book.make('files', true, () =>
    given(found.manifest, 'manifest', ({ manifest }) => checkFiles(manifest, contents)),
  )
  await book.make('seal-members', true, () =>
    member(found, SEAL_PATH, (bytes) => {
      found.seal = decodeSeal(bytes)
      const { seal } = found
      return given(found.manifest, 'manifest', ({ manifest }) => checkSealMembers(seal, manifest, contents))
    }),
  )
}

async function checkLedger(book: CheckBook, found: Case): Promise<void> {
  await book.make('entry', true, () =>
    member(found, 'proof/entry.cbor', (bytes) => {
      const entry = decodeEntry(bytes)
      found.entry = entry
      return given(found.manifest, 'manifest', ({ manifest }) => checkEntry(entry, manifest))
    }),
  )
  await book.make('commitment', true, () =>
    member(found, 'proof/opening.json', (opening) =>
      given(found.entry, 'entry', (entry) =>
        given(found.manifest, 'manifest', (manifest) => checkCommitment(opening, entry, manifest)),
      ),
    ),
  )
  await checkReceipt(book, found, 'sha256', 'receipt-inclusion', 'receipt-signatures')
  await checkReceipt(book, found, 'sm3', 'receipt-sm3-inclusion', 'receipt-sm3-signatures')
  const inTree = found.receipts.sha256
  const witnesses = inTree?.signers.flatMap(({ member }) => (inTree.uncounted.includes(member.id) ? [] : member))
  await book.make('independence', false, () => given(witnesses, 'receipt-inclusion', checkIndependence))
}

async function checkReceipt(
  book: CheckBook,
  found: Case,
  profile: Profile,
  inclusion: CheckId,
  signatures: CheckId,
): Promise<void> {
  const { governing } = found
  await book.make(inclusion, true, () =>
    member(found, RECEIPT_PATH[profile], (proof) =>
      member(found, 'proof/entry.cbor', (entry) =>
        given(governing.receipts, 'policy', (receipts) => {
          const receipt = receipts.verify({ entry, proof, profile })
          found.receipts[profile] = receipt
          return checkInclusion(receipt, profile, found.receipts.sha256)
        }),
      ),
    ),
  )
  await book.make(signatures, true, () =>
    given(found.receipts[profile], inclusion, (receipt) =>
      checkSignatures(receipt, profile, governing.pinned, laterProof(found, profile)),
    ),
  )
}

async function checkStamp(book: CheckBook, found: Case): Promise<void> {
  await book.make('timestamp', true, () =>
    member(found, 'proof/timestamp.tsr', (tsr) =>
      given(found.manifest, 'manifest', async ({ sha256 }) => {
        const { token, result } = await readToken(tsr, sha256, found)
        if (token !== null) found.token = token
        return checkToken(result)
      }),
    ),
  )
  await book.make('timestamp-chain', true, () =>
    given(found.token, 'timestamp', (token) => checkAuthority(token, found)),
  )
}

async function checkSignedDocuments(book: CheckBook, found: Case): Promise<void> {
  const document = (id: CheckId, path: string) =>
    book.make(id, true, async () => {
      const { outcome, signer, time } = await checkDocument(path, found)
      if (signer !== undefined && time !== undefined) found.documents.push({ path, signer, time })
      return outcome
    })
  await document('certificate-signature', CERTIFICATE_WHERE)
  const isWeb = found.manifest?.manifest.subject.kind === 'web'
  if (isWeb || found.contents.digests.has(RECORD_WHERE)) await document('record-signature', RECORD_WHERE)
  found.document = found.documents.find(({ path }) => path === CERTIFICATE_WHERE)
}

async function checkSeal(book: CheckBook, found: Case): Promise<void> {
  await book.make('seal-signature', true, () =>
    given(found.seal, 'seal-members', (seal) =>
      given(found.token, 'timestamp', ({ time }) =>
        // A seal names the digests of what it closes: it was made after the latest time that stands in there.
        checkSealSignatures(seal, Math.max(time, ...found.documents.map((document) => document.time)), found),
      ),
    ),
  )
}

async function checkDocuments(book: CheckBook, found: Case, now: number): Promise<void> {
  await book.make('certificate-content', true, () =>
    member(found, 'documents/certificate.json', (bytes) => {
      const fields = decodeCertificateFields(bytes)
      found.certificate = fields
      const expected = expectedFields(found)
      return 'blockedBy' in expected ? blocked(expected.blockedBy) : checkCertificateContent(fields, expected)
    }),
  )
  await book.make('certificate-text', true, () =>
    member(found, 'documents/certificate.pdf', (pdf) =>
      given(found.certificate, 'certificate-content', (fields) => checkCertificateText(pdf, fields)),
    ),
  )
  await book.make('revocation', true, () => checkRevocation(found))
  await book.make('times', true, () => given(recordedTimes(found), 'timestamp', (times) => checkTimes(times, now)))
}

async function checkSelf(book: CheckBook, found: Case): Promise<void> {
  const said = found.contents.kept.get(EDITION_MEMBER)
  await book.make('edition', false, () =>
    given(found.manifest, 'manifest', async ({ manifest }) => {
      const signed = await editionSigner(found)
      if (signed !== null && 'problem' in signed) return signed.problem
      return checkEdition(manifest, said, signed?.signer ?? null)
    }),
  )
  await book.make('completeness', false, () =>
    given(found.manifest, 'manifest', ({ manifest }) => checkCompleteness(manifest)),
  )
  await book.make('demo', false, () =>
    given(found.manifest, 'manifest', ({ manifest }) =>
      checkDemo(manifest, found.governing.judge?.policy.demo ?? null),
    ),
  )
}

/** The bytes, when they are a policy chain rather than a renewal. */
function chainOf(bytes: Bytes): Bytes | null {
  return 'status' in readChain(bytes) ? null : bytes
}

/** A check of what an earlier check yields; not made without it. */
function given<T>(
  value: T | null | undefined,
  by: CheckId,
  check: (value: T) => Outcome | Promise<Outcome>,
): Outcome | Promise<Outcome> {
  return value === null || value === undefined ? blocked(by) : check(value)
}

/** A check of a member's bytes; not made without them. What cannot be read failed there. */
async function member(
  found: Case,
  path: string,
  check: (bytes: Bytes) => Outcome | Promise<Outcome>,
): Promise<Outcome> {
  const bytes = found.contents.kept.get(path)
  if (bytes === undefined) return missing(path)
  try {
    return await check(bytes)
  } catch (cause) {
    return { ...crashed(cause), where: path }
  }
}

const OPTIONAL: ReadonlySet<CheckId> = new Set(['edition', 'completeness', 'demo', 'independence', 'record-signature'])

/** Checks of what need not be there. */
const ONLY_WHERE_GIVEN: ReadonlySet<CheckId> = new Set(['renewals', 'policy-chain', 'cross-chain'])

async function blockRest(book: CheckBook, by: CheckId): Promise<void> {
  for (const id of CHECK_IDS) {
    if (id !== by && !ONLY_WHERE_GIVEN.has(id)) await book.make(id, !OPTIONAL.has(id), () => blocked(by))
  }
}

/** Whether a broken file was meant to be a package: its first or its last member has the name that ours have. */
async function looksLikePackage(source: RandomAccess): Promise<boolean> {
  const text = async (offset: number, length: number) => {
    const bytes = await source.read(offset, length)
    return String.fromCharCode(...bytes)
  }
  const head = await text(0, Math.min(64, source.size))
  const tailBytes = Math.min(512, source.size)
  const tail = await text(source.size - tailBytes, tailBytes)
  return head.includes('manifest.json') || tail.includes(SEAL_PATH)
}
