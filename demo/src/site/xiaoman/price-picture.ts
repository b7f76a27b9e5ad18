import { Canvas, roundedBox } from '../../picture/canvas.ts'
import { encodePng } from '../../picture/png.ts'

/** Digits as five columns of seven dots, top bit first. */
const GLYPHS: Readonly<Record<string, readonly number[]>> = {
  '0': [0x3e, 0x51, 0x49, 0x45, 0x3e],
  '1': [0x00, 0x42, 0x7f, 0x40, 0x00],
  '2': [0x42, 0x61, 0x51, 0x49, 0x46],
  '3': [0x21, 0x41, 0x45, 0x4b, 0x31],
  '4': [0x18, 0x14, 0x12, 0x7f, 0x10],
  '5': [0x27, 0x45, 0x45, 0x45, 0x39],
  '6': [0x3c, 0x4a, 0x49, 0x49, 0x30],
  '7': [0x01, 0x71, 0x09, 0x05, 0x03],
  '8': [0x36, 0x49, 0x49, 0x49, 0x36],
  '9': [0x06, 0x49, 0x49, 0x29, 0x1e],
  '.': [0x00, 0x60, 0x60, 0x00, 0x00],
  '¥': [0x15, 0x16, 0x7c, 0x16, 0x15],
}
const DOT = 6

/** A price as pixels: nowhere on the page does it stand as text. A PNG, square as the canvas is, with the digits in the middle. */
export function pricePicture(price: number): Buffer {
  const letters = [...`¥${price.toFixed(2)}`]
  const size = letters.length * 6 * DOT + 2 * DOT
  const canvas = new Canvas(size)
  canvas.paint(() => -1, [255, 255, 255])
  const unit = (2 * DOT) / size
  letters.forEach((letter, place) => {
    GLYPHS[letter]?.forEach((column, x) => {
      for (let y = 0; y < 7; y += 1) {
        if (((column >> y) & 1) === 0) continue
        const cx = -1 + unit * (1.5 + place * 6 + x)
        const cy = unit * (y - 3)
        const half = unit * 0.52
        canvas.paint(roundedBox(cx, cy, half, half, 0.004), [214, 40, 57], {
          box: [cx - half, cy - half, cx + half, cy + half],
        })
      }
    })
  })
  // Only the band of the digits is kept.
  const rows = DOT * 11
  const top = Math.floor((size - rows) / 2)
  return encodePng(size, rows, canvas.rgb.subarray(top * size * 3, (top + rows) * size * 3))
}
