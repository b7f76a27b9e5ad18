/**
 * Later documents of a piece of evidence: a signature, a refusal to sign, a correction, a voiding. Each is a new edition:
 * the same captured files, a statement of what was added, timestamped, fixed and sealed anew, naming its parent. What
 * stood before stays as it is.
 */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type Bytes,
  type Clock,
  encodeJson,
  Failure,
  type JsonValue,
  newId,
  type Refusal,
  refuse,
  toHex,
  utcText,
} from '@mingzheng/kernel'
import {
  type DigestEngine,
  decodeManifest,
  type Manifest,
  memberOrder,
  memoryMember,
  type RandomAccess,
  streamMember,
} from '@mingzheng/proof'
import type { Kysely } from 'kysely'
import { type FixParts, fixManifest } from '../fix/fix-manifest.ts'
import { openPackage } from '../fix/open-package.ts'
import { findEdition, findEvidence } from '../register/rows.ts'
import type { EvidenceTables } from '../register/schema.ts'
import { openWorkFolder } from '../work-folder.ts'
import { enterEdition } from './enter-evidence.ts'

export type EditionStatement =
  | { kind: 'signature'; role: 'officer' | 'party' | 'witness'; name: string; statement: string }
  | { kind: 'refusal'; name: string; reason: string }
  | { kind: 'correction'; field: string; text: string }
  | { kind: 'voiding'; reason: string }

export const EDITION_PATH = 'data/edition.json'

export interface EditionParts {
  db: Kysely<EvidenceTables>
  clock: Clock
  folder: string
  engine: DigestEngine
  fix: FixParts
  openBlob: (key: string) => Promise<RandomAccess>
  /** Signatures of the author over the statement, as files of the edition; none where the author has no keys. */
  sign: (author: EditionAuthor, statement: Bytes) => Promise<{ path: string; bytes: Bytes }[]>
  /** Differs with the manifest's id: what a crash left of an edition that nobody was told of stays aside for ever. */
  blobKey: (number: string, edition: number, id: string) => string
}

export interface EditionAuthor {
  organisationId: string
  /** Whose keys sign the statement; null for a person who is no officer. */
  officerId: string | null
  name: string
  cardNumber: string | null
}

/** One line for the timeline. */
export function statementText(statement: EditionStatement): string {
  switch (statement.kind) {
    case 'signature':
      return `${statement.role}: ${statement.name}${statement.statement === '' ? '' : ` — ${statement.statement}`}`
    case 'refusal':
      return `${statement.name} — ${statement.reason}`
    case 'correction':
      return `${statement.field}: ${statement.text}`
    case 'voiding':
      return statement.reason
  }
}

/** Makes editions, one at a time for each number. */
export function createEditionService(parts: EditionParts) {
  const busy = new Set<string>()
  const stopping = new AbortController()

  /** Resolves when the new edition is fixed and in custody. */
  async function add(
    number: string,
    statement: EditionStatement,
    author: EditionAuthor,
  ): Promise<Refusal<'not-found' | 'not-fixed-yet' | 'already-voided' | 'conflict'> | { edition: number }> {
    const row = await findEvidence(parts.db, number)
    if (row === null) return refuse('not-found', 'there is no such evidence')
    if (row.state === 'voided') return refuse('already-voided', 'this evidence has been voided; nothing can follow')
    const previous = await findEdition(parts.db, number)
    if (previous === null) return refuse('not-fixed-yet', 'wait until the capture is fixed, then try again')
    if (busy.has(number)) return refuse('conflict', 'another edition is being made; try again in a moment')
    busy.add(number)
    try {
      return { edition: await make(number, statement, author, previous.blob_key, previous.manifest_sha256) }
    } finally {
      busy.delete(number)
    }
  }

  async function make(
    number: string,
    statement: EditionStatement,
    author: EditionAuthor,
    blobKey: string,
    manifestSha256: string,
  ): Promise<number> {
    const { clock } = parts
    const parent = await openPackage(await parts.openBlob(blobKey))
    const before = decodeManifest(await parent.read('manifest.json'))
    const edition = before.edition + 1
    const now = clock.now()
    const said = {
      version: 1,
      number,
      edition,
      statement,
      by: { name: author.name, cardNumber: author.cardNumber },
      at: utcText(now),
    }
    const text = encodeJson(said as unknown as JsonValue)
    const signatures = await parts.sign(author, text)
    const added = [
      { member: memoryMember(EDITION_PATH, text), mediaType: 'application/json', role: 'edition' },
      ...signatures.map(({ path, bytes }) => ({
        member: memoryMember(path, bytes),
        mediaType: 'application/pkcs7-signature',
        role: 'edition-signature',
      })),
    ]
    const kept = before.files.filter((file) => file.role !== 'edition' && file.role !== 'edition-signature')
    const data = added.map(({ member }) => member)
    for (const file of kept) {
      const member = parent.find(file.path)!
      data.push(await streamMember(file.path, () => parent.stream(member), parts.engine))
    }
    const listed = added.map(({ member, mediaType, role }) => ({
      path: member.path,
      mediaType,
      role,
      bytes: member.bytes,
      sha256: toHex(member.sha256),
      sm3: toHex(member.sm3),
    }))
    const manifest: Manifest = {
      ...before,
      id: newId(now),
      edition,
      editionKind: statement.kind,
      files: [...kept, ...listed].sort((a, b) => memberOrder(a.path, b.path)),
      parents: [
        ...before.parents.filter((one) => one.relation !== 'edition'),
        { relation: 'edition', number, edition: before.edition, manifestSha256 },
      ],
    }
    const folder = join(parts.folder, `edition-${number}-${edition}`)
    // Nobody was told of an edition that a crash cut off; its author says it again.
    await rm(folder, { recursive: true, force: true })
    const work = await openWorkFolder(folder)
    const fixed = await fixManifest(parts.fix, {
      work,
      data,
      blobKey: parts.blobKey(number, edition, manifest.id),
      signal: stopping.signal,
      makeManifest: async () => manifest,
      record: async () => ({ editionNote: statementText(statement) }),
    })
    await parts.db.transaction().execute((tx) =>
      enterEdition(tx, fixed, {
        organisationId: author.organisationId,
        name: author.name,
        detail: statementText(statement),
        at: new Date(now),
      }),
    )
    await work.remove()
    return edition
  }

  return { add, stop: () => stopping.abort(new Failure('stopping', 'the platform is being stopped')) }
}

export type EditionService = ReturnType<typeof createEditionService>
