/** An empty place: what belongs here and the button that makes the first one. */
import type { ReactNode } from 'react'
import './empty.css'
import { Icon, type IconName } from './icon.tsx'

interface EmptyProps {
  icon: IconName
  title: string
  text?: string
  action?: ReactNode
}

export function Empty({ icon, title, text, action }: EmptyProps) {
  return (
    <div className="empty">
      <span className="empty-icon">
        <Icon name={icon} size={26} />
      </span>
      <h2>{title}</h2>
      {text !== undefined && <p className="second">{text}</p>}
      {action}
    </div>
  )
}
