import { escapeText } from '../page/html.ts'

const WIDTH = 480
const PER_LINE = 13

/** A picture that is nothing but words, as sellers make them. */
export function wordsPicture(text: string, hue: number): string {
  const lines = text.split('\n').flatMap((line) => {
    const letters = [...line]
    return Array.from({ length: Math.max(1, Math.ceil(letters.length / PER_LINE)) }, (_, i) =>
      letters.slice(i * PER_LINE, (i + 1) * PER_LINE).join(''),
    )
  })
  const height = Math.max(WIDTH, 90 + lines.length * 50)
  const rows = lines.map(
    (line, i) =>
      `<text x="${WIDTH / 2}" y="${90 + i * 50}" text-anchor="middle" font-size="${i === 0 ? 36 : 30}" font-weight="700" fill="${i === 0 ? '#b3201a' : '#2b2b2b'}">${escapeText(line)}</text>`,
  )
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="Noto Sans CJK SC, Noto Sans SC, PingFang SC, sans-serif"><defs><linearGradient id="g" x2="0" y2="1"><stop stop-color="hsl(${hue} 80% 96%)"/><stop offset="1" stop-color="hsl(${hue} 60% 86%)"/></linearGradient></defs><rect width="100%" height="100%" fill="url(#g)"/><rect x="14" y="14" width="${WIDTH - 28}" height="${height - 28}" rx="16" fill="none" stroke="hsl(${hue} 50% 50%)" stroke-width="3"/>${rows.join('')}</svg>`
}
