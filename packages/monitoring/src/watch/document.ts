/** A document as a page: HTML as it is, a JSON answer as the data of a page's program. */
import { type Page, parsePage } from '../extraction/page.ts'
import { jsonOf } from '../source/discover.ts'

export function documentPage(text: string, mediaType: string | null): Page {
  return (mediaType?.endsWith('json') ?? false) && jsonOf(text) !== undefined ? jsonPage(text) : parsePage(text)
}

export function jsonPage(text: string): Page {
  return { elements: [], text: '', title: '', scripts: [{ type: 'application/json', id: '', text }], cut: false }
}
