import { type Answer, pageAnswer, type Visit } from './serve.ts'

/** What a site does beside its pages; may be changed while it is served. */
export interface SiteSettings {
  /** `b` is the site after a redesign: other markup, other names, the same goods. */
  layout: 'a' | 'b'
  /** Whether who looks like a crawler is shown harmless words and another price. */
  decoys: boolean
  /** Pages a second that a visitor may ask for in the long run, and how many at once. Pictures, styles and scripts do not count. */
  perSecond: number
  burst: number
}

export const DEFAULT_SETTINGS: SiteSettings = { layout: 'a', decoys: false, perSecond: 12, burst: 60 }

/** Paths that `robots.txt` asks to leave alone; who goes there is no polite visitor. */
export const PRIVATE_PATH = '/internal/'

const CAPTCHA_AFTER = 20
const BAN_AFTER = 120
const BAN_MS = 600_000
const MOST_CLIENTS = 2000
const STATIC = /^\/(assets|img|pic|sign|robots\.txt|sitemap)/
const CRAWLER = /bot|crawl|spider|scrap|curl|wget|python|mingzheng/i

interface Client {
  tokens: number
  seen: number
  strikes: number
  bannedUntil: number
  /** Sum that the captcha asks for, or `null`. */
  asked: number | null
}

/** Keeps a site from those who ask too fast or where they should not: first 429, then a captcha, then a ban for ten minutes. */
export class Gate {
  readonly #clients = new Map<string, Client>()
  readonly #settings: SiteSettings
  readonly #now: () => number

  constructor(settings: SiteSettings, now: () => number) {
    this.#settings = settings
    this.#now = now
  }

  /** `null`: come in. */
  admit(visit: Visit): Answer | null {
    const { pathname, searchParams } = visit.url
    if (STATIC.test(pathname)) return null
    const now = this.#now()
    const client = this.#clientOf(visit.client, now)
    if (client.bannedUntil > now) return banPage(client.bannedUntil - now)
    if (client.asked !== null && pathname === '/verify' && Number(searchParams.get('sum')) === client.asked) {
      Object.assign(client, { asked: null, strikes: 0, tokens: this.#settings.burst })
      return { ...pageAnswer('', 303), headers: { location: '/' } }
    }
    if (pathname.startsWith(PRIVATE_PATH) || visit.header('user-agent') === '') client.strikes += CAPTCHA_AFTER
    const { perSecond, burst } = this.#settings
    client.tokens = Math.min(burst, client.tokens + ((now - client.seen) / 1000) * perSecond)
    client.seen = now
    const late = client.tokens < 1
    if (late) client.strikes += 1
    else client.tokens -= 1
    if (client.strikes >= BAN_AFTER) {
      client.bannedUntil = now + BAN_MS
      client.strikes = 0
      return banPage(BAN_MS)
    }
    if (client.strikes >= CAPTCHA_AFTER) {
      client.strikes += 1
      client.asked ??= 11 + ((client.strikes * 7 + this.#clients.size) % 17)
      return captchaPage(client.asked)
    }
    return late ? busyPage() : null
  }

  /** Whether a visitor gets decoys. */
  isFooled(visit: Visit): boolean {
    return this.#settings.decoys && CRAWLER.test(visit.header('user-agent'))
  }

  #clientOf(name: string, now: number): Client {
    let client = this.#clients.get(name)
    if (client === undefined) {
      if (this.#clients.size >= MOST_CLIENTS) this.#clients.delete(this.#clients.keys().next().value!)
      client = { tokens: this.#settings.burst, seen: now, strikes: 0, bannedUntil: 0, asked: null }
      this.#clients.set(name, client)
    }
    return client
  }
}

const shell = (title: string, content: string) =>
  `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><style>body{font:16px/1.7 "Noto Sans SC","Noto Sans CJK SC",sans-serif;background:#f4f5f7;display:grid;place-items:center;min-height:90vh;color:#333}main{background:#fff;padding:36px 48px;border-radius:14px;box-shadow:0 8px 30px #0001;text-align:center}input{font:inherit;width:90px;padding:6px;margin:0 8px}button{font:inherit;padding:6px 18px}</style></head><body><main>${content}</main></body></html>`

function busyPage(): Answer {
  return {
    ...pageAnswer(shell('请稍候', '<h1>访问太频繁</h1><p>请稍候再试。</p>'), 429),
    headers: { 'retry-after': '1' },
  }
}

function captchaPage(sum: number): Answer {
  const content = `<h1>安全验证</h1><p>为确认是真人访问，请计算：</p><form action="/verify">${sum - 7} + 7 =<input name="sum" inputmode="numeric" aria-label="答案" required><button>验证</button></form>`
  return pageAnswer(shell('安全验证', content), 403)
}

function banPage(ms: number): Answer {
  const content = `<h1>访问受限</h1><p>您的网络访问行为异常，已被暂时限制。</p><p>约 ${Math.ceil(ms / 60_000)} 分钟后恢复。</p>`
  return { ...pageAnswer(shell('访问受限', content), 403), headers: { 'retry-after': String(Math.ceil(ms / 1000)) } }
}
