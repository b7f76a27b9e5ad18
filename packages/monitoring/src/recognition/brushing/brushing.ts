/**
 * Fake trades and reviews, by product: bursts of reviews, near-duplicates, reviewers who keep meeting, more reviews than sales, and
 * words of reviews that were paid for; besides those who offer such service. Law: 反不正当竞争法 8 (2018), 9 (from 2025-10-15);
 * 电子商务法 17. Gates: at least twenty reviews; a festival or a new shop excuses a burst; texts that the platform fills in are none.
 */
import { cite } from '../../law/citation.ts'
import { Reader } from '../../reading/read.ts'
import { attribute } from '../fields.ts'
import type { FieldSpan, Finding } from '../finding.ts'
import type { Line, Listing } from '../line.ts'
import { dayOfMoment, LineReader, momentOf, nameOf, numberOf } from '../line-fields.ts'
import type { Panel, PanelModel } from '../model.ts'
import { thresholds } from '../thresholds.ts'
import { burstOf, nearFestival } from './burst.ts'
import { companions } from './company.ts'
import { alike, signatureOf } from './min-hash.ts'

const VERSION = 2
const THRESHOLDS = thresholds({
  reviews: { value: 20, reason: 'shares of fewer reviews say nothing' },
  kept: { value: 2000, reason: 'reviews kept of a product; more would change no share by much' },
  shortest: { value: 12, reason: 'short praise is alike by nature' },
  likeness: {
    value: 0.7,
    reason: 'two thirds of shingles in common survive a changed word or two, not another author',
  },
  duplicates: { value: 5, reason: 'fewer are friends, or one who writes twice' },
  share: { value: 0.2, reason: 'a minimum effect: a fifth of the reviews' },
  sureShare: { value: 0.4, reason: 'two fifths of copies by different people need no other sign' },
  burst: { value: 15, reason: 'fewer on a day are a parcel of a wholesale buyer' },
  burstShare: { value: 0.3, reason: 'a minimum effect' },
  burstP: { value: 0.001, reason: 'exact and times the days; thousands of products are looked at' },
  together: { value: 3, reason: 'two people meet at two products by chance of a popular shop' },
  overSales: { value: 1.1, reason: 'a tenth for follow-up reviews and cancelled orders' },
  newShopDays: { value: 30, reason: 'a shop that opens has all of its reviews at once' },
  excusedShare: {
    value: 0.5,
    reason: 'parcels of a festival or an opening arrive over a week or more: half of all reviews in one day is neither',
  },
})

const REVIEW = new LineReader({
  product: [
    'listing',
    'item',
    'goods',
    'product_id',
    'listing_id',
    'item_id',
    'sku',
    '商品',
    '商品编号',
    'shop',
    'shop_id',
    '店铺',
  ],
  reviewer: ['user', 'buyer', 'author', 'account', 'reviewer_id', 'user_id', 'buyer_id', '评价人', '用户', '买家'],
  text: ['content', 'comment', 'review', 'body', '评价', '评论', '内容', '评价内容'],
  time: ['at', 'date', 'created_at', 'timestamp', '时间', '评价时间', '日期'],
})
const PAID = new Reader(
  [
    '好评返现',
    '好评返',
    '晒图返',
    '五星返',
    '返现到账',
    '返了红包',
    '客服让好评',
    '刷单',
    '佣金已到',
    '代拍',
    '任务单',
    '给好评返',
    '好评截图返',
  ],
  { sounds: false },
)
const SERVICE = new Reader(
  [
    '代刷',
    '刷销量',
    '刷好评',
    '刷单',
    '补单',
    '刷信誉',
    '刷评价',
    '代写好评',
    '代写评价',
    '代评',
    '刷人气',
    '刷收藏',
    '刷粉',
    '包好评',
    '买家秀代拍',
    '空包代发',
    '代发空包',
    '快递空包',
    '空包快递',
    '空包单号',
    '空包网',
    '发空包',
    '寄空包',
    '空包裹代发',
    '空单号',
    '刷流水',
    '刷排名',
  ],
  { sounds: false },
)
const OFFERS = /服务|平台|代|团队|接单|资源|价格|包|套餐|量大|秒到|低价/
const REFUSES = /拒绝|不|禁|打击|谨防|警惕|举报|勿|处罚|案例|揭秘|防/
const FILLED_IN = /^(?:此用户没有填写评[价论]|该用户(?:未|没有)填写|系统默认好评|默认好评|用户未及时|评价方未及时)/

interface Subject {
  line: number
  listing: boolean
  reviews: number
  readonly texts: (Uint32Array | null)[]
  readonly authors: (string | null)[]
  /** When each was written; NaN where nobody says. */
  readonly times: number[]
  paid: number
  sales: number | null
  counted: number | null
  opened: number | null
}

export const brushingModel: PanelModel = {
  behaviour: 'brushing',
  version: VERSION,
  thresholds: THRESHOLDS,
  open: () => new Brushing(),
}

class Brushing implements Panel {
  readonly #subjects = new Map<string, Subject>()
  readonly #services = new Map<number, FieldSpan>()

  add(line: Line, number: number): void {
    if (line.kind === 'listing') this.#addListing(line as Listing, number)
    else if (line.kind === 'review') {
      const { product, reviewer, text, time } = REVIEW.read(line)
      const name = nameOf(product)
      if (name === null) return
      const subject = this.#subject(name)
      if (!subject.listing) subject.line = number
      this.#addReview(subject, nameOf(text) ?? '', nameOf(reviewer), momentOf(time))
    }
  }

  conclude(date: string): Map<number, Finding[]> {
    const findings = new Map<number, Finding[]>()
    const article = cite('brushing-service', date)
    if (article !== '') {
      for (const [line, span] of this.#services) {
        const reason = `提供“${span.text}”一类服务，帮助他人虚假交易、虚假评价`
        findings.set(line, [finding(article, 0.85, 'lead', reason, span)])
      }
    }
    const visits = [...this.#subjects].map(([name, { authors, times }]) => [name, visitsOf(authors, times)] as const)
    const close = companions(new Map(visits), THRESHOLDS.together.value)
    for (const [name, subject] of this.#subjects) {
      const found = judge(subject, close.get(name)?.size ?? 0, date)
      if (found !== null) findings.set(subject.line, [...(findings.get(subject.line) ?? []), found])
    }
    return findings
  }

  #addListing(listing: Listing, number: number): void {
    const span = serviceOf(listing)
    if (span !== null) this.#services.set(number, span)
    const sales = numberOf(
      attribute(listing, [
        'sales',
        'sold',
        'orders',
        'total_sales',
        'monthly_sales',
        '销量',
        '月销量',
        '成交量',
        '订单数',
      ]),
    )
    const counted = numberOf(
      attribute(listing, ['review_count', 'reviews_count', 'comment_count', '评价数', '评论数', '累计评价']),
    )
    if (listing.reviews.length === 0 && listing.id === undefined) return
    const subject = this.#subject(listing.id ?? `\0${number}`)
    subject.line = number
    subject.listing = true
    subject.sales = sales
    subject.counted = counted
    subject.opened = momentOf(
      attribute(listing, [
        'opened_at',
        'shop_opened',
        'opening_date',
        'open_date',
        '开店时间',
        '开店日期',
        'listed_at',
        '上架时间',
      ]),
    )
    for (const { text, reviewer, time } of listing.reviews) {
      this.#addReview(subject, text, reviewer ?? null, momentOf(time))
    }
  }

  #addReview(subject: Subject, text: string, author: string | null, moment: number | null): void {
    subject.reviews++
    if (subject.texts.length >= THRESHOLDS.kept.value) return
    const own = FILLED_IN.test(text.trim()) ? '' : text
    subject.texts.push(signatureOf(own, THRESHOLDS.shortest.value))
    subject.authors.push(author)
    subject.times.push(moment ?? Number.NaN)
    if (own !== '' && PAID.read(own).some(({ start }) => !REFUSES.test(own.slice(Math.max(0, start - 6), start)))) {
      subject.paid++
    }
  }

  #subject(name: string): Subject {
    let subject = this.#subjects.get(name)
    if (subject === undefined) {
      subject = {
        line: 0,
        listing: false,
        reviews: 0,
        texts: [],
        authors: [],
        times: [],
        paid: 0,
        sales: null,
        counted: null,
        opened: null,
      }
      this.#subjects.set(name, subject)
    }
    return subject
  }
}

function isName(author: string | null): author is string {
  // Platforms that mask names give many people one.
  return author !== null && !author.includes('*') && !/匿名|anonymous/i.test(author)
}

/** When each person wrote; of several times the first. */
function visitsOf(authors: readonly (string | null)[], times: readonly number[]): Map<string, number> {
  const visits = new Map<string, number>()
  authors.forEach((author, i) => {
    if (isName(author) && !visits.has(author)) visits.set(author, times[i]!)
  })
  return visits
}

function serviceOf(listing: Listing): FieldSpan | null {
  const title = listing.title ?? ''
  const [hit] = SERVICE.read(title)
  if (hit === undefined || REFUSES.test(title) || !OFFERS.test(title + (listing.category ?? ''))) return null
  return { field: 'title', start: hit.start, end: hit.end, text: title.slice(hit.start, hit.end) }
}

function judge(subject: Subject, together: number, date: string): Finding | null {
  const moments = subject.times.filter((time) => !Number.isNaN(time))
  const latest = Math.max(...moments.slice(-1), ...moments.slice(0, 1))
  const article = cite('brushing', Number.isFinite(latest) ? dayOfMoment(latest) : date)
  if (article === '') return null
  const kept = subject.texts.length
  const copies = alike(
    subject.texts,
    THRESHOLDS.likeness.value,
    (a, b) => subject.authors[a] === null || subject.authors[a] !== subject.authors[b],
  ).size
  const signs: string[] = []
  const excuses: string[] = []
  const sure = copies >= 10 && copies >= THRESHOLDS.sureShare.value * kept
  if (copies >= THRESHOLDS.duplicates.value && copies >= THRESHOLDS.share.value * kept)
    signs.push(`${copies} 条评价与他人评价雷同（共 ${kept} 条，${percent(copies, kept)}）`)
  if (together >= THRESHOLDS.duplicates.value && together >= THRESHOLDS.share.value * kept)
    signs.push(`${together} 名评价人在至少 ${THRESHOLDS.together.value} 个商品下结伴出现`)
  const burst = burstOf(moments, subject.opened)
  const { burst: most, burstShare, burstP } = THRESHOLDS
  if (burst && burst.count >= most.value && burst.count >= burstShare.value * kept && burst.p <= burstP.value) {
    const day = dayOfMoment(burst.start)
    const sinceOpening = subject.opened === null ? null : (burst.start - subject.opened) / 86_400_000
    const excusable = burst.count < THRESHOLDS.excusedShare.value * kept
    if (excusable && nearFestival(day)) excuses.push(`${day} 的集中评价临近大促，不计`)
    else if (excusable && sinceOpening !== null && sinceOpening <= THRESHOLDS.newShopDays.value)
      excuses.push('新店开张的集中评价不计')
    else signs.push(`${day} 起 24 小时内集中 ${burst.count} 条（p = ${burst.p.toExponential(1)}）`)
  }
  const total = Math.max(subject.reviews, subject.counted ?? 0)
  if (subject.sales !== null && total > subject.sales * THRESHOLDS.overSales.value && total >= THRESHOLDS.reviews.value)
    signs.push(`评价 ${total} 条多于销量 ${subject.sales}`)
  if (subject.paid >= 3) signs.push(`${subject.paid} 条评价提到返现、任务等付费好评用语`)
  if (signs.length === 0)
    return excuses.length === 0 ? null : finding(article, 0.2, 'below threshold', excuses.join('；'))
  const reason = [...signs, ...excuses].join('；')
  if (total < THRESHOLDS.reviews.value) {
    return finding(article, 0.3, "can't decide", `${reason}；评价不足 ${THRESHOLDS.reviews.value} 条`)
  }
  if (signs.length >= 2 || sure)
    return finding(article, Math.min(0.98, 0.6 + 0.15 * signs.length + (sure ? 0.1 : 0)), 'lead', reason)
  return finding(article, 0.5, 'below threshold', `${reason}；只有一项迹象`)
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(0)} %`
}

function finding(
  article: string,
  score: number,
  decision: Finding['decision'],
  reason: string,
  span: FieldSpan | null = null,
): Finding {
  return {
    behaviour: 'brushing',
    article,
    score,
    span,
    reason,
    decision,
    model: { name: 'brushing', version: VERSION },
  }
}
