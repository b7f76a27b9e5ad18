/** What was done, when, and what happened: one JSON line each, in order. docs/formats/action-log.md. */
import { type Bytes, type Clock, utcText, utf8 } from '@mingzheng/kernel'

export type ActionKind =
  | 'step'
  | 'browser'
  | 'navigate'
  | 'scroll'
  | 'expand'
  | 'dialog'
  | 'popup'
  | 'download'
  | 'limit'
  | 'refused'
  | 'officer'
  | 'note'

/** Longest text of one line and most lines: a hostile page causes both. */
const LONGEST_TEXT = 2_000
const MOST_LINES = 20_000

export class ActionLog {
  readonly #clock: Clock
  readonly #lines: string[] = []
  readonly #onLine: (at: number, text: string) => void

  constructor(clock: Clock, onLine: (at: number, text: string) => void) {
    this.#clock = clock
    this.#onLine = onLine
  }

  /** Adds a line. `page` is the number of the page from 1, `null` for the whole capture. */
  add(kind: ActionKind, text: string, page: number | null = null): void {
    if (this.#lines.length > MOST_LINES) return
    const at = this.#clock.now()
    const shown =
      this.#lines.length === MOST_LINES ? 'further lines are left out' : text.slice(0, LONGEST_TEXT).toWellFormed()
    this.#lines.push(`${JSON.stringify({ at: utcText(at), kind, page, text: shown })}\n`)
    this.#onLine(at, shown)
  }

  bytes(): Bytes {
    return utf8(this.#lines.join(''))
  }
}
