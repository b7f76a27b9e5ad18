/** A place for one file: chosen or dropped. */
import { type ReactNode, useState } from 'react'
import './drop-place.css'
import { Icon } from './icon.tsx'

interface DropPlaceProps {
  /** As in `accept` of an input. */
  readonly accept: string
  readonly isBusy: boolean
  /** Takes no file now. */
  readonly isShut?: boolean
  readonly name: ReactNode
  readonly hint: ReactNode
  onFile(file: File): void
}

export function DropPlace({ accept, isBusy, isShut = isBusy, name, hint, onFile }: DropPlaceProps) {
  const [over, setOver] = useState(false)
  const take = (file: File | undefined) => {
    if (file !== undefined && !isShut) onFile(file)
  }
  return (
    <label
      className={over && !isShut ? 'drop-place drop-over' : 'drop-place'}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault()
        setOver(false)
        take(event.dataTransfer.files[0])
      }}
    >
      <Icon name={isBusy ? 'running' : 'upload'} size={26} />
      <strong>{name}</strong>
      <span className="second">{hint}</span>
      <input
        type="file"
        accept={accept}
        disabled={isShut}
        onChange={(event) => {
          take(event.target.files?.[0])
          event.target.value = ''
        }}
      />
    </label>
  )
}
