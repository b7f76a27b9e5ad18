/** Numbers and times as people of this product read them: absolute in UTC+8 by default, relative beside. */
import type { Language } from './language.ts'

const locale = (language: Language) => (language === 'zh' ? 'zh-CN' : 'en-GB')

export function formatNumber(value: number, language: Language): string {
  return new Intl.NumberFormat(locale(language)).format(value)
}

/** "10,000+" where counting stopped. */
export function formatCount(count: { value: number; capped: boolean }, language: Language): string {
  return formatNumber(count.value, language) + (count.capped ? '+' : '')
}

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB']

export function formatBytes(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000
    unit += 1
  }
  const digits = unit === 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2
  return `${value.toFixed(digits)} ${UNITS[unit]}`
}

const two = (value: number) => String(value).padStart(2, '0')

/** `2026-11-24 09:30:12` in the zone of this computer. */
export function formatTime(time: string, withSeconds = true): string {
  const d = new Date(time)
  const day = `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}`
  const minutes = `${day} ${two(d.getHours())}:${two(d.getMinutes())}`
  return withSeconds ? `${minutes}:${two(d.getSeconds())}` : minutes
}

/** Zone of this computer as `UTC+8`. */
export function zoneName(time: string): string {
  const minutes = -new Date(time).getTimezoneOffset()
  const sign = minutes < 0 ? '-' : '+'
  const whole = Math.floor(Math.abs(minutes) / 60)
  const rest = Math.abs(minutes) % 60
  return `UTC${sign}${whole}${rest === 0 ? '' : `:${two(rest)}`}`
}

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
]

export function formatRelative(time: string, language: Language, nowMs: number): string {
  const seconds = Math.round((Date.parse(time) - nowMs) / 1000)
  const format = new Intl.RelativeTimeFormat(locale(language), { numeric: 'auto', style: 'short' })
  for (const [unit, length] of STEPS) {
    if (Math.abs(seconds) >= length) return format.format(Math.trunc(seconds / length), unit)
  }
  return format.format(Math.trunc(seconds), 'second')
}

/** `1:05` or `1:02:05`. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  const h = Math.floor(seconds / 3600)
  const m = Math.floor((seconds % 3600) / 60)
  return h > 0 ? `${h}:${two(m)}:${two(seconds % 60)}` : `${m}:${two(seconds % 60)}`
}
