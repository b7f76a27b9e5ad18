/** A surface with a heading, and lists of facts upon it. */
import type { ReactNode } from 'react'
import './card.css'

interface CardProps {
  title?: ReactNode
  aside?: ReactNode
  children: ReactNode
  flush?: boolean
  id?: string
}

export function Card({ title, aside, children, flush = false, id }: CardProps) {
  return (
    <section className="card" {...(id === undefined ? {} : { id })}>
      {title !== undefined && (
        <header className="card-head">
          <h2>{title}</h2>
          {aside !== undefined && <div className="card-aside">{aside}</div>}
        </header>
      )}
      <div className={flush ? 'card-body card-flush' : 'card-body'}>{children}</div>
    </section>
  )
}

export interface Fact {
  name: string
  value: ReactNode
}

export const fact = (name: string, value: ReactNode): Fact => ({ name, value })

/** Facts as pairs of name and value; empty values are left out. */
export function Facts({ of, wide = false }: { of: Fact[]; wide?: boolean }) {
  return (
    <dl className={wide ? 'facts facts-wide' : 'facts'}>
      {of
        .filter(({ value }) => value !== null && value !== undefined && value !== '')
        .map(({ name, value }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  )
}
