/** Linear mixing of red, green and blue, each 0 to 255. */
export type Colour = readonly [number, number, number]

/** Signed distance to a shape's edge, negative inside; the square from -1 to 1 is the picture. */
export type Shape = (x: number, y: number) => number

/** The colour of a point inside a shape. */
export type Ink = Colour | ((x: number, y: number) => Colour)

/** Where a shape can lie at all, so that nothing else is computed: left, top, right, bottom. */
export type Box = readonly [number, number, number, number]

const EVERYWHERE: Box = [-1, -1, 1, 1]

/** A square picture that shapes are painted on, one over the other, with smooth edges. */
export class Canvas {
  readonly size: number
  readonly rgb: Uint8Array

  constructor(size: number) {
    this.size = size
    this.rgb = new Uint8Array(size * size * 3)
  }

  /** Paints a shape; `blur` is the width of its edge (a shadow's is wide), `opacity` 0 to 1. */
  paint(shape: Shape, ink: Ink, { box = EVERYWHERE, blur = 0, opacity = 1 } = {}): void {
    const { size } = this
    const pixel = 2 / size
    const edge = Math.max(blur, pixel)
    const from = (value: number) => Math.max(0, Math.floor(((value - edge + 1) / 2) * size))
    const to = (value: number) => Math.min(size, Math.ceil(((value + edge + 1) / 2) * size))
    for (let row = from(box[1]); row < to(box[3]); row += 1) {
      const y = (row + 0.5) * pixel - 1
      for (let column = from(box[0]); column < to(box[2]); column += 1) {
        const x = (column + 0.5) * pixel - 1
        const cover = Math.min(1, Math.max(0, 0.5 - shape(x, y) / edge)) * opacity
        if (cover > 0) this.#mix((row * size + column) * 3, typeof ink === 'function' ? ink(x, y) : ink, cover)
      }
    }
  }

  #mix(at: number, colour: Colour, cover: number): void {
    const { rgb } = this
    for (let channel = 0; channel < 3; channel += 1) {
      const old = rgb[at + channel]!
      rgb[at + channel] = old + (colour[channel]! - old) * cover
    }
  }
}

export function circle(cx: number, cy: number, radius: number): Shape {
  return (x, y) => Math.hypot(x - cx, y - cy) - radius
}

/** An upright ellipse; the distance is good enough for edges and shadows. */
export function ellipse(cx: number, cy: number, rx: number, ry: number): Shape {
  return (x, y) => (Math.hypot((x - cx) / rx, (y - cy) / ry) - 1) * Math.min(rx, ry)
}

export function roundedBox(cx: number, cy: number, halfWidth: number, halfHeight: number, corner: number): Shape {
  return (x, y) => {
    const dx = Math.abs(x - cx) - halfWidth + corner
    const dy = Math.abs(y - cy) - halfHeight + corner
    return Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - corner
  }
}

/** A round body on an upright axis, such as a vase: its half width at each height. */
export function turned(cx: number, top: number, bottom: number, halfWidthAt: (y: number) => number): Shape {
  return (x, y) => Math.max(Math.abs(x - cx) - halfWidthAt(Math.min(bottom, Math.max(top, y))), top - y, y - bottom)
}

/** A shape turned by an angle in radians about a point. */
export function rotated(shape: Shape, angle: number, cx: number, cy: number): Shape {
  const cos = Math.cos(angle)
  const sin = Math.sin(angle)
  return (x, y) => shape(cx + (x - cx) * cos + (y - cy) * sin, cy - (x - cx) * sin + (y - cy) * cos)
}

/** Light on a round body whose axis is upright: bright left of the middle, dark at the right edge. */
export function roundLight(colour: Colour, cx: number, halfWidth: number): (x: number, y: number) => Colour {
  return (x) => {
    const across = (x - cx) / halfWidth
    return shade(colour, 1.16 - 0.42 * (across + 0.35) ** 2)
  }
}

export function shade([red, green, blue]: Colour, factor: number): Colour {
  const limit = (value: number) => Math.min(255, Math.max(0, value * factor))
  return [limit(red), limit(green), limit(blue)]
}

/** Colour by hue 0 to 360, saturation and lightness 0 to 1. */
export function hsl(hue: number, saturation: number, lightness: number): Colour {
  const span = saturation * Math.min(lightness, 1 - lightness)
  const channel = (offset: number) => {
    const turn = (offset + hue / 30) % 12
    return 255 * (lightness - span * Math.max(-1, Math.min(turn - 3, 9 - turn, 1)))
  }
  return [channel(0), channel(8), channel(4)]
}
