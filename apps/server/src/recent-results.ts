/** Results of costly work on unchanging input: worked out once, shared by all who ask meanwhile, kept while there is room. */

export interface RecentResults<T> {
  /** The result of `work` for `key`; a failure is not kept. */
  get(key: string, work: () => Promise<T>): Promise<T>
}

/** Keeps results up to `mostBytes`, as `bytesOf` weighs them; the longest unused go first. */
export function recentResults<T>(mostBytes: number, bytesOf: (result: T) => number): RecentResults<T> {
  const kept = new Map<string, { result: T; bytes: number }>()
  const underway = new Map<string, Promise<T>>()
  let bytes = 0

  function keep(key: string, result: T): void {
    const size = bytesOf(result)
    if (size > mostBytes) return
    kept.set(key, { result, bytes: size })
    bytes += size
    for (const [oldest, { bytes: its }] of kept) {
      if (bytes <= mostBytes) return
      kept.delete(oldest)
      bytes -= its
    }
  }

  return {
    get(key, work) {
      const found = kept.get(key)
      if (found !== undefined) {
        kept.delete(key)
        kept.set(key, found)
        return Promise.resolve(found.result)
      }
      const known = underway.get(key)
      if (known !== undefined) return known
      const started = work()
        .then((result) => {
          keep(key, result)
          return result
        })
        .finally(() => underway.delete(key))
      underway.set(key, started)
      return started
    },
  }
}
