/** A part of a page that scrolls by itself, by keys too. */
import type { ReactNode } from 'react'

export function ScrollPane({
  label,
  className = '',
  children,
}: {
  label: string
  className?: string
  children: ReactNode
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a pane that scrolls can be scrolled by keys
    <section className={`scroll-pane ${className}`} aria-label={label} tabIndex={0}>
      {children}
    </section>
  )
}
