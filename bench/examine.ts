/**
 * `examine`: listings a second through every model that looks at one listing, one thread, from the line of the file to the findings,
 * against parsing alone. Listings are seeded: shop words, and one in fifty holds a claim or a thing that is looked for.
 */
import { listingModels, parseLine } from '@mingzheng/monitoring'
import { textCases } from '@mingzheng/monitoring/testing'
import type { BenchResult } from './result/result.ts'
import { seededIntegers } from './seeded/seeded-numbers.ts'

const LISTINGS = 20_000
const ROUNDS = 3
const ONE_IN = 50
const DESCRIPTION_WORDS = 60
const DAY = '2026-11-24'
const WORDS =
  '新款 夏季 女装 宽松 显瘦 纯棉 短袖 连衣裙 男士 休闲 运动鞋 透气 防滑 软底 儿童 书包 大容量 收纳 厨房 不锈钢 加厚 家用 便携 保温杯 茶叶 礼盒 手工 零食 坚果 充电 耳机 降噪 续航 数据线 支架 适用 手机壳 防摔 透明 面膜 补水 保湿 洗发水 去屑 清香 沙发 抱枕 客厅 卧室 地毯 现货 包邮 顺丰 七天无理由 尺码 颜色 材质 产地 浙江 广东 规格 每袋 净含量 请以实物为准 建议 轻柔手洗 阴凉干燥处保存 客服 发货 质检'.split(
    ' ',
  )

export async function run(): Promise<BenchResult> {
  const lines = makeLines()
  const characters = lines.reduce((sum, line) => sum + line.length, 0) / lines.length
  const parsing = best(() => {
    for (const line of lines) parseLine(line)
  })
  let findings = 0
  const examining = best(() => {
    findings = 0
    for (const line of lines) {
      const listing = parseLine(line)
      if (listing.kind !== 'listing') continue
      for (const model of listingModels) findings += model.examine(listing, DAY).length
    }
  })
  const rate = (ms: number) => (LISTINGS / ms) * 1000
  const plain = { reference: null, ratio: null, target: null, met: null }
  return {
    bench: 'examine',
    figures: [
      {
        name: 'line to findings, all models',
        value: rate(examining),
        unit: 'listings/s',
        reference: { name: 'parsing alone', value: rate(parsing) },
        ratio: rate(examining) / rate(parsing),
        target: '>= 5,000 listings/s',
        met: rate(examining) >= 5000,
      },
      { name: 'length of a line', value: characters, unit: 'characters', ...plain },
      { name: 'findings', value: findings, unit: 'findings', ...plain },
    ],
  }
}

function makeLines(): string[] {
  const cases = textCases('tuning')
  const integers = seededIntegers('examine')
  const below = (bound: number) => integers() % bound
  const words = (count: number, mark: string) =>
    Array.from({ length: count }, () => WORDS[below(WORDS.length)]!).join(mark)
  return Array.from({ length: LISTINGS }, (_, i) => {
    const held = below(ONE_IN) === 0 ? cases[below(cases.length)]!.listing : null
    return JSON.stringify({
      id: String(i),
      title: held?.title ?? words(8, ' '),
      description: `${words(DESCRIPTION_WORDS / 2, '')}。${held?.description ?? ''}，${words(DESCRIPTION_WORDS / 2, '，')}`,
      category: held?.category ?? '日用',
      price: below(1000) + 1,
      original_price: below(2000) + 1,
      shop: { name: '某店' },
      attributes: { 产地: '浙江', 材质: '棉', 货号: String(i) },
    })
  })
}

/** Milliseconds of the quickest of some rounds. */
function best(work: () => void): number {
  let least = Number.POSITIVE_INFINITY
  for (let i = 0; i < ROUNDS; i++) {
    const started = performance.now()
    work()
    least = Math.min(least, performance.now() - started)
  }
  return least
}
