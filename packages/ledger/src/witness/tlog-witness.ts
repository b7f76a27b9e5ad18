/**
 * This node as a witness of other people's logs: C2SP tlog-witness `add-checkpoint`, without a server. Cosigns only what continues
 * the last checkpoint that it cosigned of that log, which is durable before any signature leaves.
 */
import { join } from 'node:path'
import { type Bytes, digest, equalBytes, toHex, utf8 } from '@mingzheng/kernel'
import {
  type Checkpoint,
  formatNote,
  formatSignatureLine,
  merkleHash,
  type NoteSigner,
  namesKey,
  parseForeignCheckpoint,
  parseNote,
  type VerifierKey,
  verifyConsistency,
  verifyLine,
} from '@mingzheng/proof'
import { ledgerFailure } from '../failure-codes.ts'
import { type LedgerFiles, openDiskFiles } from '../storage/ledger-files.ts'
import { type AddCheckpoint, parseAddCheckpoint } from './add-checkpoint.ts'

/** A log that this node witnesses. */
export interface WitnessedLog {
  readonly origin: string
  /** Keys that may sign its checkpoints. */
  readonly keys: readonly VerifierKey[]
}

export interface TlogWitnessOptions {
  readonly logs: readonly WitnessedLog[]
  /** Cosigners (type 0x04) of this node. */
  readonly signers: readonly NoteSigner[]
  /** Default: the real file system. */
  readonly files?: LedgerFiles
  readonly folder: string
}

/** An HTTP answer. */
export interface WitnessAnswer {
  readonly status: 200 | 400 | 403 | 404 | 409 | 422
  readonly contentType: 'text/plain; charset=utf-8' | 'text/x.tlog.size'
  readonly body: string
}

export class TlogWitness {
  readonly #options: TlogWitnessOptions
  readonly #files: LedgerFiles
  readonly #disk: { close(): Promise<void> } | null
  readonly #logs: Map<string, WitnessedLog>
  /** One request at a time for each log: checking and storing are one act. */
  readonly #turns = new Map<string, Promise<unknown>>()

  constructor(options: TlogWitnessOptions) {
    this.#options = options
    const disk = options.files === undefined ? openDiskFiles() : null
    this.#disk = disk
    this.#files = options.files ?? disk!
    this.#logs = new Map(options.logs.map((log) => [log.origin, log]))
  }

  /** Answers `POST <prefix>/add-checkpoint`. Throws `storage-*` and `log-corrupt`, which are no answer: nothing was signed. */
  async addCheckpoint(body: Bytes): Promise<WitnessAnswer> {
    const request = parseAddCheckpoint(body)
    if (request === null) return plain(400, 'the request is malformed')
    const log = this.#logs.get(request.checkpoint.origin)
    if (log === undefined) return plain(404, 'the log is not known here')
    if (!isSigned(request, log)) return plain(403, 'no signature of a key known for this log holds')
    if (request.old > request.checkpoint.size) return plain(400, 'the old size is above the new')
    const turn = (this.#turns.get(log.origin) ?? Promise.resolve()).then(() => this.#take(request, log))
    this.#turns.set(
      log.origin,
      turn.catch(() => undefined),
    )
    return turn
  }

  /** The last checkpoint of a log that this node cosigned, or `null`. Throws `storage-*`, `log-corrupt`. */
  last(origin: string): Checkpoint | null {
    const files = this.#files
    const path = this.#path(origin)
    if (files.size(path) === null) return null
    try {
      const checkpoint = parseForeignCheckpoint(parseNote(files.read(path)).text)
      if (checkpoint.origin === origin) return checkpoint
    } catch (cause) {
      throw ledgerFailure('log-corrupt', `${path} is not the checkpoint that was cosigned last`, { cause })
    }
    throw ledgerFailure('log-corrupt', `${path} is a checkpoint of another log`)
  }

  /** Ends when what is under way is answered. */
  async close(): Promise<void> {
    await Promise.all(this.#turns.values())
    await this.#disk?.close()
  }

  async #take({ old, proof, note, checkpoint }: AddCheckpoint, { origin, keys }: WitnessedLog): Promise<WitnessAnswer> {
    const last = this.last(origin) ?? { origin, size: 0, root: merkleHash('sha256').empty }
    if (old !== last.size) return conflict(last.size)
    const { size, root } = checkpoint
    if (old === size && !equalBytes(root, last.root)) return conflict(last.size)
    const claim = { name: 'sha256', from: old, to: size, fromRoot: last.root, toRoot: root, path: proof } as const
    if (!verifyConsistency(claim)) return plain(422, 'the consistency proof does not hold')
    const signatures = note.signatures.filter((line) => keys.some((key) => namesKey(line, key)))
    await this.#store(origin, formatNote({ text: note.text, signatures }))
    const lines = await Promise.all(this.#options.signers.map((signer) => signer.sign(note.text)))
    return plain(200, lines.map(formatSignatureLine).join(''))
  }

  async #store(origin: string, signed: string): Promise<void> {
    const { folder } = this.#options
    const files = this.#files
    const path = this.#path(origin)
    await files.store(`${path}.tmp`, utf8(signed), true)
    files.rename(`${path}.tmp`, path)
    await files.sync(folder)
  }

  #path(origin: string): string {
    return join(this.#options.folder, toHex(digest('sha256', utf8(origin))))
  }
}

function isSigned({ note }: AddCheckpoint, { keys }: WitnessedLog): boolean {
  return note.signatures.some((line) => {
    const key = keys.find((one) => namesKey(line, one))
    return key !== undefined && verifyLine(note, line, key).valid
  })
}

function plain(status: WitnessAnswer['status'], text: string): WitnessAnswer {
  return { status, contentType: 'text/plain; charset=utf-8', body: status === 200 ? text : `${text}\n` }
}

function conflict(size: number): WitnessAnswer {
  return { status: 409, contentType: 'text/x.tlog.size', body: `${size}\n` }
}
