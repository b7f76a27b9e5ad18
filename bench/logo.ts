/**
 * `logo`: logos that a browser draws by a seed, found again in what becomes of them on their way into a shop's pictures; and how often a
 * logo is seen in a picture that shows another one or none. What docs/models/logo.md states was measured so.
 */
import { type BrowserChoice, chooseBrowser } from '@mingzheng/evidence'
import { isRefusal } from '@mingzheng/kernel'
import { likestLogo, logoShapes, pictureShapes } from '@mingzheng/monitoring'
import { chromium } from '@playwright/test'
import { type Drawn, draw } from './logo/draw.ts'
import type { BenchResult, Figure } from './result/result.ts'

/** Never used while the thresholds were chosen (that was 1). */
const SEED = 20_261_125
const LOGOS = 150
/** Logos drawn at a time: a page holds their pictures as text. */
const AT_ONCE = 50
/** Not claimed: docs/models/logo.md says so. */
const UNCLAIMED = new Set(['turned by 2 degrees', 'in a corner of a photograph', 'blurred'])
const [LEAST_FOUND, MOST_WRONG] = [0.8, 1e-4]

export async function run(): Promise<BenchResult> {
  const configured = process.env.MINGZHENG_CHROMIUM
  const browser = await chooseBrowser(configured === undefined ? {} : { configured })
  if (isRefusal(browser)) throw new Error(browser.detail)
  const drawn = await drawAll(browser)
  const bytesOf = ({ bytes }: Drawn) => Buffer.from(bytes, 'base64')
  const logos = drawn
    .filter(({ what }) => what === 'logo')
    .map((one) => ({ brand: String(one.logo), sha256: '', shapes: logoShapes(bytesOf(one)) }))
    .filter(({ shapes }) => shapes.length > 0)
  const found = new Map<string, { all: number; hits: number }>()
  let [pairs, wrong, pictures, ms] = [0, 0, 0, 0]
  for (const one of drawn) {
    if (one.what === 'logo') continue
    const bytes = bytesOf(one)
    const began = performance.now()
    const shapes = pictureShapes(bytes)
    ms += performance.now() - began
    pictures++
    for (const logo of logos) {
      const isSeen = likestLogo(shapes, [logo]) !== null
      if (logo.brand !== String(one.logo)) {
        pairs++
        if (isSeen) wrong++
        continue
      }
      const sum = found.get(one.what) ?? { all: 0, hits: 0 }
      found.set(one.what, { all: sum.all + 1, hits: sum.hits + Number(isSeen) })
    }
  }
  return {
    bench: 'logo',
    figures: [
      ...[...found].map(([what, { all, hits }]) => share(what, hits, all)),
      {
        ...plain('logo seen where it is not', wrong / pairs, `of ${pairs.toLocaleString('en')} pairs`),
        target: `<= ${MOST_WRONG}`,
        met: wrong / pairs <= MOST_WRONG,
      },
      plain('too plain to tell a brand by', LOGOS - logos.length, `of ${LOGOS} logos`),
      plain('time of a picture', ms / pictures, 'ms'),
    ],
  }
}

async function drawAll(choice: BrowserChoice): Promise<Drawn[]> {
  const browser = await chromium.launch({ executablePath: choice.executable, args: [...choice.arguments] })
  try {
    const page = await browser.newPage()
    const drawn: Drawn[] = []
    for (let from = 0; from < LOGOS; from += AT_ONCE) {
      const some = await page.evaluate(draw, { seed: SEED + from, logos: AT_ONCE })
      drawn.push(...some.map((one) => ({ ...one, logo: one.logo < 0 ? -1 : one.logo + from })))
    }
    return drawn
  } finally {
    await browser.close()
  }
}

function share(what: string, hits: number, all: number): Figure {
  const figure = plain(`found: ${what}`, hits / all, `of ${all}`)
  return UNCLAIMED.has(what) ? figure : { ...figure, target: `>= ${LEAST_FOUND}`, met: hits / all >= LEAST_FOUND }
}

const plain = (name: string, value: number, unit: string): Figure => ({
  name,
  value,
  unit,
  reference: null,
  ratio: null,
  target: null,
  met: null,
})
