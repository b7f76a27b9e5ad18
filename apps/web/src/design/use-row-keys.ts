/** Keys of a list: j and k (or arrows) move, Enter opens, x selects. */
import { useCallback, useEffect, useEffectEvent, useRef, useState } from 'react'

interface RowKeys<R> {
  rows: R[]
  keyOf: (row: R) => string
  onOpen: ((row: R) => void) | undefined
  onSelect: ((key: string) => void) | undefined
}

const elsewhere = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  target.closest(
    'input:not([type=checkbox]),textarea,select,dialog,[role=dialog],[role=menu],[contenteditable=true]',
  ) !== null

export function useRowKeys<R>({ rows, keyOf, onOpen, onSelect }: RowKeys<R>) {
  const [at, setAt] = useState(-1)
  const current = useRef<HTMLElement | null>(null)
  const step = (by: number) => setAt((old) => Math.max(0, Math.min(rows.length - 1, old + by)))
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || elsewhere(event.target)) return
    const row = rows[at]
    if (event.key === 'j') step(1)
    else if (event.key === 'k') step(-1)
    else if (event.key === 'Enter' && row !== undefined && !(event.target as Element).closest('a,button')) onOpen?.(row)
    else if (event.key === 'x' && row !== undefined) onSelect?.(keyOf(row))
    else return
    event.preventDefault()
  })
  useEffect(() => {
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])
  useEffect(() => {
    if (at >= 0) current.current?.scrollIntoView({ block: 'nearest' })
  }, [at])
  const refOf = useCallback(
    (index: number) => (node: HTMLElement | null) => {
      if (index === at) current.current = node
    },
    [at],
  )
  return { at, refOf }
}
