/** Reading the QR code of a certificate by camera, or from a photo; pictures never leave the browser. */
import { useEffect, useEffectEvent, useRef, useState } from 'react'
import { Icon } from '../design/icon.tsx'
import { useWords } from '../i18n/words.ts'
import { findNumber } from './certificate-number.ts'
import { readQr } from './read-qr.ts'
import { verificationWords } from './words.ts'

const EVERY_MS = 180
/** A photo is read once, so that it may take its time. */
const PHOTO_MS = 2000

interface QrScanProps {
  onNumber: (number: string) => void
  onStop: () => void
}

export function QrScan({ onNumber, onStop }: QrScanProps) {
  const t = useWords(verificationWords)
  const video = useRef<HTMLVideoElement>(null)
  const photo = useRef<HTMLInputElement>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const take = useEffectEvent((text: string) => {
    const number = findNumber(text)
    if (number === null) setProblem(t('scanOther', { text: text.slice(0, 80) }))
    else onNumber(number)
  })
  const fail = useEffectEvent(() => setProblem((old) => old ?? t('scanNoCamera')))
  useEffect(() => {
    let stream: MediaStream | null = null
    let timer: ReturnType<typeof setInterval> | undefined
    let gone = false
    const begin = async () => {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } })
      const node = video.current
      if (gone || node === null) {
        for (const track of stream.getTracks()) track.stop()
        return
      }
      node.srcObject = stream
      await node.play()
      timer = setInterval(() => {
        if (node.videoWidth === 0) return
        const text = readQr(node, node.videoWidth, node.videoHeight)
        if (text !== null) take(text)
      }, EVERY_MS)
    }
    begin().catch(() => fail())
    return () => {
      gone = true
      clearInterval(timer)
      for (const track of stream?.getTracks() ?? []) track.stop()
    }
  }, [])
  const readPhoto = async (file: File) => {
    const picture = await createImageBitmap(file).catch(() => null)
    const text = picture === null ? null : readQr(picture, picture.width, picture.height, PHOTO_MS)
    if (text === null) setProblem(t('scanNothing'))
    else take(text)
  }
  return (
    <div className="scan">
      <div className="scan-view">
        <video ref={video} muted playsInline aria-label={t('scanHint')} />
        <span className="scan-frame" aria-hidden="true" />
      </div>
      <p className="small second" aria-live="polite">
        {problem ?? t('scanHint')}
      </p>
      <div className="scan-acts">
        <button type="button" className="button" onClick={() => photo.current?.click()}>
          <Icon name="picture" /> {t('scanPhoto')}
        </button>
        <button type="button" className="button" onClick={onStop}>
          {t('scanStop')}
        </button>
      </div>
      <input
        ref={photo}
        type="file"
        accept="image/*"
        hidden
        data-testid="qr-photo"
        onChange={(event) => {
          const file = event.target.files?.[0]
          if (file !== undefined) void readPhoto(file)
          event.target.value = ''
        }}
      />
    </div>
  )
}
