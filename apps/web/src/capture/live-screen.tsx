/**
 * The picture of the controlled browser as a screen one can use: pointer, wheel, keys. Text is composed in a hidden field,
 * so that Chinese input methods work; what was composed is sent as text.
 */
import { type PointerEvent, type RefObject, useEffect, useRef } from 'react'
import { Icon } from '../design/icon.tsx'
import { useWords } from '../i18n/words.ts'
import type { SendInput } from './use-live-input.ts'
import { captureWords } from './words.ts'

interface LiveScreenProps {
  frame: { src: string; width: number; height: number } | null
  /** Its last picture stays, and takes nothing any more. */
  closed: boolean
  send: SendInput
}

const SENT_KEYS = new Set([
  'Enter',
  'Tab',
  'Backspace',
  'Delete',
  'Escape',
  'ArrowUp',
  'ArrowDown',
  'ArrowLeft',
  'ArrowRight',
  'Home',
  'End',
  'PageUp',
  'PageDown',
])

export function LiveScreen({ frame, closed, send }: LiveScreenProps) {
  const t = useWords(captureWords)
  const picture = useRef<HTMLImageElement>(null)
  const field = useRef<HTMLTextAreaElement>(null)
  useWheel(picture, closed ? null : frame, send)
  if (frame === null && closed) return null
  if (frame === null) {
    return (
      <div className="live-screen live-waiting">
        <Icon name="running" size={28} />
        <span>{t('liveOpening')}</span>
      </div>
    )
  }
  if (closed) {
    return (
      <div className="live-screen">
        <img src={frame.src} alt={t('picture')} className="live-ended" />
      </div>
    )
  }
  const place = (event: PointerEvent) => placeOf(event, picture.current, frame)
  return (
    <div className="live-screen">
      <img
        ref={picture}
        src={frame.src}
        alt={t('picture')}
        draggable={false}
        onPointerMove={(event) => send({ kind: 'move', ...place(event) })}
        onPointerUp={(event) => {
          field.current?.focus({ preventScroll: true })
          send({ kind: 'click', ...place(event), button: event.button === 2 ? 'right' : 'left' })
        }}
        onContextMenu={(event) => event.preventDefault()}
      />
      <textarea
        ref={field}
        className="live-field"
        aria-label={t('liveKeyboard')}
        autoComplete="off"
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing || !SENT_KEYS.has(event.key)) return
          event.preventDefault()
          send({ kind: 'key', key: event.key })
        }}
        onInput={(event) => {
          if ((event.nativeEvent as InputEvent).isComposing) return
          flush(event.currentTarget, send)
        }}
        onCompositionEnd={(event) => flush(event.currentTarget, send)}
      />
    </div>
  )
}

function flush(field: HTMLTextAreaElement, send: SendInput): void {
  if (field.value !== '') send({ kind: 'text', text: field.value })
  field.value = ''
}

type At = { clientX: number; clientY: number }
type Size = { width: number; height: number }

function placeOf(event: At, picture: HTMLElement | null, size: Size): { x: number; y: number } {
  const box = picture?.getBoundingClientRect()
  if (box === undefined || box.width === 0) return { x: 0, y: 0 }
  const x = Math.round(((event.clientX - box.left) / box.width) * size.width)
  const y = Math.round(((event.clientY - box.top) / box.height) * size.height)
  return { x, y }
}

/** The wheel scrolls the page in the picture, not ours; React's own wheel listener is passive and cannot say so. */
function useWheel(picture: RefObject<HTMLImageElement | null>, size: Size | null, send: SendInput): void {
  const width = size?.width ?? 0
  const height = size?.height ?? 0
  useEffect(() => {
    const node = picture.current
    if (node === null || width === 0) return
    const onWheel = (event: WheelEvent) => {
      event.preventDefault()
      send({ kind: 'wheel', ...placeOf(event, node, { width, height }), deltaY: event.deltaY })
    }
    node.addEventListener('wheel', onWheel, { passive: false })
    return () => node.removeEventListener('wheel', onWheel)
  }, [picture, width, height, send])
}
