/** A button that asks for one file of this machine. */
import { Button } from 'antd'
import { useRef } from 'react'
import { Icon } from './icon.tsx'

interface FileButtonProps {
  readonly name: string
  /** As in `accept` of an input. */
  readonly accept: string
  onFile(file: File): void
}

export function FileButton({ name, accept, onFile }: FileButtonProps) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <Button icon={<Icon name="upload" size={14} />} onClick={() => input.current?.click()}>
        {name}
      </Button>
      <input
        ref={input}
        type="file"
        accept={accept}
        aria-label={name}
        hidden
        onChange={(event) => {
          const file = event.target.files?.[0]
          event.target.value = ''
          if (file !== undefined) onFile(file)
        }}
      />
    </>
  )
}
