/** A complete small evidence package with throwaway keys, made in memory from a seed; and ways to make it lie. */
import {
  type Bytes,
  concat,
  digestPair,
  numberDigest,
  parseCertificateNumber,
  toBase64,
  toHex,
  utcText,
  utf8,
} from '@mingzheng/kernel'
import { seededRandom } from '@mingzheng/kernel/testing'
import { blockTexts } from '../certificate/block.ts'
import { type CertificateFields, encodeCertificateFields, fieldsOfManifest } from '../certificate/fields.ts'
import { certificateBlocks, certificateFooter } from '../certificate/text.ts'
import { certificatePolicy, certificateWitnesses } from '../certificate/witnesses.ts'
import { judgeCheckpoint } from '../checkpoint/judgement.ts'
import { parseTlogProof } from '../checkpoint/tlog-proof.ts'
import { commitPair, encodeOpening, MANIFEST_DOMAIN, newOpening } from '../commitment.ts'
import { decodeEntry, type Entry, encodeEntry, FIX_ENTRY_KIND, fixBody } from '../entry.ts'
import { encodeManifest, type Manifest } from '../package/manifest.ts'
import { makeSeal } from '../package/seal.ts'
import { memoryMember, writePackage } from '../package/write.ts'
import { encodePolicy, type Profile, policyId, profileKeys } from '../policy.ts'
import type { TrustPolicy } from '../policy-schema.ts'
import { verifyReceipt } from '../receipt.ts'
import { encodeRenewal, type RenewalFile } from '../renewal.ts'
import { readTimestamp } from '../timestamp.ts'
import { createSampleAuthority, type SampleIdentity, type SampleSubject } from './sample-authority.ts'
import { type SampleFile, sampleManifest } from './sample-manifest.ts'
import { samplePdf } from './sample-pdf.ts'
import { sampleTimestamp } from './sample-signed-data.ts'
import { createTestLog, type TestLog, type TestLogOptions, type TestMember } from './test-log.ts'

export interface SamplePackageOptions {
  seed?: string
  /** End of the capture, ms. The timestamp follows a second later, then ledger, documents, seal, a second each. */
  at?: number
  files?: SampleFile[]
  manifest?: Partial<Manifest>
  members?: TestMember[]
  quorum?: TrustPolicy['quorum']
  demo?: boolean
  /** The ledger that fixes it, made with the roots that its policy must name. Default: a log of `members`. */
  ledger?: (roots: Pick<TrustPolicy, 'certificateRoots' | 'timestampRoots' | 'demo'>) => SampleLedger
  /** Validity of the organisation's certificates, or another organisation's name in them. */
  organisation?: Partial<Pick<SampleSubject, 'notBefore' | 'notAfter' | 'organisation' | 'purpose'>>
  /** Other validity of its SM2 certificate, which signs the seal alone. */
  organisationSm2?: Pick<SampleSubject, 'notBefore' | 'notAfter'>
  /** Whose certificates the lists revoke, by default a minute before the capture's end. */
  revoked?: ('organisation' | 'timestamp')[]
  /** When, ms after the capture's end. */
  revokedAfter?: number
  /** No revocation lists at all. */
  withoutLists?: boolean
  /** The token comes from an authority that the policy does not know. */
  foreignTimestamp?: boolean
  /** Fixes it on a ledger that makes the entry itself, such as a real one; instead of `ledger`. Documents and seal follow its time. */
  fixed?: (
    roots: Pick<TrustPolicy, 'certificateRoots' | 'timestampRoots' | 'demo'>,
    body: Entry['body'],
  ) => Promise<SampleFixing>
  /** Times of token and ledger, ms after the capture's end. */
  delays?: { timestamp?: number; ledger?: number; seal?: number }
  /** What the certificate says otherwise than the rest. */
  fields?: Partial<CertificateFields>
  /** What its print says otherwise than its facts. */
  print?: (text: string) => string
  /** Changes to members (`undefined` takes one away) before the seal, as only the issuer could make them. */
  tamper?: (members: Map<string, Bytes>) => void
}

/** What a package needs of a ledger. */
export type SampleLedger = Pick<TestLog, 'append' | 'size' | 'root'> & {
  policy: TrustPolicy
  clock: { set(time: number): void }
  receipt(profile: Profile, index: number): Promise<string>
}

/** An entry as a ledger made it, with its receipts. */
export interface SampleFixing {
  policy: TrustPolicy
  index: number
  entry: Bytes
  receipt: string
  receiptSm3: string
}

export interface SamplePackage {
  bytes: Bytes
  /** Members by path, the seal included. */
  members: Map<string, Bytes>
  manifest: Manifest
  policy: TrustPolicy
  /** A moment after the seal, to verify at. */
  now: number
  /** An RFC 3161 response over this file by the policy's authority, ms after the seal. */
  renewal(later: number): Promise<Bytes>
  /** A `.renewal` over this file, ms after the seal, when the log has grown by one entry; `change` makes it lie. */
  renewalFile(later: number, change?: Partial<RenewalFile>): Promise<Bytes>
}

/** Makes a package that verifies under `policy`, unless the options make it lie. */
export async function buildSamplePackage(options: SamplePackageOptions = {}): Promise<SamplePackage> {
  const random = seededRandom(options.seed ?? 'sample package')
  const at = options.at ?? Date.UTC(2026, 10, 24, 8)
  const { timestamp: stampDelay = 1000, ledger: ledgerDelay = 2000, seal: sealDelay = 4000 } = options.delays ?? {}
  const files = options.files ?? [
    { path: 'data/page.txt', content: utf8('西湖龙井 ￥199') },
    { path: 'data/页面.png', content: random(700) },
  ]
  const manifest = sampleManifest(files, { seed: `${options.seed} manifest`, at, change: options.manifest ?? {} })
  const house = await makeHouse(options, manifest, random, at)

  const manifestBytes = encodeManifest(manifest)
  const digests = digestPair(manifestBytes)
  const stampTime = at + stampDelay
  const authority = options.foreignTimestamp ? house.foreignStamper : house.stamper
  const token = await sampleTimestamp(digests.sha256, stampTime, authority)

  const opening = newOpening(MANIFEST_DOMAIN, random)
  const commitments = commitPair(opening, digests)
  const number = numberDigest(parseCertificateNumber(manifest.number))
  const body = fixBody({ commitment: commitments.sha256, commitmentSm3: commitments.sm3, number })
  const given = await options.fixed?.(house.log.policy, body)
  const fixing = given === undefined ? null : { ...given, time: decodeEntry(given.entry).time }
  const ledgerTime = fixing?.time ?? at + ledgerDelay
  const entry =
    fixing?.entry ??
    encodeEntry({
      kind: FIX_ENTRY_KIND,
      id: commitments.sha256.slice(0, 16),
      actor: random(16),
      time: ledgerTime,
      body,
    })
  const log: SampleLedger =
    options.ledger?.(house.log.policy) ?? createTestLog({ ...house.log, seed: `${options.seed} log`, time: ledgerTime })
  log.clock.set(ledgerTime)
  const around = [1, 2, 3].map(() => random(100))
  log.append(around[0]!, around[1]!)
  const index = fixing?.index ?? log.append(entry, around[2]!)
  const receiptOf = async (profile: Profile) =>
    fixing === null ? log.receipt(profile, index) : profile === 'sm3' ? fixing.receiptSm3 : fixing.receipt
  const [receipt, receiptSm3] = [await receiptOf('sha256'), await receiptOf('sm3')]

  const policy = fixing?.policy ?? log.policy
  const heads = fixing === null ? null : headsOf(fixing)
  const stamped = readTimestamp(token)
  const told = verifyReceipt({ entry, proof: receipt, profile: 'sha256', policy })
  const sealTime = fixing === null ? at + sealDelay : fixing.time + 2000
  const fields: CertificateFields = {
    ...fieldsOfManifest(manifest),
    manifest: { sha256: toHex(digests.sha256), sm3: toHex(digests.sm3) },
    timestamp: { time: utcText(stamped.time), serial: stamped.serial, authority: stamped.authority },
    ledger: {
      origin: policy.origin,
      index,
      time: utcText(ledgerTime),
      size: heads?.size ?? log.size,
      root: toHex(heads?.root ?? log.root('sha256')),
      rootSm3: toHex(heads?.rootSm3 ?? log.root('sm3')),
      members: certificateWitnesses(policy, told),
    },
    policy: certificatePolicy(policy, policyId(policy)),
    signer: house.documentSignerName,
    verifyAt: `https://verify.example/${manifest.number}`,
    ...options.fields,
  }
  const printed = printOf(fields, options.print ?? ((text) => text))
  const document = {
    signer: house.documentSigner,
    timestamp: house.stamper,
    time: fixing === null ? at + 3000 : fixing.time + 1000,
  }
  const members = new Map<string, Bytes>([
    ['manifest.json', manifestBytes],
    ...files.map(({ path, content }): [string, Bytes] => [path, content]),
    ['proof/entry.cbor', entry],
    ['proof/opening.json', encodeOpening(opening)],
    ['proof/policy.json', encodePolicy(policy)],
    ['proof/receipt.tlog-proof', utf8(receipt)],
    ['proof/receipt-sm3.tlog-proof', utf8(receiptSm3)],
    ['proof/timestamp.tsr', token],
    ...house.lists,
    ['documents/certificate.json', encodeCertificateFields(fields)],
    ['documents/certificate.pdf', await samplePdf({ pages: printed, ...document })],
    ['documents/record.pdf', await samplePdf({ pages: [`取证笔录 ${manifest.number}`], ...document })],
  ])
  options.tamper?.(members)
  const sealed = [...members].map(([path, bytes]) => memoryMember(path, bytes))
  const seal = await makeSeal({
    number: parseCertificateNumber(manifest.number),
    edition: manifest.edition,
    sealedAt: sealTime,
    members: sealed,
    signers: house.sealSigners,
  })
  members.set('seal.json', seal)
  const bytes = await packageOf(members)
  const renewal = (later: number) => sampleTimestamp(digestPair(bytes).sha256, sealTime + later, house.stamper)
  return {
    bytes,
    members,
    manifest,
    policy,
    now: sealTime + 1000,
    renewal,
    async renewalFile(later, change = {}) {
      log.append(random(100))
      log.clock.set(sealTime + later)
      return encodeRenewal({
        number: manifest.number,
        edition: manifest.edition,
        package: { bytes: bytes.length, sha256: digestPair(bytes).sha256 },
        timestamp: await renewal(later),
        receipt: await log.receipt('sha256', index),
        receiptSm3: await log.receipt('sm3', index),
        ...change,
      })
    },
  }
}

/** What a receipt's checkpoints say, and who signed. */
function headsOf({ policy, receipt, receiptSm3 }: SampleFixing) {
  const read = (proof: string, profile: Profile) =>
    judgeCheckpoint(parseTlogProof(proof).checkpoint, policy, profileKeys(policy, profile))
  const [one, other] = [read(receipt, 'sha256'), read(receiptSm3, 'sm3')]
  return { size: one.checkpoint!.size, root: one.checkpoint!.root, rootSm3: other.checkpoint!.root }
}

/** The ZIP of these members, without sealing them anew. */
export async function packageOf(members: ReadonlyMap<string, Bytes>): Promise<Bytes> {
  const chunks: Bytes[] = []
  const list = [...members].map(([path, bytes]) => memoryMember(path, bytes))
  for await (const chunk of writePackage(list)) chunks.push(chunk)
  return concat(...chunks)
}

/** Two pages as a renderer would print them. */
function printOf(fields: CertificateFields, change: (text: string) => string): string[] {
  const text = change(certificateBlocks(fields).flatMap(blockTexts).join(' '))
  const half = text.length >> 1
  return [text.slice(0, half), text.slice(half)].map((page, i) => page + certificateFooter(fields.number, i + 1, 2))
}

interface House {
  sealSigners: { signer: SampleIdentity['signer']; certificates: Bytes[] }[]
  documentSigner: SampleIdentity
  documentSignerName: string
  stamper: SampleIdentity
  foreignStamper: SampleIdentity
  lists: [string, Bytes][]
  log: TestLogOptions & { policy: Pick<TrustPolicy, 'certificateRoots' | 'timestampRoots' | 'demo'> }
}

async function makeHouse(
  options: SamplePackageOptions,
  manifest: Manifest,
  random: (length: number) => Bytes,
  at: number,
): Promise<House> {
  const [ca, caSm2, foreign] = await Promise.all([
    createSampleAuthority({ name: 'Sample CA', algorithm: 'p256', random, at }),
    createSampleAuthority({ name: 'Sample SM2 CA', algorithm: 'sm2', random, at }),
    createSampleAuthority({ name: 'Foreign CA', algorithm: 'p256', random, at }),
  ])
  const commonName = `${manifest.organisation} 电子印章`
  const subject: SampleSubject = {
    commonName,
    organisation: manifest.organisation,
    purpose: 'organisation',
    ...options.organisation,
  }
  const organisation = await ca.issue(subject, 'p256')
  const organisationSm2 = await caSm2.issue({ ...subject, ...options.organisationSm2 }, 'sm2')
  const stamp: SampleSubject = { commonName: 'Sample TSA', organisation: 'Sample CA', purpose: 'timestamp' }
  const stamper = await ca.issue(stamp, 'p256')
  const foreignStamper = await foreign.issue(stamp, 'p256')
  const since = at + (options.revokedAfter ?? -60_000)
  const revoked = (options.revoked ?? []).map((who) => ({
    serial: (who === 'organisation' ? organisation : stamper).serial,
    at: since,
  }))
  const lists: [string, Bytes][] = options.withoutLists
    ? []
    : [
        ['proof/revocation/ca-sm2.crl', await caSm2.crl()],
        ['proof/revocation/ca.crl', await ca.crl(revoked)],
      ]
  return {
    sealSigners: [
      { signer: organisation.signer, certificates: [organisation.certificate] },
      { signer: organisationSm2.signer, certificates: [organisationSm2.certificate] },
    ],
    documentSigner: organisation,
    documentSignerName: commonName,
    stamper,
    foreignStamper,
    lists,
    log: {
      ...(options.members === undefined ? {} : { members: options.members }),
      ...(options.quorum === undefined ? {} : { quorum: options.quorum }),
      policy: {
        certificateRoots: [toBase64(ca.root), toBase64(caSm2.root)],
        timestampRoots: [toBase64(ca.root)],
        demo: options.demo ?? true,
      },
    },
  }
}
