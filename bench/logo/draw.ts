/**
 * Draws logos, what happens to them on their way into a shop's pictures, and pictures that only hold something else. Runs whole inside
 * a browser page: its canvas draws, scales and compresses. The same seed draws the same.
 */

export interface DrawWish {
  readonly seed: number
  readonly logos: number
}

/** What was done to a logo, or `other` for a picture without any. */
export interface Drawn {
  readonly logo: number
  readonly what: string
  /** Base64. */
  readonly bytes: string
}

export async function draw({ seed, logos }: DrawWish): Promise<Drawn[]> {
  let state = seed >>> 0
  /** mulberry32 (public domain, T. Ettinger). */
  const random = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  const between = (low: number, high: number) => low + random() * (high - low)
  const oneOf = <T>(all: readonly T[]) => all[Math.floor(random() * all.length)]!
  const colour = (light: number) => `hsl(${Math.floor(random() * 360)} ${Math.floor(between(50, 95))}% ${light}%)`
  const canvasOf = (width: number, height: number) => {
    const canvas = new OffscreenCanvas(Math.round(width), Math.round(height))
    return { canvas, pen: canvas.getContext('2d', { willReadFrequently: true })! }
  }
  const encode = async (canvas: OffscreenCanvas, type: 'image/png' | 'image/jpeg', quality = 0.85) => {
    const blob = await canvas.convertToBlob({ type, quality })
    let text = ''
    for (const byte of new Uint8Array(await blob.arrayBuffer())) text += String.fromCharCode(byte)
    return btoa(text)
  }

  const SIGNS = '山河优选明正晨光云海星辰金禾瑞丰华泰百川和润安泽青松玉露天工北斗南风东篱西岭'
  const LETTERS = 'ABCDEFGHJKLMNPRSTUVWXYZ'
  interface Logo {
    readonly width: number
    readonly height: number
    paint(pen: OffscreenCanvasRenderingContext2D, front: string, back: string): void
  }

  function makeLogo(): Logo {
    const kind = oneOf(['word', 'icon', 'both', 'framed'] as const)
    const chinese = random() < 0.5
    const length = chinese ? 2 + Math.floor(random() * 3) : 3 + Math.floor(random() * 6)
    let word = ''
    for (let i = 0; i < length; i++) word += oneOf([...(chinese ? SIGNS : LETTERS)])
    const font = `${oneOf(['400', '700'])} 100px ${oneOf(['serif', 'sans-serif', 'monospace'])}`
    const points = Array.from({ length: 7 + Math.floor(random() * 8) }, () => [random(), random()] as const)
    const strokes = Array.from({ length: 3 + Math.floor(random() * 4) }, () => points.map(() => random()))
    const mirrored = random() < 0.5
    const { pen: ruler } = canvasOf(10, 10)
    ruler.font = font
    const wordWidth = ruler.measureText(word).width
    const icon = (pen: OffscreenCanvasRenderingContext2D, x: number, y: number, side: number) => {
      for (const turn of mirrored ? [1, -1] : [1]) {
        pen.save()
        pen.translate(x + side / 2, y + side / 2)
        pen.scale((turn * side) / 2, side / 2)
        pen.lineWidth = 0.16
        strokes.forEach((stroke, s) => {
          pen.beginPath()
          for (let i = 0; i < 4; i++) {
            const [px, py] = points[Math.floor(stroke[i]! * points.length)]!
            const [ax, ay] = mirrored ? [px, py * 2 - 1] : [px * 2 - 1, py * 2 - 1]
            if (i === 0) pen.moveTo(ax, ay)
            else pen.lineTo(ax, ay)
          }
          if (s % 2 === 0) pen.fill()
          else pen.stroke()
        })
        pen.restore()
      }
    }
    const letters = (pen: OffscreenCanvasRenderingContext2D, x: number, y: number) => {
      pen.font = font
      pen.textBaseline = 'alphabetic'
      pen.fillText(word, x, y + 90)
    }
    const hasIcon = kind !== 'word'
    const hasWord = kind === 'word' || kind === 'both' || (kind === 'framed' && random() < 0.6)
    const width = (hasIcon ? 120 : 0) + (hasWord ? wordWidth : 0) + 40
    const round = random() < 0.5
    return {
      width,
      height: 160,
      paint(pen, front, back) {
        if (kind === 'framed') {
          pen.fillStyle = front
          pen.beginPath()
          pen.roundRect(2, 2, width - 4, 156, round ? 40 : 4)
          pen.fill()
        }
        pen.fillStyle = kind === 'framed' ? back : front
        pen.strokeStyle = pen.fillStyle
        if (hasIcon) icon(pen, 20, 20, 120)
        if (hasWord) letters(pen, hasIcon ? 150 : 20, 20)
      },
    }
  }

  const plain = (logo: Logo, front: string, back: string, margin = 20) => {
    const { canvas, pen } = canvasOf(logo.width + 2 * margin, logo.height + 2 * margin)
    pen.fillStyle = back
    pen.fillRect(0, 0, canvas.width, canvas.height)
    pen.translate(margin, margin)
    logo.paint(pen, front, back)
    return canvas
  }
  const scaled = (
    from: OffscreenCanvas,
    factor: number,
    more: (pen: OffscreenCanvasRenderingContext2D) => void = () => undefined,
  ) => {
    const { canvas, pen } = canvasOf(from.width * factor, from.height * factor)
    pen.imageSmoothingQuality = 'high'
    more(pen)
    pen.drawImage(from, 0, 0, canvas.width, canvas.height)
    return canvas
  }
  const cut = (from: OffscreenCanvas, left: number, top: number, right: number, bottom: number) => {
    const [w, h] = [from.width, from.height]
    const { canvas, pen } = canvasOf(w * (1 - left - right), h * (1 - top - bottom))
    pen.drawImage(from, -left * w, -top * h)
    return canvas
  }
  /** Something for sale: shapes with light and shade, and words, on white or on a photograph's ground. */
  const goods = (side: number, ground: 'white' | 'photograph') => {
    const { canvas, pen } = canvasOf(side, side)
    pen.fillStyle = '#fff'
    pen.fillRect(0, 0, side, side)
    if (ground === 'photograph') {
      for (let i = 0; i < 400; i++) {
        pen.fillStyle = `hsl(${between(20, 60)} ${between(10, 60)}% ${between(20, 80)}% / .5)`
        pen.fillRect(random() * side, random() * side, between(5, 80), between(5, 80))
      }
    }
    const parts = 1 + Math.floor(random() * 4)
    for (let i = 0; i < parts; i++) {
      const shade = pen.createLinearGradient(0, 0, side, side)
      shade.addColorStop(0, colour(60))
      shade.addColorStop(1, colour(25))
      pen.fillStyle = shade
      pen.beginPath()
      const [x, y] = [between(0.25, 0.65) * side, between(0.3, 0.65) * side]
      if (random() < 0.5) pen.ellipse(x, y, between(0.08, 0.25) * side, between(0.08, 0.3) * side, random() * 3, 0, 7)
      else pen.roundRect(x - side * 0.15, y - side * 0.2, between(0.15, 0.35) * side, between(0.2, 0.4) * side, 12)
      pen.fill()
    }
    return { canvas, pen }
  }
  const corner = (logo: Logo, ground: 'white' | 'photograph') => {
    const { canvas, pen } = goods(800, ground)
    const width = between(0.22, 0.35) * 800
    const factor = Math.min(width / logo.width, 0.9)
    pen.save()
    pen.translate(random() < 0.5 ? 24 : 776 - logo.width * factor, 24)
    pen.scale(factor, factor)
    logo.paint(pen, colour(30), '#fff')
    pen.restore()
    return canvas
  }
  const onBox = (logo: Logo) => {
    const { canvas, pen } = canvasOf(800, 800)
    pen.fillStyle = '#fff'
    pen.fillRect(0, 0, 800, 800)
    const back = colour(35)
    pen.fillStyle = back
    pen.beginPath()
    pen.roundRect(150, 120, 500, 600, 20)
    pen.fill()
    const factor = Math.min((between(0.5, 0.8) * 500) / logo.width, 1.6)
    pen.translate(400 - (logo.width * factor) / 2, between(200, 450))
    pen.scale(factor, factor)
    logo.paint(pen, '#fff', back)
    return canvas
  }

  const drawn: Drawn[] = []
  const add = async (
    logo: number,
    what: string,
    canvas: OffscreenCanvas,
    type: 'image/png' | 'image/jpeg',
    quality = 0.85,
  ) => {
    drawn.push({ logo, what, bytes: await encode(canvas, type, quality) })
  }
  for (let i = 0; i < logos; i++) {
    const logo = makeLogo()
    const original = plain(logo, colour(35), '#fff')
    await add(i, 'logo', original, 'image/png')
    await add(i, 'half the size', scaled(original, 0.5), 'image/png')
    await add(i, 'a third of the size, compressed', scaled(original, 0.34), 'image/jpeg', 0.6)
    await add(i, 'twice the size', scaled(original, 2), 'image/jpeg')
    await add(i, 'compressed hard', original, 'image/jpeg', 0.15)
    await add(i, 'another margin', plain(logo, colour(35), '#fff', 90), 'image/jpeg')
    await add(
      i,
      'cropped by 4 % on each side',
      cut(plain(logo, colour(35), '#fff', 0), 0.04, 0.04, 0.04, 0.04),
      'image/jpeg',
    )
    await add(i, 'cropped by 7 % on one side', cut(plain(logo, colour(35), '#fff', 0), 0.07, 0, 0, 0), 'image/jpeg')
    await add(i, 'another colour', plain(logo, colour(35), '#fff'), 'image/jpeg')
    await add(i, 'light on dark', plain(logo, '#fff', colour(30)), 'image/jpeg')
    await add(
      i,
      'blurred',
      scaled(original, 1, (pen) => {
        pen.fillStyle = '#fff'
        pen.fillRect(0, 0, 4000, 4000)
        pen.filter = 'blur(3px)'
      }),
      'image/jpeg',
    )
    await add(
      i,
      'turned by 2 degrees',
      scaled(original, 1, (pen) => {
        pen.fillStyle = '#fff'
        pen.fillRect(0, 0, 4000, 4000)
        pen.rotate(0.035)
      }),
      'image/jpeg',
    )
    await add(i, 'in a corner of goods on white', corner(logo, 'white'), 'image/jpeg')
    await add(i, 'on a box of one colour', onBox(logo), 'image/jpeg')
    await add(i, 'in a corner of a photograph', corner(logo, 'photograph'), 'image/jpeg')
    await add(-1, 'other', goods(800, random() < 0.5 ? 'white' : 'photograph').canvas, 'image/jpeg')
  }
  return drawn
}
