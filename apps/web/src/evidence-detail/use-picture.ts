/** Zoom and pan of a picture in a scrolling pane. */
import { type PointerEvent, type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'

interface Size {
  width: number
  height: number
}

const LEAST = 0.05
const MOST = 8
const STEP = 1.25

export function usePicture(pane: RefObject<HTMLDivElement | null>, size: Size | null) {
  const [zoom, setZoom] = useState(1)
  const [dragging, setDragging] = useState(false)
  /** Where the scroll must go once the picture has its new size. */
  const target = useRef<{ left: number; top: number } | null>(null)

  const zoomTo = useCallback(
    (wanted: number, at?: { x: number; y: number }) => {
      const node = pane.current
      if (node === null) return
      const next = Math.min(MOST, Math.max(LEAST, wanted))
      setZoom((old) => {
        const x = at?.x ?? node.clientWidth / 2
        const y = at?.y ?? node.clientHeight / 2
        const ratio = next / old
        target.current = { left: (node.scrollLeft + x) * ratio - x, top: (node.scrollTop + y) * ratio - y }
        return next
      })
    },
    [pane],
  )
  const fit = useCallback(() => {
    if (size !== null && pane.current !== null) zoomTo(pane.current.clientWidth / size.width, { x: 0, y: 0 })
  }, [pane, size, zoomTo])

  // biome-ignore lint/correctness/useExhaustiveDependencies: runs once the picture has the size that `zoom` gives it
  useLayoutEffect(() => {
    if (target.current !== null) pane.current?.scrollTo({ ...target.current, behavior: 'instant' })
    target.current = null
  }, [zoom, pane])
  useEffect(() => {
    if (size === null || pane.current === null) return
    setZoom(Math.min(1, pane.current.clientWidth / size.width))
  }, [size, pane])
  useEffect(() => {
    const node = pane.current
    if (node === null) return
    const onWheel = (event: WheelEvent) => {
      if (!event.ctrlKey && !event.metaKey) return
      event.preventDefault()
      const box = node.getBoundingClientRect()
      const at = { x: event.clientX - box.left, y: event.clientY - box.top }
      setZoom((old) => {
        const next = Math.min(MOST, Math.max(LEAST, old * Math.exp(-event.deltaY / 300)))
        const ratio = next / old
        target.current = { left: (node.scrollLeft + at.x) * ratio - at.x, top: (node.scrollTop + at.y) * ratio - at.y }
        return next
      })
    }
    node.addEventListener('wheel', onWheel, { passive: false })
    return () => node.removeEventListener('wheel', onWheel)
  }, [pane])

  const handlers = {
    onPointerDown: (event: PointerEvent<HTMLDivElement>) => {
      if (event.pointerType !== 'mouse' || event.button !== 0) return
      event.currentTarget.setPointerCapture(event.pointerId)
      setDragging(true)
    },
    onPointerMove: (event: PointerEvent<HTMLDivElement>) => {
      if (dragging) event.currentTarget.scrollBy(-event.movementX, -event.movementY)
    },
    onPointerUp: () => setDragging(false),
    onPointerCancel: () => setDragging(false),
    onKeyDown: (event: React.KeyboardEvent) => {
      if (event.key === '+' || event.key === '=') zoomTo(zoom * STEP)
      if (event.key === '-') zoomTo(zoom / STEP)
      if (event.key === '0') fit()
    },
  }
  return {
    zoom,
    dragging,
    handlers,
    fit,
    actual: () => zoomTo(1),
    step: (by: 1 | -1) => zoomTo(zoom * (by === 1 ? STEP : 1 / STEP)),
  }
}
