import { Canvas, type Colour, circle, ellipse, hsl, rotated, roundedBox, roundLight, shade, turned } from './canvas.ts'

/** What a listing's pictures show. */
export type Motif = 'tin' | 'bowl' | 'jar' | 'cloth' | 'vase' | 'bottle' | 'device' | 'brush' | 'fish'

/** One picture of a listing: the motif seen a little differently for every `view`. */
export interface Scene {
  readonly motif: Motif
  /** Hue of the goods, 0 to 360. */
  readonly hue: number
  readonly view: number
}

type Painter = (canvas: Canvas, colour: Colour, view: number, hue: number) => void

/** Paints a scene; the same scene gives the same pixels. */
export function paintScene(scene: Scene, size: number): Canvas {
  const canvas = new Canvas(size)
  const { view, hue } = scene
  const wall = hsl((hue + 20 + view * 23) % 360, 0.22, 0.9 - (view % 4) * 0.03)
  canvas.paint(
    () => -1,
    (_x, y) => (y > 0.52 ? shade(wall, 0.9 - (y - 0.52) * 0.16) : shade(wall, 1.03 - (y + 1) * 0.05)),
  )
  canvas.paint(circle(-0.55 + (view % 5) * 0.28, -0.5, 0.34), hsl((hue + 180) % 360, 0.3, 0.86), { opacity: 0.55 })
  PAINTERS[scene.motif](canvas, hsl(hue, 0.45, 0.42 + (view % 3) * 0.05), view, hue)
  return canvas
}

function ground(canvas: Canvas, halfWidth: number, y = 0.66): void {
  const shadow = ellipse(0.08, y, halfWidth * 1.15, 0.09)
  canvas.paint(shadow, [40, 34, 28], { blur: 0.16, opacity: 0.5, box: [-1, y - 0.3, 1, y + 0.3] })
}

function label(canvas: Canvas, cx: number, cy: number, halfWidth: number, halfHeight: number, colour: Colour): void {
  const box = [cx - halfWidth, cy - halfHeight, cx + halfWidth, cy + halfHeight] as const
  canvas.paint(roundedBox(cx, cy, halfWidth, halfHeight, 0.02), roundLight([246, 240, 224], cx, halfWidth * 1.7), {
    box,
  })
  for (let line = 0; line < 4; line += 1) {
    const y = cy - halfHeight * 0.55 + line * halfHeight * 0.36
    canvas.paint(roundedBox(cx, y, halfWidth * (line === 0 ? 0.62 : 0.4), 0.016, 0.012), shade(colour, 0.8), { box })
  }
}

const PAINTERS: Record<Motif, Painter> = {
  tin(canvas, colour, view) {
    const half = 0.34 + (view % 3) * 0.04
    ground(canvas, half)
    canvas.paint(roundedBox(0, 0.12, half, 0.56, 0.06), roundLight(colour, 0, half), { box: [-half, -0.45, half, 0.7] })
    canvas.paint(roundedBox(0, -0.46, half * 0.97, 0.1, 0.05), roundLight(shade(colour, 1.25), 0, half))
    label(canvas, 0, 0.16, half * 0.72, 0.3, colour)
    leaves(canvas, view)
  },
  bowl(canvas, colour, view) {
    ground(canvas, 0.56)
    for (let i = 0; i < 60; i += 1) {
      const x = Math.sin(i * 2.4 + view) * (0.08 + (i % 10) * 0.046)
      const y = 0.02 - Math.cos(i * 1.7) * 0.1 - (1 - Math.abs(x) * 1.7) * 0.16
      const nut = hsl(26 + (i % 5) * 4, 0.5, 0.3 + (i % 7) * 0.03)
      const box = [x - 0.12, y - 0.12, x + 0.12, y + 0.12] as const
      canvas.paint(ellipse(x, y, 0.085, 0.075), roundLight(nut, x, 0.09), { box })
    }
    const body = turned(0, 0.05, 0.66, (y) => 0.62 * Math.sqrt(Math.max(0, 1 - ((y - 0.05) / 0.68) ** 2)))
    canvas.paint(body, roundLight(shade(colour, 1.15), 0, 0.62), { box: [-0.7, 0.02, 0.7, 0.68] })
    canvas.paint(roundedBox(0, 0.13, 0.6, 0.018, 0.01), shade(colour, 0.8), { box: [-0.6, 0.1, 0.6, 0.16] })
  },
  jar(canvas, colour, view) {
    ground(canvas, 0.42)
    const half = (y: number) => 0.2 + 0.27 * Math.sin(Math.min(1, Math.max(0, (y + 0.38) / 1.02)) * Math.PI * 0.86)
    canvas.paint(turned(0, -0.38, 0.66, half), roundLight(shade(colour, 0.75), 0, 0.47), {
      box: [-0.5, -0.4, 0.5, 0.7],
    })
    canvas.paint(roundedBox(0, -0.46, 0.22, 0.12, 0.05), roundLight([176, 42, 38], 0, 0.24))
    const sign = rotated(roundedBox(0, 0.16, 0.2, 0.2, 0.01), Math.PI / 4, 0, 0.16)
    canvas.paint(sign, [186, 44, 40], { box: [-0.32, -0.16, 0.32, 0.48] })
    label(canvas, 0, 0.16, 0.12, 0.14, [120, 30, 30])
    leaves(canvas, view + 3)
  },
  cloth(canvas, colour, view, hue) {
    const fold = (x: number, y: number) => Math.sin(x * (3 + (view % 4)) + Math.sin(y * 2.6 + view) * 1.3)
    const pattern = (x: number, y: number): Colour => {
      const u = Math.abs(((x * 4 + fold(x, y) * 0.4 + 50) % 1) - 0.5)
      const v = Math.abs(((y * 4 + view * 0.13 + 50) % 1) - 0.5)
      const flower = Math.hypot(u, v) < 0.17 + 0.05 * Math.cos(6 * Math.atan2(v, u) + view)
      const base = flower ? hsl((hue + 150 + view * 9) % 360, 0.35, 0.78) : shade(colour, 1.25)
      return shade(base, 0.92 + 0.2 * fold(x, y))
    }
    const cloth = rotated(roundedBox(0, 0.02, 0.7, 0.66, 0.05), 0.08 * ((view % 5) - 2), 0, 0)
    canvas.paint((x, y) => cloth(x - 0.05, y - 0.06), [40, 34, 28], { blur: 0.18, opacity: 0.45 })
    canvas.paint(cloth, pattern)
  },
  vase(canvas, colour, view, hue) {
    ground(canvas, 0.34)
    const half = (y: number) => 0.13 + 0.27 * Math.exp(-(((y - 0.2) / 0.34) ** 2)) + 0.06 * Math.max(0, -y - 0.4)
    const glaze = roundLight([238, 240, 238], 0, 0.4)
    canvas.paint(turned(0, -0.6, 0.68, half), glaze, { box: [-0.45, -0.62, 0.45, 0.7] })
    const blue = hsl(218 + (hue % 12), 0.62, 0.36)
    for (let i = 0; i < 26; i += 1) {
      const x = Math.sin(i * 1.9 + view * 0.7) * half(0.2) * 0.78
      const y = -0.02 + (i % 6) * 0.09
      const box = [x - 0.1, y - 0.1, x + 0.1, y + 0.1] as const
      canvas.paint(rotated(ellipse(x, y, 0.07, 0.022), i * 1.1, x, y), blue, { box, opacity: 0.85 })
    }
    for (const y of [-0.36, -0.12, 0.5]) {
      canvas.paint(roundedBox(0, y, half(y) * 0.98, 0.014, 0.01), blue, { box: [-0.42, y - 0.03, 0.42, y + 0.03] })
    }
    if (view % 2 === 1) canvas.paint(circle(0.62, 0.56, 0.12), roundLight(shade(colour, 1.4), 0.62, 0.13))
  },
  bottle(canvas, colour, view) {
    ground(canvas, 0.32)
    canvas.paint(roundedBox(0, 0.16, 0.31, 0.52, 0.1), roundLight(colour, 0, 0.31), { box: [-0.35, -0.4, 0.35, 0.7] })
    canvas.paint(roundedBox(0, -0.46, 0.2, 0.12, 0.03), roundLight([240, 238, 232], 0, 0.2))
    label(canvas, 0, 0.2, 0.27, 0.3, colour)
    for (let i = 0; i < 9; i += 1) {
      const x = -0.78 + ((i * 0.37 + view * 0.11) % 1.56)
      const pill = rotated(roundedBox(x, 0.74, 0.075, 0.033, 0.033), i * 0.8 + view, x, 0.74)
      canvas.paint(pill, roundLight(hsl(30 + i * 3, 0.7, 0.52), x, 0.09), { box: [x - 0.12, 0.6, x + 0.12, 0.88] })
    }
  },
  device(canvas, colour, view, hue) {
    ground(canvas, 0.4, 0.7)
    const tilt = 0.1 * ((view % 5) - 2)
    const dark = hsl(hue, 0.12, 0.2)
    canvas.paint(rotated(roundedBox(0, 0.06, 0.36, 0.6, 0.09), tilt, 0, 0), roundLight(dark, 0, 0.5))
    canvas.paint(rotated(roundedBox(0, 0.06, 0.31, 0.54, 0.06), tilt, 0, 0), (x, y) =>
      hsl((hue + 60 * (x - y) + view * 18 + 360) % 360, 0.55, 0.5 + y * 0.12),
    )
    for (let i = 0; i < 4; i += 1) {
      const light = rotated(circle(-0.15 + i * 0.1, 0.5, 0.022), tilt, 0, 0)
      canvas.paint(light, i < 1 + (view % 4) ? [240, 255, 240] : shade(colour, 0.5))
    }
  },
  brush(canvas, colour, view) {
    const stroke = rotated(ellipse(0.1, 0.34, 0.62, 0.09), -0.25 + 0.1 * (view % 4), 0, 0.3)
    canvas.paint(stroke, [34, 32, 34], { blur: 0.05, opacity: 0.85 })
    const angle = 0.7 + 0.12 * (view % 5)
    canvas.paint(rotated(roundedBox(0, -0.2, 0.035, 0.62, 0.03), angle, 0, 0), roundLight(shade(colour, 1.1), 0, 0.3))
    canvas.paint(rotated(ellipse(0, 0.46, 0.06, 0.16), angle, 0, 0), [244, 238, 224])
    canvas.paint(rotated(ellipse(0, 0.57, 0.035, 0.07), angle, 0, 0), [36, 34, 36])
    canvas.paint(roundedBox(0.68, 0.66, 0.13, 0.13, 0.02), [178, 44, 40])
    canvas.paint(roundedBox(0.68, 0.66, 0.07, 0.07, 0.01), [244, 232, 222])
  },
  fish(canvas, colour, view) {
    canvas.paint(ellipse(0, 0.2, 0.86, 0.46), roundLight([238, 240, 242], 0, 0.9))
    canvas.paint(ellipse(0, 0.2, 0.74, 0.38), [224, 230, 232])
    for (let i = 0; i < 3; i += 1) {
      const y = 0.04 + i * 0.17
      const body = rotated(ellipse(-0.06, y, 0.5, 0.062), 0.05 * Math.sin(view + i), 0, y)
      canvas.paint(body, (x) => shade([198, 206, 214], 1.1 - 0.4 * Math.abs(x)), {
        box: [-0.7, y - 0.14, 0.6, y + 0.14],
      })
      canvas.paint(rotated(ellipse(0.52, y, 0.09, 0.05), 0.4, 0.52, y), shade(colour, 1.3))
      canvas.paint(circle(-0.46, y - 0.012, 0.017), [20, 20, 24], { box: [-0.5, y - 0.05, -0.42, y + 0.03] })
    }
    leaves(canvas, view)
  },
}

function leaves(canvas: Canvas, view: number): void {
  for (let i = 0; i < 7; i += 1) {
    const x = -0.86 + ((i * 0.29 + view * 0.17) % 1.72)
    const y = 0.76 + 0.08 * Math.sin(i * 2 + view)
    const leaf = rotated(ellipse(x, y, 0.1, 0.028), i * 1.3 + view, x, y)
    canvas.paint(leaf, hsl(98 + i * 5, 0.4, 0.32 + (i % 3) * 0.05), { box: [x - 0.14, y - 0.14, x + 0.14, y + 0.14] })
  }
}
