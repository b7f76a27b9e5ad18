/** Tells pages that are none: tests for people, refusals that say 200, nothing at all. A page with a product is always a page. */
import type { Page } from '../extraction/page.ts'
import type { Outcome } from './outcome.ts'

const CAPTCHA =
  /验证码|滑块|安全验证|人机验证|拖动.{0,6}(拼图|滑)|请完成验证|点击按钮进行验证|captcha|geetest|verify you are (a )?human|are you a robot|punish-component|cf-challenge/i
const BLOCKED =
  /访问(过于|太)频繁|请求过于频繁|访问受限|拒绝访问|禁止访问|IP.{0,8}(封|限制|异常)|账号异常|access denied|too many requests|request blocked|forbidden/i
/** A page about captchas is longer than a page that is one. */
const LONGEST_REFUSAL = 1200

/** `null` for a page that can be read. */
export function judgePage(page: Page, hasProduct: boolean): { outcome: Outcome; detail: string } | null {
  if (hasProduct) return null
  const text = page.text.trim()
  if (text.length <= LONGEST_REFUSAL) {
    const said = `${page.title} ${text}`
    const captcha = CAPTCHA.exec(said)
    if (captcha !== null) return { outcome: 'captcha', detail: captcha[0] }
    const blocked = BLOCKED.exec(said)
    if (blocked !== null) return { outcome: 'blocked', detail: blocked[0] }
  }
  if (text === '' && page.title === '') return { outcome: 'empty', detail: 'no text on the page' }
  return null
}
