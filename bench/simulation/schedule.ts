/** Events of a simulation in the order of their time; of equal times the earlier made comes first. */

interface Event {
  readonly at: number
  readonly made: number
  readonly run: () => void
}

export class Schedule {
  /** Simulated milliseconds. */
  now = 0
  /** Events that ran. */
  ran = 0
  readonly #heap: Event[] = []
  #made = 0

  /** Runs something `delay` milliseconds from now. */
  after(delay: number, run: () => void): void {
    const heap = this.#heap
    heap.push({ at: this.now + Math.max(0, delay), made: this.#made++, run })
    for (let i = heap.length - 1; i > 0; ) {
      const above = (i - 1) >> 1
      if (!sooner(heap[i]!, heap[above]!)) break
      swap(heap, i, above)
      i = above
    }
  }

  /** Runs events until the time is `end`, or none is left. */
  until(end: number): void {
    for (let next = this.#take(end); next !== null; next = this.#take(end)) {
      this.now = next.at
      this.ran++
      next.run()
    }
    this.now = end
  }

  #take(end: number): Event | null {
    const heap = this.#heap
    const first = heap[0]
    if (first === undefined || first.at > end) return null
    const last = heap.pop()!
    if (heap.length > 0) {
      heap[0] = last
      for (let i = 0; ; ) {
        const left = 2 * i + 1
        if (left >= heap.length) break
        const right = left + 1
        const least = right < heap.length && sooner(heap[right]!, heap[left]!) ? right : left
        if (!sooner(heap[least]!, heap[i]!)) break
        swap(heap, i, least)
        i = least
      }
    }
    return first
  }
}

function sooner(a: Event, b: Event): boolean {
  return a.at < b.at || (a.at === b.at && a.made < b.made)
}

function swap(heap: Event[], i: number, j: number): void {
  const kept = heap[i]!
  heap[i] = heap[j]!
  heap[j] = kept
}
