/**
 * A stored page to be pointed at: its elements in their order with their numbers, and nothing that acts, loads or leads away. It is shown
 * in a frame without scripts all the same; what is left out here would only be blocked there.
 */
import { Parser } from 'htmlparser2'

const LEFT_OUT = new Set(
  'script noscript template iframe frame frameset object embed applet base meta link form svg math audio video source portal'.split(
    ' ',
  ),
)
const WITHOUT_END = new Set('area br col hr img input wbr'.split(' '))
/** Attributes that say how a thing looks or what it is; addresses are never among them. */
const KEPT = new Set(
  'class id title alt itemprop property name colspan rowspan align dir lang type value placeholder'.split(' '),
)
const MOST = 3_000_000

const escaped = (text: string) => text.replace(/[&<>"]/g, (mark) => `&#${mark.charCodeAt(0)};`)

/** HTML whose elements carry `data-at`: their place in the parsed page. `style` elements stay, without addresses. */
export function shownPage(html: string): string {
  const pieces: string[] = []
  let size = 0
  let number = -1
  let unseen = 0
  let inStyle = false
  const write = (text: string) => {
    if (size < MOST) pieces.push(text)
    size += text.length
  }
  const parser = new Parser(
    {
      onopentag(tag, attributes) {
        number++
        if (LEFT_OUT.has(tag)) unseen++
        if (unseen > 0 || !/^[a-z][a-z0-9-]*$/.test(tag)) return
        const kept = Object.entries(attributes)
          .filter(([name]) => KEPT.has(name) || name === 'style')
          .map(([name, value]) => ` ${name}="${escaped(name === 'style' ? inertStyle(value) : value)}"`)
        inStyle = tag === 'style'
        write(`<${tag} data-at="${number}"${kept.join('')}>`)
      },
      ontext(text) {
        if (unseen === 0) write(inStyle ? inertStyle(text).replaceAll('<', '') : escaped(text))
      },
      onclosetag(tag) {
        if (LEFT_OUT.has(tag)) {
          unseen = Math.max(0, unseen - 1)
          return
        }
        if (tag === 'style') inStyle = false
        if (unseen === 0 && !WITHOUT_END.has(tag) && /^[a-z][a-z0-9-]*$/.test(tag)) write(`</${tag}>`)
      },
    },
    { decodeEntities: true, lowerCaseTags: true },
  )
  parser.write(html.slice(0, MOST))
  parser.end()
  return pieces.join('')
}

/** Style that loads nothing. */
function inertStyle(css: string): string {
  return css
    .replace(/\\/g, '')
    .replace(/@import[^;]*;?/gi, '')
    .replace(/(url|image-set|src)\s*\([^)]*\)?/gi, 'none')
    .replace(/expression|behavior|-moz-binding/gi, '')
}
