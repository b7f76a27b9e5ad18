/**
 * A page as a flat list of elements over its text: no tree to recurse in, so that a page nested a million deep costs no more
 * than its bytes. Bounded: what lies beyond the bounds is left out, and it is said.
 */
import { Parser } from 'htmlparser2'

export interface PageElement {
  readonly tag: string
  readonly attributes: { readonly [name: string]: string }
  /** Index of the element around it; -1 for the outermost. */
  readonly parent: number
  /** Its text is `page.text.slice(start, end)`. */
  readonly start: number
  end: number
}

export interface PageScript {
  readonly type: string
  readonly id: string
  readonly text: string
}

export interface Page {
  readonly elements: readonly PageElement[]
  /** What a reader sees, white space collapsed. */
  readonly text: string
  readonly title: string
  readonly scripts: readonly PageScript[]
  /** Whether something was left out for its size. */
  readonly cut: boolean
}

const MOST_ELEMENTS = 200_000
const MOST_TEXT = 4_000_000
const MOST_SCRIPT = 8_000_000
const MOST_OPEN = 5000
const CHUNK = 65_536
const UNSEEN = new Set(['script', 'style', 'noscript', 'template', 'svg', 'head', 'iframe', 'object'])
const BREAKING = new Set(
  'address article aside blockquote br dd div dl dt figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section table td th tr ul option'.split(
    ' ',
  ),
)
const WITHOUT_END = new Set('area base br col embed hr img input link meta source track wbr'.split(' '))

export function parsePage(html: string): Page {
  const elements: PageElement[] = []
  const open: number[] = []
  const scripts: PageScript[] = []
  const pieces: string[] = []
  let length = 0
  let last = ' '
  let title = ''
  let unseen = 0
  let script: { type: string; id: string; pieces: string[]; size: number } | null = null
  let inTitle = false
  let cut = false
  const write = (text: string) => {
    if (text === '' || length > MOST_TEXT) {
      cut ||= length > MOST_TEXT
      return
    }
    pieces.push(text)
    length += text.length
    last = text.at(-1)!
  }
  const parser = new Parser(
    {
      onopentag(tag, attributes) {
        if (UNSEEN.has(tag)) unseen++
        if (tag === 'script') script = { type: attributes.type ?? '', id: attributes.id ?? '', pieces: [], size: 0 }
        if (tag === 'title' && title === '') inTitle = true
        if (BREAKING.has(tag) && last !== '\n') write('\n')
        if (elements.length >= MOST_ELEMENTS) {
          cut = true
          if (!WITHOUT_END.has(tag)) open.push(-1)
          return
        }
        elements.push({ tag, attributes, parent: open.at(-1) ?? -1, start: length, end: length })
        if (!WITHOUT_END.has(tag)) open.push(elements.length - 1)
      },
      ontext(text) {
        if (script !== null) {
          script.size += text.length
          if (script.size <= MOST_SCRIPT) script.pieces.push(text)
          else cut = true
        } else if (inTitle) title += text
        else if (unseen === 0) {
          const seen = text.replace(/[ \t\r\n\f\u00a0]+/g, ' ')
          write(last === ' ' || last === '\n' ? seen.replace(/^ /, '') : seen)
        }
      },
      onclosetag(tag) {
        if (WITHOUT_END.has(tag)) return
        const at = open.pop()
        if (at !== undefined && at >= 0) elements[at]!.end = length
        if (UNSEEN.has(tag)) unseen = Math.max(0, unseen - 1)
        if (tag === 'title') inTitle = false
        if (tag === 'script' && script !== null) {
          scripts.push({ type: script.type.trim().toLowerCase(), id: script.id, text: script.pieces.join('') })
          script = null
        }
        if (BREAKING.has(tag) && last !== '\n') write('\n')
      },
    },
    { decodeEntities: true, lowerCaseTags: true },
  )
  for (let at = 0; at < html.length && !(cut && open.length > MOST_OPEN); at += CHUNK) {
    parser.write(html.slice(at, at + CHUNK))
    // The parser's own work grows with the depth.
    cut ||= open.length > MOST_OPEN
  }
  parser.end()
  return { elements, text: pieces.join(''), title: title.replace(/\s+/g, ' ').trim(), scripts, cut }
}

/** What a reader sees of an element. */
export function textOf(page: Page, { start, end }: PageElement): string {
  return page.text.slice(start, end).replace(/\s+/g, ' ').trim()
}
