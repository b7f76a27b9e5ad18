/**
 * Lets many people watch one thing: each watcher first gets the newest event of every kind, then what comes. A slow
 * watcher misses pictures, never states: of each kind only the newest waits.
 */
export interface Broadcast<E extends { kind: string }> {
  publish(event: E): void
  /** Ends every watcher after what it still has to hear. */
  close(): void
  watch(signal: AbortSignal): AsyncIterable<E>
  readonly closed: boolean
}

interface Watcher<E> {
  waiting: Map<string, E>
  wake: () => void
}

export function createBroadcast<E extends { kind: string }>(): Broadcast<E> {
  const newest = new Map<string, E>()
  const watchers = new Set<Watcher<E>>()
  let closed = false
  return {
    get closed() {
      return closed
    },
    publish(event) {
      newest.set(event.kind, event)
      for (const watcher of watchers) {
        // Deleting first keeps the order in which the newest of each kind came.
        watcher.waiting.delete(event.kind)
        watcher.waiting.set(event.kind, event)
        watcher.wake()
      }
    },
    close() {
      closed = true
      for (const watcher of watchers) watcher.wake()
    },
    async *watch(signal) {
      let wake = () => {}
      const watcher: Watcher<E> = { waiting: new Map(newest), wake: () => wake() }
      watchers.add(watcher)
      const onAbort = () => wake()
      signal.addEventListener('abort', onAbort)
      try {
        while (!signal.aborted) {
          const next = watcher.waiting.entries().next()
          if (!next.done) {
            watcher.waiting.delete(next.value[0])
            yield next.value[1]
            continue
          }
          if (closed) return
          await new Promise<void>((resolve) => {
            wake = resolve
          })
        }
      } finally {
        signal.removeEventListener('abort', onAbort)
        watchers.delete(watcher)
      }
    },
  }
}
