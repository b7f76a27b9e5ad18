/** The place to drop a package; the whole window takes the drop. */
import { useEffect, useEffectEvent, useRef, useState } from 'react'
import { Icon } from '../design/icon.tsx'
import { useWords } from '../i18n/words.ts'
import { verificationWords } from './words.ts'

export function DropZone({ onFile }: { onFile: (file: File) => void }) {
  const t = useWords(verificationWords)
  const field = useRef<HTMLInputElement>(null)
  const [over, setOver] = useState(false)
  const take = useEffectEvent((file: File | undefined) => {
    setOver(false)
    if (file !== undefined) onFile(file)
  })
  useEffect(() => {
    const onOver = (event: DragEvent) => {
      event.preventDefault()
      setOver(true)
    }
    const onLeave = (event: DragEvent) => event.relatedTarget === null && setOver(false)
    const onDrop = (event: DragEvent) => {
      event.preventDefault()
      take(event.dataTransfer?.files[0])
    }
    addEventListener('dragover', onOver)
    addEventListener('dragleave', onLeave)
    addEventListener('drop', onDrop)
    return () => {
      removeEventListener('dragover', onOver)
      removeEventListener('dragleave', onLeave)
      removeEventListener('drop', onDrop)
    }
  }, [])
  return (
    <button
      type="button"
      className={`bare drop${over ? ' drop-over' : ''}`}
      onClick={() => field.current?.click()}
      aria-describedby="drop-hint"
    >
      <span className="drop-icon">
        <Icon name="verify" size={40} />
      </span>
      <strong>{over ? t('release') : t('drop')}</strong>
      <span id="drop-hint" className="second">
        {t('dropHint')}
      </span>
      <span className="button button-primary">{t('choose')}</span>
      <input
        ref={field}
        type="file"
        accept=".zip,application/zip"
        hidden
        data-testid="package-file"
        onClick={(event) => event.stopPropagation()}
        onChange={(event) => {
          const file = event.target.files?.[0]
          event.target.value = ''
          if (file !== undefined) onFile(file)
        }}
      />
    </button>
  )
}
