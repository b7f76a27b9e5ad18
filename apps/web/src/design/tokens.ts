/** The one file of colours and sizes. Everything on screen takes them as CSS variables or through antd's theme. */

export type Appearance = 'light' | 'dark'

/** What a colour may mean; never shown without its icon and word. */
export type Meaning = 'must' | 'watch' | 'proven' | 'running' | 'plain'

const light = {
  ground: '#f5f6f8',
  surface: '#ffffff',
  sunken: '#eff1f4',
  raised: '#ffffff',
  line: '#e1e5ea',
  lineStrong: '#c5ccd6',
  text: '#171c24',
  textSecond: '#4b5563',
  textThird: '#626c7b',
  accent: '#1f4b99',
  accentHover: '#183d7f',
  accentText: '#1f4b99',
  accentSoft: '#e9eff9',
  onAccent: '#ffffff',
  must: '#b3261e',
  mustSoft: '#fcebea',
  watch: '#875800',
  watchSoft: '#fcf2dd',
  proven: '#17693a',
  provenSoft: '#e5f4eb',
  running: '#1d5bb8',
  runningSoft: '#e6effb',
  shadow: '0 1px 2px rgb(15 23 42 / 5%), 0 8px 24px rgb(15 23 42 / 8%)',
  veil: 'rgb(15 20 30 / 45%)',
}

const dark: typeof light = {
  ground: '#0e1115',
  surface: '#161a20',
  sunken: '#11151a',
  raised: '#1c2129',
  line: '#272d37',
  lineStrong: '#3a424f',
  text: '#e7eaef',
  textSecond: '#aab3c0',
  textThird: '#8b95a4',
  accent: '#3567bd',
  accentHover: '#3c6ec6',
  accentText: '#8db4f5',
  accentSoft: '#1a2740',
  onAccent: '#ffffff',
  must: '#f4918a',
  mustSoft: '#3a1d1c',
  watch: '#e6b95f',
  watchSoft: '#332813',
  proven: '#72cc94',
  provenSoft: '#15301f',
  running: '#86b3f6',
  runningSoft: '#172945',
  shadow: '0 1px 2px rgb(0 0 0 / 40%), 0 10px 28px rgb(0 0 0 / 45%)',
  veil: 'rgb(0 0 0 / 60%)',
}

export const colours: Record<Appearance, typeof light> = { light, dark }

export const sizes = {
  text: 14,
  textSmall: 12,
  lineHeight: 1.6,
  radius: 6,
  /** Height of a row in a dense list. */
  row: 40,
}

export const fonts = {
  text: "'Inter','Noto Sans SC','Noto Sans CJK SC','PingFang SC','Microsoft YaHei UI','Microsoft YaHei',system-ui,-apple-system,'Segoe UI',sans-serif",
  code: "'JetBrains Mono','SFMono-Regular',Consolas,'Liberation Mono','DejaVu Sans Mono',Menlo,monospace",
}

const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

/** The tokens as CSS variables: `accentSoft` becomes `--accent-soft`. */
export function cssVariables(appearance: Appearance): Record<string, string> {
  const entries = Object.entries(colours[appearance]).map(([name, value]) => [`--${kebab(name)}`, value])
  return {
    ...Object.fromEntries(entries),
    '--radius': `${sizes.radius}px`,
    '--row': `${sizes.row}px`,
    '--font-text': fonts.text,
    '--font-code': fonts.code,
  }
}
