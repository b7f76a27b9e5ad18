/**
 * A public witness that is asked to cosign this ledger's checkpoints (C2SP tlog-witness, the client's side). The newest checkpoint
 * is what counts: it is asked seldom, and what it answers is believed only when its key's line holds.
 */
import type { Bytes } from '@mingzheng/kernel'
import { type NoteSignature, namesKey, parseSignatureLine, type VerifierKey, verifyLine } from '@mingzheng/proof'
import { formatAddCheckpoint } from './add-checkpoint.ts'

/** How a witness is reached: the body of `POST <prefix>/add-checkpoint`. Whatever it throws, it is asked again later. */
export interface OutsideWitness {
  post(body: string): Promise<{ readonly status: number; readonly contentType: string; readonly body: string }>
}

/** A checkpoint to be cosigned. */
export interface AskedCheckpoint {
  readonly size: number
  /** Text of the checkpoint. */
  readonly text: string
  /** The note with a line of one of the log's keys. */
  readonly signed: string
}

export interface OutsideLinkOptions {
  readonly witness: OutsideWitness
  readonly key: VerifierKey
  /** RFC 6962 consistency proof of the SHA-256 tree. */
  readonly consistency: (from: number, to: number) => readonly Bytes[]
  readonly cosigned: (checkpoint: AskedCheckpoint, line: NoteSignature, time: number | null) => void
  /** Shortest pause between two requests, milliseconds. */
  readonly pauseMs: number
}

/** Answers are short: some signature lines, or a size. */
const ANSWER_CHARACTERS = 64 * 1024
const MOST_PAUSES = 64

export class OutsideLink {
  readonly #options: OutsideLinkOptions
  /** Size that the witness cosigned last, as far as known. */
  #old = 0
  #wanted: AskedCheckpoint | null = null
  #asking = false
  #timer: NodeJS.Timeout | null = null
  #pauses = 1
  #closed = false

  constructor(options: OutsideLinkOptions) {
    this.#options = options
  }

  /** Asks for this checkpoint in the place of older ones. */
  offer(checkpoint: AskedCheckpoint): void {
    this.#wanted = checkpoint
    this.#pump()
  }

  close(): void {
    this.#closed = true
    if (this.#timer !== null) clearTimeout(this.#timer)
  }

  #pump(): void {
    const wanted = this.#wanted
    if (this.#closed || this.#asking || this.#timer !== null || wanted === null) return
    this.#wanted = null
    this.#asking = true
    void this.#ask(wanted)
      .catch(() => false)
      .then((done) => {
        this.#asking = false
        // A witness that is away is asked ever less often.
        this.#pauses = done ? 1 : Math.min(2 * this.#pauses, MOST_PAUSES)
        if (!done) this.#wanted ??= wanted
        if (this.#closed) return
        this.#timer = setTimeout(() => {
          this.#timer = null
          this.#pump()
        }, this.#options.pauseMs * this.#pauses)
        this.#timer.unref()
      })
  }

  /** Whether nothing more is to be asked of this checkpoint. */
  async #ask(checkpoint: AskedCheckpoint): Promise<boolean> {
    const { witness, consistency } = this.#options
    // The first answer may only tell what it cosigned last.
    for (let attempt = 0; attempt < 2; attempt++) {
      if (this.#old > checkpoint.size) {
        // It cosigned more for another member; or it says so, and that binds nobody.
        this.#old = 0
        return true
      }
      const proof = this.#old === 0 ? [] : consistency(this.#old, checkpoint.size)
      const { status, body } = await witness.post(formatAddCheckpoint(this.#old, proof, checkpoint.signed))
      if (body.length > ANSWER_CHARACTERS) return false
      if (status === 200) return this.#take(checkpoint, body)
      if (status !== 409 || !/^(0|[1-9]\d{0,15})\n$/.test(body)) return false
      const old = Number(body)
      if (old === this.#old) return false
      this.#old = old
    }
    return false
  }

  #take(checkpoint: AskedCheckpoint, body: string): boolean {
    const { key, cosigned } = this.#options
    for (const text of body.split('\n').slice(0, -1)) {
      const line = parseSignatureLine(text)
      if (!namesKey(line, key)) continue
      const verdict = verifyLine({ text: checkpoint.text }, line, key)
      if (!verdict.valid) return false
      this.#old = checkpoint.size
      cosigned(checkpoint, line, verdict.time)
      return true
    }
    return false
  }
}
