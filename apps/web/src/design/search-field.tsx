/** A field that searches as one types; what it searches for stands in the address bar, so it is told and tells. */
import { Input } from 'antd'
import { useEffect, useEffectEvent, useState } from 'react'
import { Icon } from './icon.tsx'
import './search-field.css'

const PAUSE_MS = 250

interface SearchFieldProps {
  value: string | undefined
  label: string
  onSearch: (text: string | undefined) => void
  className?: string
}

export function SearchField({ value, label, onSearch, className = 'search-field' }: SearchFieldProps) {
  const [text, setText] = useState(value ?? '')
  const search = useEffectEvent(onSearch)
  useEffect(() => setText(value ?? ''), [value])
  useEffect(() => {
    const next = text.trim() === '' ? undefined : text.trim()
    if (next === value) return
    const timer = setTimeout(() => search(next), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [text, value])
  return (
    <Input
      className={className}
      allowClear
      prefix={<Icon name="search" />}
      value={text}
      onChange={(event) => setText(event.target.value)}
      placeholder={label}
      aria-label={label}
    />
  )
}
