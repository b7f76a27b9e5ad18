/** Which rows of a long list are in sight of the window, so that only these are drawn; and how wide the list is. */
import { type RefObject, useCallback, useEffect, useEffectEvent, useRef, useState } from 'react'
import { sizes } from './tokens.ts'

/** Rows drawn beyond those in sight. */
const BEYOND = 12
/** Lists so short are drawn whole: searching and printing the page then find all of it. */
const WHOLE = 150
const NARROW = 760

interface Sight {
  from: number
  to: number
  narrow: boolean
  width: number
}

interface VisibleRows extends Sight {
  ref: RefObject<HTMLDivElement | null>
}

function sightOf(node: HTMLDivElement | null): Sight {
  const narrow = innerWidth <= NARROW
  const height = narrow ? sizes.row * 2 : sizes.row
  const box = node?.getBoundingClientRect()
  const top = box?.top ?? 0
  return {
    from: Math.max(0, Math.floor(-top / height) - BEYOND),
    to: Math.ceil((innerHeight - top) / height) + BEYOND,
    narrow,
    width: box?.width ?? innerWidth,
  }
}

export function useVisibleRows(count: number, onEnd?: () => void): VisibleRows {
  const ref = useRef<HTMLDivElement>(null)
  const [sight, setSight] = useState<Sight>(() => sightOf(null))
  const measure = useCallback(() => {
    const next = sightOf(ref.current)
    setSight((old) =>
      old.from === next.from && old.to === next.to && old.narrow === next.narrow && old.width === next.width
        ? old
        : next,
    )
  }, [])
  const end = useEffectEvent(() => onEnd?.())
  // biome-ignore lint/correctness/useExhaustiveDependencies: the list has its place only once it has rows
  useEffect(measure, [measure, count > 0])
  useEffect(() => {
    addEventListener('scroll', measure, { passive: true, capture: true })
    addEventListener('resize', measure)
    // Paper shows all that was loaded.
    const all = () => setSight((old) => ({ ...old, from: 0, to: Number.MAX_SAFE_INTEGER, narrow: false }))
    addEventListener('beforeprint', all)
    addEventListener('afterprint', measure)
    return () => {
      removeEventListener('scroll', measure, { capture: true })
      removeEventListener('resize', measure)
      removeEventListener('beforeprint', all)
      removeEventListener('afterprint', measure)
    }
  }, [measure])
  const nearEnd = count > 0 && sight.to >= count
  // biome-ignore lint/correctness/useExhaustiveDependencies: more rows bring a new end
  useEffect(() => {
    if (nearEnd) end()
  }, [count, nearEnd])
  return count <= WHOLE ? { ref, ...sight, from: 0, to: count } : { ref, ...sight }
}
