/** A meaning on screen: always icon, word and colour together. */
import type { ReactNode } from 'react'
import { Icon, type IconName } from './icon.tsx'
import type { Meaning } from './tokens.ts'

const ICONS: Record<Meaning, IconName> = {
  must: 'failed',
  watch: 'warning',
  proven: 'passed',
  running: 'running',
  plain: 'unknown',
}

interface StatusProps {
  meaning: Meaning
  icon?: IconName
  filled?: boolean
  children: ReactNode
}

export function Status({ meaning, icon = ICONS[meaning], filled = false, children }: StatusProps) {
  return (
    <span className={`status meaning-${meaning}${filled ? ' status-filled' : ''}`}>
      <Icon name={icon} size={14} />
      {children}
    </span>
  )
}
