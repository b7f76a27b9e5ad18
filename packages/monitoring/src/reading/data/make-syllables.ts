/** Writes `syllables.txt`: how every Chinese character of the basic block sounds, without its tone. `node make-syllables.ts` */
import { writeFileSync } from 'node:fs'
import { pinyin } from 'pinyin-pro'

const bySound = new Map<string, string>()
for (let unit = 0x4e00; unit <= 0x9fff; unit++) {
  const character = String.fromCharCode(unit)
  const sound = pinyin(character, { toneType: 'none', type: 'array', v: true })[0] ?? ''
  if (/^[a-z]+$/.test(sound)) bySound.set(sound, (bySound.get(sound) ?? '') + character)
}
const lines = [...bySound].sort(([a], [b]) => (a < b ? -1 : 1)).map(([sound, characters]) => `${sound}\t${characters}`)
writeFileSync(new URL('syllables.txt', import.meta.url), `${lines.join('\n')}\n`)
