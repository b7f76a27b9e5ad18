/** Who witnessed, wherever an officer or a party looks: the evidence page, custody, the certificate, every verifier. */
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { addressOf } from '@mingzheng/api'
import {
  certificatePlainText,
  checkCertificateText,
  decodeCertificateFields,
  parsePolicy,
  type Report,
} from '@mingzheng/proof'
import { mingzheng } from '../launched-up.ts'
import type { ConsortiumStage } from './consortium-stage.ts'

const TIME = /\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/

/** Three of five, one of these two among them: which of them came first is chance. */
const COURT_OR_NOTARY = /互联网法院|公证处/

export function witnessJourneys(stage: ConsortiumStage): void {
  describe('who witnessed', () => {
    test('an officer sees on the evidence who witnessed it, when, in which trees, and how many were asked for', async () => {
      const { page, context, problems } = await stage.open('officer')
      await page.goto(`/evidence/${stage.number}`)
      const card = page.locator('section.card', { has: page.getByRole('heading', { name: '见证', exact: true }) })
      await card.getByText(/^5 个成员中 [345] 个已见证$/).waitFor()
      await card.getByText('至少 3 个成员见证，其中须有法院或公证机构。').waitFor()
      const rows = card.locator('.witnesses li')
      assert.equal(await rows.count(), 5)
      const said = await rows.allInnerTexts()
      const signed = said.filter((text) => TIME.test(text))
      assert.ok(signed.length >= 3, said.join('\n'))
      assert.ok(signed.every((text) => text.includes('SHA-256 树') && text.includes('国密 SM3 树')))
      assert.ok(signed.some((text) => text.includes('互联网法院') || text.includes('公证处')))
      await card.getByText('信任策略全文').click()
      await card.getByText(/下列 5 个成员中至少 3 个见证/).waitFor()
      assert.deepEqual(problems, [])
      await context.close()
    })

    test('what was fixed before the consortium names the one who witnessed it then', async () => {
      const { page, context, problems } = await stage.open('officer', { language: 'en' })
      await page.goto(`/evidence/${stage.former.number}`)
      const card = page.locator('section.card', { has: page.getByRole('heading', { name: 'Witnessed by' }) })
      await card.getByText('1 of 1 members witnessed it').waitFor()
      await card.getByText('Judged by the trust policy of its time; the policy has changed since.').waitFor()
      assert.deepEqual(problems, [])
      await context.close()
    })

    test('custody tells where the package lies, who confirmed it when; a challenge is asked for and its proof shown', async () => {
      const { page, context, problems } = await stage.open('officer')
      await page.goto(`/evidence/${stage.number}`)
      const card = page.locator('section.card', { has: page.getByRole('heading', { name: '保管在哪里' }) })
      for (const name of ['公证处', '司法鉴定所']) {
        const copy = card.locator('li', { hasText: name })
        await copy.getByText('保管中').waitFor({ timeout: 90_000 })
        assert.match(await copy.innerText(), /确认保管 \d{4}-\d\d-\d\d \d\d:\d\d:\d\d #\d+/)
      }
      const notary = card.locator('ol.editions > li', { hasText: '公证处' })
      await notary.getByRole('button', { name: '立即抽查' }).click()
      await page.getByText('已发起抽查，结果会写上账本').waitFor()
      await notary.getByText('历次抽查（1）').click({ timeout: 90_000 })
      await notary.getByText('证明仍持有').waitFor()
      assert.match(await notary.innerText(), /最近证明 \d{4}-\d\d-\d\d/)
      assert.deepEqual(problems, [])
      await context.close()
    })

    test('the certificate says in print who witnessed, in which role and when', async () => {
      const { cookie } = await stage.platform.signIn('officer')
      const read = async (path: string) => {
        const address = addressOf('evidence.file', { params: { number: stage.number }, query: { path } })
        return new Uint8Array(await (await fetch(stage.up.url + address, { headers: { cookie } })).arrayBuffer())
      }
      const fields = decodeCertificateFields(await read('documents/certificate.json'))
      const policy = parsePolicy(await read('proof/policy.json'))
      assert.equal(checkCertificateText(await read('documents/certificate.pdf'), fields).code, 'ok')
      assert.ok(fields.ledger.members.length >= 3)
      for (const { id, role, time } of fields.ledger.members) {
        assert.equal(role, policy.members.find((member) => member.id === id)?.role)
        assert.match(time ?? '', /^\d{4}-\d\d-\d\dT/)
      }
      const words = certificatePlainText(fields)
      assert.ok(words.includes('5个成员，至少须3个，其中须有法院或公证机构'))
      assert.match(
        words,
        /(互联网法院（法院court|公证处（公证机构notary)；非独立成员notindependent），签于signed\d{4}-/,
      )
    })

    test('the public page, the one file offline and the command each name who witnessed and when', async () => {
      const { page, context, problems } = await stage.open(null)
      await page.goto('/verify')
      await page.getByTestId('package-file').setInputFiles(stage.file)
      await page.getByText('核验通过', { exact: true }).waitFor({ timeout: 60_000 })
      const named = page.locator('dd li', { hasText: COURT_OR_NOTARY })
      assert.match(await named.first().innerText(), /(法院|公证机构) · 非独立 · 签于 \d{4}-/)
      assert.deepEqual(problems, [])
      const verifier = join(stage.folder, 'verifier.html')
      await writeFile(verifier, await (await fetch(`${stage.up.url}/verifier.html`)).text())
      await context.setOffline(true)
      await page.goto(pathToFileURL(verifier).href)
      await page.setInputFiles('#file', stage.file)
      await page.locator('[data-verdict=verified]').waitFor({ timeout: 60_000 })
      const witnesses = page.locator('dd div', { hasText: COURT_OR_NOTARY })
      assert.match(await witnesses.first().innerText(), TIME)
      await context.close()
      const { code, out } = await mingzheng('verify', stage.file, '--data', stage.data, '--json')
      assert.equal(code, 0, out)
      const { ledger } = JSON.parse(out) as Report
      assert.ok(ledger!.members.length >= 3 && ledger!.members.every(({ time }) => time !== null))
    })
  })
}
