/** Where shops trade. The first three are served as real sites; of the others there are only data. */
export interface MarketPlatform {
  readonly id: string
  readonly name: string
  readonly company: string
  readonly kind: '综合' | '社区团购' | '直播' | '二手' | '生鲜' | '垂直' | '跨境' | '本地'
  /** How many of a hundred shops are there. */
  readonly share: number
}

const ROWS = `
jiangnan 江南集市 江南集市网络科技有限公司（演示） 综合 22
shanhe 山河优选 山河优选电子商务有限公司（演示） 综合 20
xiaoman 小满快购 小满快购信息技术有限公司（演示） 直播 18
baihui 百汇网 百汇网络（演示）有限公司 综合 4
qinglan 青岚商城 青岚电子商务（演示）有限公司 综合 3
yueji 悦集 悦集科技（演示）有限公司 综合 3
linli 邻里团 邻里团（演示）科技有限公司 社区团购 3
zaochi 早市到家 早市到家（演示）供应链有限公司 生鲜 2
xianxing 鲜行 鲜行（演示）电子商务有限公司 生鲜 2
huixiang 回想闲置 回想（演示）信息科技有限公司 二手 2
zhuanshou 转手 转手网络（演示）有限公司 二手 2
dengta 灯塔直播 灯塔互动（演示）科技有限公司 直播 3
xingguo 星果直播 星果文化（演示）科技有限公司 直播 2
shujian 书简 书简文化（演示）有限公司 垂直 1
yaofang 安泰药房网 安泰医药（演示）电子商务有限公司 垂直 1
muying 芽芽母婴 芽芽（演示）网络科技有限公司 垂直 2
haiwan 海湾全球购 海湾跨境（演示）电子商务有限公司 跨境 2
yuanyang 远洋优品 远洋优品（演示）贸易有限公司 跨境 1
gongpin 工品汇 工品汇（演示）工业互联网有限公司 垂直 1
jiaju 木石家居网 木石（演示）家居科技有限公司 垂直 1
yuetu 越途户外 越途（演示）体育科技有限公司 垂直 1
chengxi 城西同城 城西同城（演示）信息服务有限公司 本地 1
wuyue 吴越生活 吴越生活（演示）科技有限公司 本地 1
xiqi 喜起婚庆网 喜起（演示）文化有限公司 本地 1
`

export const PLATFORMS: readonly MarketPlatform[] = ROWS.trim()
  .split('\n')
  .map((row) => {
    const [id, name, company, kind, share] = row.split(' ') as [string, string, string, MarketPlatform['kind'], string]
    return { id, name, company, kind, share: Number(share) }
  })

const WHEEL = PLATFORMS.flatMap((platform) => Array.from({ length: platform.share }, () => platform))

/** Different platforms, the large ones more often; `draw` gives numbers from 0 to 1. */
export function drawPlatforms(count: number, draw: () => number): MarketPlatform[] {
  const found = new Set<MarketPlatform>()
  for (let tries = 0; found.size < count && tries < 40; tries += 1) found.add(WHEEL[Math.floor(draw() * WHEEL.length)]!)
  return [...found]
}
