/** One peer: what this node signed goes to it, newest first when it is slow; what it has is asked for. Never retries: the peer pulls. */
import type { Bytes } from '@mingzheng/kernel'
import { formatCosignatures, MESSAGE_NOTES } from './message.ts'

/** How a member is reached. Whatever it throws, the cosignatures come another way or later. */
export interface WitnessPeer {
  /** The member's id in the trust policy. */
  readonly id: string
  /** Delivers a message to the peer's exchange. */
  send(message: Bytes): Promise<void>
  /** The peer's answer for a size. */
  pull(size: number): Promise<Bytes>
}

export class PeerLink {
  readonly #peer: WitnessPeer
  #notes: string[] = []
  #sending = false
  #pulling = false
  #closed = false

  constructor(peer: WitnessPeer) {
    this.#peer = peer
  }

  /** Whether it is this very way. */
  leadsTo(peer: WitnessPeer): boolean {
    return this.#peer === peer
  }

  /** Sends soon. What waits longer than a message holds is dropped, oldest first. */
  post(notes: readonly string[]): void {
    this.#notes.push(...notes)
    if (this.#notes.length > MESSAGE_NOTES) this.#notes = this.#notes.slice(-MESSAGE_NOTES)
    if (!this.#sending) void this.#drain()
  }

  /** Asks once; one question at a time. */
  async pull(size: number, take: (message: Bytes) => void): Promise<void> {
    if (this.#pulling || this.#closed) return
    this.#pulling = true
    try {
      const message = await this.#peer.pull(size)
      if (!this.#closed) take(message)
    } catch {
      // It is away: another peer may have its lines, and it will ask by itself.
    } finally {
      this.#pulling = false
    }
  }

  close(): void {
    this.#closed = true
    this.#notes = []
  }

  async #drain(): Promise<void> {
    this.#sending = true
    try {
      while (this.#notes.length > 0 && !this.#closed) {
        const notes = this.#notes
        this.#notes = []
        await this.#peer.send(formatCosignatures(notes))
      }
    } catch {
      this.#notes = []
    } finally {
      this.#sending = false
    }
  }
}
