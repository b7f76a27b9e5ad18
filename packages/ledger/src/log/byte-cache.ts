/** Keeps what was used last, up to so many bytes in all. */
export class ByteCache<Key, Value> {
  readonly #most: number
  readonly #kept = new Map<Key, { readonly value: Value; readonly bytes: number }>()
  #bytes = 0
  /** What was used last: it is often what is asked for next. */
  #newest: { readonly key: Key; readonly value: Value } | null = null

  /** `most` bytes; what is larger alone is not kept. */
  constructor(most: number) {
    this.#most = most
  }

  /** Bytes that are kept, as their owners said. */
  get bytes(): number {
    return this.#bytes
  }

  get(key: Key): Value | undefined {
    if (this.#newest !== null && this.#newest.key === key) return this.#newest.value
    const found = this.#kept.get(key)
    if (found === undefined) return undefined
    // Maps remember the order of insertion: the first is what was used longest ago.
    this.#kept.delete(key)
    this.#kept.set(key, found)
    this.#newest = { key, value: found.value }
    return found.value
  }

  /** `bytes` is what the value holds on to. */
  set(key: Key, value: Value, bytes: number): void {
    this.#drop(key)
    this.#kept.set(key, { value, bytes })
    this.#bytes += bytes
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= this.#most) return
      this.#drop(oldest)
    }
  }

  #drop(key: Key): void {
    if (this.#newest?.key === key) this.#newest = null
    this.#bytes -= this.#kept.get(key)?.bytes ?? 0
    this.#kept.delete(key)
  }
}
