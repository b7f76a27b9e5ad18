/** A time: absolute, its zone on hover, relative beside where asked. */
import { useEffect, useState } from 'react'
import { formatRelative, formatTime, zoneName } from '../i18n/formats.ts'
import { useLanguage } from '../i18n/language.ts'

/** This computer's time, renewed every `everyMs`. */
export function useNow(everyMs: number): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
  return now
}

interface TimeTextProps {
  time: string
  seconds?: boolean
  relative?: boolean | 'only'
}

export function TimeText({ time, seconds = true, relative = false }: TimeTextProps) {
  const language = useLanguage()
  const now = useNow(30_000)
  const whole = `${formatTime(time)} ${zoneName(time)}\n${time}`
  return (
    <time dateTime={time} title={whole} style={{ whiteSpace: 'nowrap' }}>
      {relative === 'only' ? formatRelative(time, language, now) : formatTime(time, seconds)}
      {relative === true && <span className="quiet"> · {formatRelative(time, language, now)}</span>}
    </time>
  )
}
