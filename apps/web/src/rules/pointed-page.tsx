/**
 * A stored page in a frame without scripts. The frame is of this origin so that a click in it can be heard from here; it may neither
 * run anything, nor lead away, nor load from elsewhere (sandbox, and the policy of this page, which it inherits).
 */
import { useEffect, useRef } from 'react'

interface PointedPageProps {
  html: string
  label: string
  /** Whether clicks are wanted. */
  pointing: boolean
  /** The element that is shown as chosen; null for none. */
  chosen: number | null
  onPoint: (element: number) => void
}

const MARKS = `<style>[data-at]{cursor:inherit!important;pointer-events:auto!important}html.pointing,html.pointing *{cursor:crosshair!important}
html.pointing [data-at]:hover{outline:1px dashed #1d4ed8!important}[data-chosen]{outline:2px solid #1d4ed8!important;outline-offset:1px}
body{font:14px/1.6 system-ui,sans-serif;margin:12px}img{min-width:24px;min-height:24px;background:#e5e7eb}</style>`

export function PointedPage({ html, label, pointing, chosen, onPoint }: PointedPageProps) {
  const frame = useRef<HTMLIFrameElement>(null)
  const point = useRef(onPoint)
  point.current = pointing ? onPoint : () => undefined
  const mark = () => {
    const inside = frame.current?.contentDocument
    if (inside === null || inside === undefined) return
    inside.documentElement.classList.toggle('pointing', pointing)
    for (const element of inside.querySelectorAll('[data-chosen]')) element.removeAttribute('data-chosen')
    if (chosen !== null) inside.querySelector(`[data-at="${chosen}"]`)?.setAttribute('data-chosen', '')
  }
  useEffect(mark)
  const listen = () => {
    const inside = frame.current?.contentDocument
    inside?.addEventListener(
      'click',
      (event) => {
        event.preventDefault()
        event.stopPropagation()
        const at = (event.target as Element | null)?.closest?.('[data-at]')?.getAttribute('data-at')
        if (at !== null && at !== undefined) point.current(Number(at))
      },
      { capture: true },
    )
    mark()
  }
  return (
    <iframe
      ref={frame}
      className="pointed-page"
      title={label}
      sandbox="allow-same-origin"
      referrerPolicy="no-referrer"
      srcDoc={MARKS + html}
      onLoad={listen}
    />
  )
}
