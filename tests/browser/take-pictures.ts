/**
 * `npm run pictures`: takes the pictures of docs/pictures anew, in real Chromium, on a platform of their own; where CometBFT is, those
 * of a consortium too. With names after it, only those.
 */
import { join, resolve } from 'node:path'
import { findTool } from '../../apps/cli/src/doctor/tool.ts'
import { CASE, type ConsortiumStage, setConsortiumStage, until } from './consortium-stage.ts'
import { type Look, type OpenPage, type Stage, setStage } from './stage.ts'

const FOLDER = resolve(import.meta.dirname, '../../docs/pictures')
const wanted = process.argv.slice(2)

interface Picture {
  readonly name: string
  readonly who: string | null
  readonly path: string
  readonly look: Look
}

const alone = ({ numbers: [number], platform }: Stage): readonly Picture[] => [
  { name: 'evidence-detail', who: 'officer', path: `/evidence/${number}`, look: {} },
  { name: 'evidence-detail-en', who: 'officer', path: `/evidence/${number}`, look: { language: 'en' } },
  { name: 'evidence-detail-phone', who: 'officer', path: `/evidence/${number}`, look: { width: 390, height: 844 } },
  { name: 'desk', who: 'officer', path: '/desk', look: {} },
  { name: 'desk-dark', who: 'officer', path: '/desk', look: { appearance: 'dark' } },
  { name: 'evidence-list', who: 'officer', path: '/evidence', look: {} },
  { name: 'new-capture', who: 'officer', path: '/capture', look: {} },
  { name: 'audit', who: 'audit', path: '/audit', look: {} },
  { name: 'account', who: 'officer', path: '/account', look: { language: 'en' } },
  { name: 'verification-phone', who: null, path: `/verify/${number}`, look: { width: 390, height: 844 } },
  { name: 'verification', who: null, path: `/verify/${number}`, look: {} },
  { name: 'ledger', who: null, path: '/ledger', look: {} },
  { name: 'demo-marketplace', who: null, path: `${platform.market}/`, look: {} },
]

const together = ({ number }: ConsortiumStage): readonly Picture[] => [
  { name: 'ledger-consortium', who: null, path: '/ledger', look: { height: 1000 } },
  { name: 'members-compared', who: null, path: '/ledger/members', look: { language: 'en', height: 860 } },
  { name: 'governance', who: null, path: '/ledger/governance', look: { language: 'en' } },
  { name: 'custody', who: 'officer', path: '/custody', look: {} },
  { name: 'evidence-witnessed', who: 'officer', path: `/evidence/${number}`, look: { language: 'en' } },
]

const OF_CONSORTIUM = [
  'ledger-consortium',
  'members-compared',
  'governance',
  'custody',
  'evidence-witnessed',
  'court-case',
]

const isWanted = (name: string) => wanted.length === 0 || wanted.includes(name)

async function take(open: Stage['open'], pictures: readonly Picture[]): Promise<void> {
  for (const { name, who, path, look } of pictures.filter((picture) => isWanted(picture.name))) {
    const { page, context } = await open(who, look)
    await page.goto(path, { waitUntil: 'load' })
    await page.locator('h1').first().waitFor()
    await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' })
    // Pictures that are still coming leave holes.
    await page.waitForFunction(() => {
      const come = [...document.images].every((image) => image.complete && image.naturalWidth > 0)
      return come && document.querySelector('.bones') === null
    })
    await shoot(page, name)
    await context.close()
  }
}

async function shoot(page: OpenPage['page'], name: string): Promise<void> {
  await page.screenshot({ path: join(FOLDER, `${name}.png`), animations: 'disabled' })
  process.stdout.write(`${name}\n`)
}

/** The list of a case's evidence at the court's own node. */
async function takeCourt(stage: ConsortiumStage): Promise<void> {
  if (!isWanted('court-case')) return
  const { page, context } = await stage.open(null, { width: 1100, height: 560 })
  await page.goto(stage.court.url)
  await page.fill('#passphrase', stage.court.passphrase)
  await page.locator('form button').click()
  await page.fill('#case', CASE)
  await page.locator('form[action*="/court/case"] button').click()
  await page.getByText(/[1-9]\d* 份核验通过/).waitFor({ timeout: 120_000 })
  await shoot(page, 'court-case')
  await context.close()
}

if (wanted.length === 0 || wanted.some((name) => !OF_CONSORTIUM.includes(name))) {
  const stage = await setStage()
  try {
    await take(stage.open, alone(stage))
  } finally {
    await stage.browser.close()
    await stage.platform.stop()
  }
}
if (wanted.length > 0 && !wanted.some((name) => OF_CONSORTIUM.includes(name))) process.exit(0)
if (findTool('cometbft', process.env) === null) {
  process.stderr.write('without CometBFT there are no pictures of a consortium\n')
} else {
  const stage = await setConsortiumStage()
  try {
    const { client } = await stage.platform.signIn('officer')
    await until('the custodians hold it', async () => {
      const { holdings } = await client.call('custody.ofEvidence', { params: { number: stage.number } })
      return holdings.length > 1 && holdings.every(({ state }) => state === 'held')
    })
    await stage.consortium('notary', 'leave')
    await take(stage.open, together(stage))
    await takeCourt(stage)
  } finally {
    await stage.end()
  }
}
process.exit(0)
