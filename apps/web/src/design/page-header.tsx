/** The head of a page: its title, one line of what it answers, and its acts. */
import { type ReactNode, useEffect } from 'react'
import './page-header.css'

interface PageHeaderProps {
  title: ReactNode
  /** What the browser's tab says; the title when it is text. */
  tab?: string
  text?: ReactNode
  before?: ReactNode
  acts?: ReactNode
}

export function PageHeader({ title, tab, text, before, acts }: PageHeaderProps) {
  const name = tab ?? (typeof title === 'string' ? title : undefined)
  useEffect(() => {
    if (name !== undefined) document.title = `${name} · 明证`
  }, [name])
  return (
    <header className="page-header">
      <div className="page-header-words">
        {before}
        <h1>{title}</h1>
        {text !== undefined && <div className="second">{text}</div>}
      </div>
      {acts !== undefined && <div className="page-header-acts no-print">{acts}</div>}
    </header>
  )
}
