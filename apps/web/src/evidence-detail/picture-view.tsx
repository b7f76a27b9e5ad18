/** Very tall pictures: zoom about the pointer, pan by dragging, and an overview strip to jump by. */
import { addressOf, type EvidenceDetail } from '@mingzheng/api'
import { Button } from 'antd'
import { useRef, useState } from 'react'
import { Empty } from '../design/empty.tsx'
import { Icon } from '../design/icon.tsx'
import { useWords } from '../i18n/words.ts'
import { PictureOverview } from './picture-overview.tsx'
import { usePicture } from './use-picture.ts'
import { detailWords } from './words.ts'

interface PictureViewProps {
  number: string
  page: EvidenceDetail['pagesCaptured'][number] | undefined
}

export function PictureView({ number, page }: PictureViewProps) {
  const t = useWords(detailWords)
  if (page === undefined || page.picture === null)
    return <Empty icon="picture" title={t('noPicture')} text={t('noPictureText')} />
  const src = addressOf('evidence.file', { params: { number }, query: { path: page.picture } })
  return <Picture key={src} src={src} alt={page.title} />
}

function Picture({ src, alt }: { src: string; alt: string }) {
  const t = useWords(detailWords)
  const pane = useRef<HTMLDivElement>(null)
  const [size, setSize] = useState<{ width: number; height: number } | null>(null)
  const [failed, setFailed] = useState(false)
  const { zoom, step, fit, actual, dragging, handlers } = usePicture(pane, size)
  if (failed) return <Empty icon="picture" title={t('pictureFailed')} />
  return (
    <div className="picture">
      <div className="picture-tools no-print">
        <Button size="small" icon={<Icon name="minus" />} onClick={() => step(-1)} aria-label={t('zoomOut')} />
        <span className="number picture-zoom">{Math.round(zoom * 100)}%</span>
        <Button size="small" icon={<Icon name="plus" />} onClick={() => step(1)} aria-label={t('zoomIn')} />
        <Button size="small" onClick={fit}>
          {t('fit')}
        </Button>
        <Button size="small" onClick={actual}>
          {t('actual')}
        </Button>
        {size !== null && (
          <span className="quiet small picture-size">
            {size.width} × {size.height}
          </span>
        )}
      </div>
      <div className="picture-panes">
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a pane that scrolls can be scrolled by keys */}
        <div ref={pane} className={`picture-pane${dragging ? ' picture-dragging' : ''}`} tabIndex={0} {...handlers}>
          {size === null && <span className="bones picture-bones" aria-hidden="true" />}
          <img
            src={src}
            alt={alt}
            draggable={false}
            style={size === null ? { visibility: 'hidden' } : { width: size.width * zoom, height: size.height * zoom }}
            onLoad={({ currentTarget: img }) => setSize({ width: img.naturalWidth, height: img.naturalHeight })}
            onError={() => setFailed(true)}
          />
        </div>
        {size !== null && <PictureOverview src={src} pane={pane} size={size} zoom={zoom} />}
      </div>
    </div>
  )
}
