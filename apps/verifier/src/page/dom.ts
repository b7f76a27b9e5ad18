/** Making elements. Everything from a package goes through text nodes, so that nothing in it is ever read as HTML. */

export type Child = Node | string | null | false | undefined

type Attributes = Record<string, string | boolean | ((event: never) => void) | undefined>

/** An element with attributes (`onclick` and the like are listeners) and children. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue
    if (typeof value === 'function') element.addEventListener(name.slice(2), value as EventListener)
    else element.setAttribute(name, value === true ? '' : value)
  }
  element.append(
    ...children.filter((child): child is Node | string => child !== null && child !== false && child !== undefined),
  )
  return element
}

const SVG = 'http://www.w3.org/2000/svg'

/** A 20 x 20 line drawing. */
function icon(...paths: string[]): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg')
  svg.setAttribute('viewBox', '0 0 20 20')
  svg.setAttribute('aria-hidden', 'true')
  for (const d of paths) {
    const path = document.createElementNS(SVG, 'path')
    path.setAttribute('d', d)
    svg.append(path)
  }
  return svg
}

const RING = 'M10 1.75a8.25 8.25 0 1 1 0 16.5a8.25 8.25 0 0 1 0-16.5Z'

/** Shape tells as much as colour: tick, cross, dash, sheet. */
export const ICONS = {
  passed: () => icon(RING, 'M6.2 10.3l2.6 2.6l5-5.4'),
  failed: () => icon(RING, 'M7 7l6 6M13 7l-6 6'),
  'not-checked': () => icon(RING, 'M6.5 10h7'),
  package: () => icon('M3 6.2L10 2.5l7 3.7v7.6l-7 3.7l-7-3.7Z', 'M3 6.2l7 3.7l7-3.7M10 9.9v7.6'),
  policy: () => icon('M10 2l6.5 2.6v4.8c0 4.2-2.7 7-6.5 8.6c-3.8-1.6-6.5-4.4-6.5-8.6V4.6Z', 'M7 9.8l2.2 2.2l4-4.4'),
} as const
