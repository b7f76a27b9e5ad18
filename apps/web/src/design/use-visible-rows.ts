/** Which rows of a long list are in sight of the window, so that only these are drawn. */
import { type RefObject, useCallback, useEffect, useEffectEvent, useRef, useState } from 'react'
import { sizes } from './tokens.ts'

const BEYOND = 12
const NARROW = 760

interface VisibleRows {
  ref: RefObject<HTMLDivElement | null>
  from: number
  to: number
  narrow: boolean
}

export function useVisibleRows(count: number, onEnd?: () => void): VisibleRows {
  const ref = useRef<HTMLDivElement>(null)
  const [range, setRange] = useState({ from: 0, to: 60, narrow: innerWidth <= NARROW })
  const measure = useCallback(() => {
    const narrow = innerWidth <= NARROW
    const height = narrow ? sizes.row * 2 : sizes.row
    const top = ref.current?.getBoundingClientRect().top ?? 0
    const first = Math.max(0, Math.floor(-top / height) - BEYOND)
    const last = Math.ceil((innerHeight - top) / height) + BEYOND
    setRange((old) =>
      old.from === first && old.to === last && old.narrow === narrow ? old : { from: first, to: last, narrow },
    )
  }, [])
  const end = useEffectEvent(() => onEnd?.())
  useEffect(() => {
    measure()
    addEventListener('scroll', measure, { passive: true, capture: true })
    addEventListener('resize', measure)
    // Paper shows all that was loaded.
    const all = () => setRange({ from: 0, to: Number.MAX_SAFE_INTEGER, narrow: false })
    addEventListener('beforeprint', all)
    addEventListener('afterprint', measure)
    return () => {
      removeEventListener('scroll', measure, { capture: true })
      removeEventListener('resize', measure)
      removeEventListener('beforeprint', all)
      removeEventListener('afterprint', measure)
    }
  }, [measure])
  useEffect(() => {
    if (count > 0 && range.to >= count) end()
  }, [count, range.to])
  return { ref, ...range }
}
