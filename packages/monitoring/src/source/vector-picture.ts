/**
 * Words that sellers draw: a vector picture (SVG 1.1, 10) holds its text as text, so that it is read and not recognised. Pictures of
 * points need OCR, which is a package of its own.
 */
import { Parser } from 'htmlparser2'

const LONGEST = 4000

export function isVectorPicture(url: string): boolean {
  return /\.svg(\?|$)/i.test(url)
}

/** One line for each text element; `''` for a picture without words. */
export function vectorText(svg: string): string {
  const lines: string[] = []
  let depth = 0
  let size = 0
  const parser = new Parser(
    {
      onopentag(name) {
        if (name !== 'text') return
        depth++
        lines.push('')
      },
      ontext(words) {
        if (depth === 0 || size > LONGEST) return
        size += words.length
        lines[lines.length - 1] += words
      },
      onclosetag(name) {
        if (name === 'text') depth = Math.max(0, depth - 1)
      },
    },
    { xmlMode: true, decodeEntities: true },
  )
  parser.end(svg)
  return lines
    .map((line) => line.replace(/\s+/g, ' ').trim())
    .filter((line) => line !== '')
    .join('\n')
    .slice(0, LONGEST)
}
