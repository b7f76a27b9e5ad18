/** The whole of a tall picture in a strip, with the part in sight framed. */
import { type PointerEvent, type RefObject, useEffect, useState } from 'react'
import { useWords } from '../i18n/words.ts'
import { detailWords } from './words.ts'

interface PictureOverviewProps {
  src: string
  pane: RefObject<HTMLDivElement | null>
  size: { width: number; height: number }
  zoom: number
}

export function PictureOverview({ src, pane, size, zoom }: PictureOverviewProps) {
  const t = useWords(detailWords)
  const [sight, setSight] = useState({ top: 0, height: 1 })
  const whole = size.height * zoom
  useEffect(() => {
    const node = pane.current
    if (node === null) return
    const measure = () => setSight({ top: node.scrollTop / whole, height: Math.min(1, node.clientHeight / whole) })
    measure()
    node.addEventListener('scroll', measure, { passive: true })
    return () => node.removeEventListener('scroll', measure)
  }, [pane, whole])
  if (whole <= (pane.current?.clientHeight ?? 0) * 1.2) return null
  const jump = (event: PointerEvent<HTMLDivElement>) => {
    const node = pane.current
    if (node === null || event.buttons !== 1) return
    const box = event.currentTarget.getBoundingClientRect()
    node.scrollTo({ top: ((event.clientY - box.top) / box.height) * whole - node.clientHeight / 2 })
  }
  return (
    <div
      className="picture-overview no-print"
      title={t('overview')}
      onPointerDown={jump}
      onPointerMove={jump}
      aria-hidden="true"
    >
      <img src={src} alt="" draggable={false} />
      <span style={{ top: `${sight.top * 100}%`, height: `${sight.height * 100}%` }} />
    </div>
  )
}
