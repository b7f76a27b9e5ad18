/** Who stalls and why: several parts of a node may, each for itself; the ledger is ready when none does. */
import type { StallReason } from './engine/engine.ts'

export class StallBoard {
  readonly #reasons = new Map<string, StallReason>()

  set(part: string, reason: StallReason | null): void {
    if (reason === null) this.#reasons.delete(part)
    else this.#reasons.set(part, reason)
  }

  get reason(): StallReason | null {
    return this.#reasons.values().next().value ?? null
  }
}
