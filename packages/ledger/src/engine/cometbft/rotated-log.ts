/** A log file that starts anew at a size and keeps the ones before; what cannot be written is lost, nothing waits for it. */
import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

const LARGEST = 4 * 1024 * 1024
const KEPT = 3

export class RotatedLog {
  readonly #path: string
  #size: number

  constructor(path: string) {
    this.#path = path
    mkdirSync(dirname(path), { recursive: true })
    this.#size = statSync(path, { throwIfNoEntry: false })?.size ?? 0
  }

  write(line: string): void {
    try {
      if (this.#size > LARGEST) this.#rotate()
      appendFileSync(this.#path, `${line}\n`, { mode: 0o600 })
      this.#size += line.length + 1
    } catch {
      // A full disk must not end the engine for the sake of its log.
    }
  }

  #rotate(): void {
    for (let i = KEPT - 1; i > 0; i--) {
      const from = i === 1 ? this.#path : `${this.#path}.${i - 1}`
      if (statSync(from, { throwIfNoEntry: false }) !== undefined) renameSync(from, `${this.#path}.${i}`)
    }
    this.#size = 0
  }
}
