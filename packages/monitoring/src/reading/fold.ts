/**
 * What is one character to a reader: full width and half width, capitals and small letters, traditional and simplified,
 * circled and plain, Chinese numerals and digits become one code unit each; what nobody sees becomes nothing.
 */
import { readFileSync } from 'node:fs'

/** The code unit that stands for nothing. */
export const NOTHING = 0

/** Zero-width, directional and joining characters, soft hyphen, variation selectors, the enclosing keycap. */
const UNSEEN: readonly (readonly [number, number])[] = [
  [0x00ad, 0x00ad],
  [0x034f, 0x034f],
  [0x061c, 0x061c],
  [0x115f, 0x1160],
  [0x17b4, 0x17b5],
  [0x180b, 0x180f],
  [0x200b, 0x200f],
  [0x202a, 0x202e],
  [0x2060, 0x206f],
  [0x20dd, 0x20e4],
  [0x3164, 0x3164],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
]
/** Pictures that are commonly written in the stead of one Chinese character. */
const PICTURES =
  '🚬烟 🔫枪 💊药 🔪刀 🗡剑 🏹弓 💣弹 🧨炮 🐘象 🐯虎 🐅虎 🐆豹 🐻熊 🦅鹰 🐢龟 🐍蛇 🐟鱼 🦴骨 🦷牙 🩸血 🧠脑 👂耳 💉针 🃏牌 🐶狗 🐕狗 🐱猫 🐈猫 🐔鸡 🐓鸡 🐇兔 🐰兔 🐷猪 🐖猪 🐗猪 🐒猴 🐵猴 🦌鹿 🐴马 🐎马 🐮牛 🐂牛 🐑羊 🐏羊 🐦鸟 🐸蛙 🐺狼 🐭鼠 🐀鼠 🐉龙 🎫票 💳卡 💰钱 💵钱 💴钱 🪙币 🌿草 🍃叶 🍁叶 🧊冰 🔥火 🌊浪 💧水 💦水 🌸花 🌹花 🍵茶 🍷酒 🍶酒 🍺酒 👑王 👮警 🪪证 🚗车 🔒锁 🖊笔 📖书 📕书 🔝顶 🥩肉 🍖肉 🫀心 🫁肺 🍬糖 🧂盐 💡灯 👶婴 🤰孕 🐝蜂 🦈鲨 🦀蟹 🦐虾 💋唇 🏥院 🪖盔 🌞日 🌙月 🤱奶 🥛奶'
const NUMERALS = ['〇零', '一壹弌', '二贰弍', '三叁弎', '四肆', '五伍', '六陆', '七柒', '八捌', '九玖']

/** Code unit to what it is folded to; {@link NOTHING} for what nobody sees. */
export const FOLDED: Uint16Array = foldTable()
/** The same for characters beyond the basic plane that are another way to write a letter or a Chinese character. */
export const FOLDED_BEYOND: ReadonlyMap<number, number> = foldBeyond()

export function isHan(unit: number): boolean {
  return (unit >= 0x4e00 && unit <= 0x9fff) || (unit >= 0x3400 && unit <= 0x4dbf) || unit === 0x3007
}

function foldTable(): Uint16Array {
  const table = new Uint16Array(65_536)
  for (let unit = 0; unit < table.length; unit++) table[unit] = plain(unit)
  const file = new URL('data/traditional.txt', import.meta.url)
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const [from = '', to = ''] = line.split('\t')
    if (from.length === 1 && to.length === 1) table[from.charCodeAt(0)] = to.charCodeAt(0)
  }
  NUMERALS.forEach((ways, digit) => {
    for (const way of ways) table[way.charCodeAt(0)] = 0x30 + digit
  })
  // One step is enough: what a character folds to is folded itself.
  for (let unit = 0; unit < table.length; unit++) table[unit] = table[table[unit]!]!
  for (const [first, last] of UNSEEN) table.fill(NOTHING, first, last + 1)
  return table
}

/** The one code unit that compatibility decomposition and small letters make of a code unit, or itself. */
function plain(unit: number): number {
  if (unit >= 0xd800 && unit <= 0xdfff) return unit
  const text = String.fromCharCode(unit).normalize('NFKC').toLowerCase()
  return text.length === 1 ? text.charCodeAt(0) : unit
}

function foldBeyond(): Map<number, number> {
  const map = new Map<number, number>()
  // Letters and digits of mathematics, squared and circled letters, compatibility ideographs.
  for (const [first, last] of [
    [0x1d400, 0x1d7ff],
    [0x1f110, 0x1f189],
    [0x2f800, 0x2fa1d],
  ] as const) {
    for (let point = first; point <= last; point++) {
      const text = String.fromCodePoint(point).normalize('NFKC').toLowerCase()
      const letter = text.length === 3 && text.startsWith('(') ? text[1]! : text
      if (letter.length === 1) map.set(point, FOLDED[letter.charCodeAt(0)]!)
    }
  }
  // Letters in a square or a circle of their own, which have no decomposition.
  for (const [first, letters] of [
    [0x1f150, 26],
    [0x1f170, 26],
  ] as const) {
    for (let i = 0; i < letters; i++) map.set(first + i, 0x61 + i)
  }
  for (const [picture, character] of PICTURES.split(' ').map((pair) => [...pair])) {
    map.set(picture!.codePointAt(0)!, FOLDED[character!.charCodeAt(0)]!)
  }
  return map
}
