/** A list of names with lengths to compare: the longest is the measure of all. */
import type { ReactNode } from 'react'
import { formatNumber } from '../i18n/formats.ts'
import { useLanguage } from '../i18n/language.ts'

export interface Bar {
  key: string
  name: ReactNode
  value: number
  aside?: ReactNode
}

export function BarList({ bars, none }: { bars: readonly Bar[]; none: string }) {
  const language = useLanguage()
  const most = Math.max(1, ...bars.map(({ value }) => value))
  if (bars.length === 0) return <p className="quiet">{none}</p>
  return (
    <ul className="bars">
      {bars.map(({ key, name, value, aside }) => (
        <li key={key}>
          <span className="ellipsis">{name}</span>
          <span className="bar" aria-hidden>
            <span style={{ width: `${(value / most) * 100}%` }} />
          </span>
          <span className="number">
            {formatNumber(value, language)} {aside}
          </span>
        </li>
      ))}
    </ul>
  )
}
