/**
 * Uses that the law lets pass, tried one after the other. Sources: 广告绝对化用语执法指南 (2023年第6号) articles 4 to 6 as its draft and
 * comments report them (../cases/sources.tsv), 广告法适用问题执法指南（一） article 4.
 */
import { around, type Circumstance, circumstances } from '../../reading/context/context.ts'
import { textAttribute } from '../fields.ts'
import type { Listing } from '../line.ts'
import type { Found } from '../text/lexicon.ts'
import type { ProductClass } from '../text/product-class.ts'

export interface Exemption {
  /** What is tried, in Chinese. */
  readonly name: string
  /** The words that show it. */
  readonly shown: string
}

/** Sights and institutions that bear a rank in their name. */
const PLACE_AFTER =
  /^(?:泉|关|雄关|楼|山|峰|城|村|湾|瀑|洞|奇观|人民医院|医院|中学|小学|高级中学|师范|中级|汽车|重型|机床|纺织|制药|制片|步行街|码头|食品厂)/
const NAMED_NEAR = /注册商标|商标为|商标名|系列名|品名|书名|店名|名为|取名|同名|词牌|曲名|片名|品种名|花名|茶名|酒名/
/** Far enough for the name of an award or the year before it. */
const NEAR = 36

const SELF =
  /历史|本店|我店|小店|店里|店内|本品牌|本公司|我司|我们|我家|咱家|自家|历代|历年|历来|上一代|前代|同系列|本系列|该系列|系列中|系列里|家族|旗下|自有|自身|品牌历|品牌.{0,2}史|本款.{0,3}中/
const SCOPE = /全国|全球|全网|全市|全省|世界|国内|国际|行业|业内|业界|同行|同类|史上|市面|市场|亚洲|天下|地表/
const TIP_AFTER =
  /^(?:的)?(?:食用|赏味|饮用|使用|品饮|品尝|冲泡|保质|保存|储存|存放|观赏|种植|播种|浇水|施肥|收听|观看|拍摄|佩戴|入住|出行|游玩|服用|口感期|尝鲜|采摘|安装|操作|阅读|享用|烹饪|浸泡|醒酒|适饮|食用期|饮用期|日期|时间|时节|时期|季节|期限|方法|方式|温度|水温|搭配|比例|距离|角度|坐姿|睡姿|用量|效果图|视角)/
/** What is best for doing something with the goods. */
const TIP_ABOUT =
  /^(?:的)?[^，,。；;\n]{0,6}(?:时间|时节|时期|季节|时机|温度|方法|方式|距离|角度|用量|比例|承重|水温|浓度|位置|姿势|湿度|天数|办法)/
/** Seasons, hours and steps, of which one ends by saying when or how it is best done; praise of the goods themselves is none. */
const TIP_STEP =
  /[春夏秋冬]季?|清晨|早晚|早上|傍晚|晚上|上午|下午|睡前|[饭餐][前后]|空腹|(?:使用|食用|饮用|安装|清洗|烹饪|入口)[前后时]|左右|以内|[天日时钟周月]内|浸泡|[蒸煮炖烤焯炒泡晒晾]|浇水|施肥|移栽|扦插|通风|冷藏|加热|搭配|佐|配/
const PRAISED = /品质|质量|同类|行业|市场|全|销量|口碑|性价比|效果|我们|本店|价格|做得|原料|产地/
/** When, how warm or how long: what is best then is advice. */
const TIP_BEFORE =
  /(?:[\d一二两三四五六七八九十半几]+\s*(?:天|日|度|℃|分钟|小时|个月|克|ml|毫升|秒|点)|开封后|开袋后|冷藏后?|趁热|当天|当季|上市后|回温|醒酒|常温|加热后|冰镇后?|收到后|到货后)[^，,。；;\n]{0,14}$/
/** What follows where “最好” praises; where anything else does, it means “had better”. */
const PRAISES =
  /^(?:的(?!话)|品质|质量|效果|口感|原料|材料|材质|工艺|选择|品牌|产品|商品|货|款|面料|羽绒|之|吃法?的|喝的|看的|$|[\s，,。！!～~、）)】*])/
const PEOPLE_AFTER =
  /^(?:的)?(?:自己|朋友|闺蜜|礼物|陪伴|时光|状态|祝福|年华|安排|我们|爱|时代|人|妈妈|爸爸|爱人|回忆|老师|相遇|告白|遇见|生活|你|心意|结果|答案|拍档|损友|选择题)/
const AWARD_AFTER =
  /^(?:男|女|新|原创|动画|外语|纪录|导演|演员|编剧|影片|男主|女主|歌手|专辑|球员|阵容|新人|雇主|论文|组织|射手|辩手|摄影|设计奖|产品奖|创新奖|.{0,6}奖)/
const OBJECT_AFTER =
  /^(?:的)?.{0,4}(?:功率|温度|承重|载重|负重|容量|水位|转速|码|消费|起订|起批|起购|音量|分辨率|尺寸|直径|长度|高度|宽度|厚度|间距|距离|刻度|档|挡|限度|程度|化|公约|单位|值|支持|可|输出|输入|电流|电压|速度|扭矩|续航|亮度|剂量|用量|人数|张角|开合|行程|流量|压力|工作|订货|身高|体重|库存|限购|折扣|优惠|优惠价|利润|发货|送达)/
const NUMBER_AFTER = /^[^，,。；;！!？?\n]{0,6}[0-9０-９]/
const ORDER_AFTER =
  /^(?:的)?(?:到货|上架|日期|批次|生产|版|一期|期|发货|报价|价格|公告|通知|出厂|包装|一批|一季|上市|上新|现货|库存|货|年份|效期|消息|动态|资讯|活动|款式?(?!.{0,2}(?:科技|技术))|修订|标准|一代|固件|系统|章节|大纲|教材|考纲|真题|鲜采|采摘|鲜)/
const GRADE_AFTER =
  /^(?:的)?(?:非物质|非遗|名录|文化遗产|自然保护|风景|森林公园|湿地|地质公园|高新|经济技术|开发区|实验室|重点|科研|工程技术|农业产业化|龙头|示范|裁判|教练|运动员|演员|美术师|工艺美术|期刊|课题|项目|标准|专精特新|绿色工厂|检测中心|质检|景区|旅游|保护动|大师|传承人|贫困|出版|畜禽|良种|原产地|地理标志|生态|企业技术中心|博物馆|文物|奖)/
const AWARD_NEAR =
  /金奖|银奖|铜奖|大奖|获奖|荣获|荣膺|评为|入选|认定|授予|颁发|冠军|大赛|锦标赛|世界纪录|吉尼斯|评选|评比|比赛|竞赛|展评|评鉴|品评|称号|博览会|品鉴会|榜单|年鉴|公报|考古|出土|列入|收录|载入|授牌|第[一二三四五六七八九十\d]+批|证书编号|奥运|世锦赛|联赛/
const FOUNDED_NEAR =
  /始建|创建|创办|创立|建成|建厂|成立|研制成功|诞生|投产|通过(?:了)?[^，。]{0,8}(?:认证|验收|审定|鉴定)|获批|批准|审定|登记|县志|年报/
const DATED = /(?:19|20)\d{2}\s*年?|第\d+届|第[一二三四五六七八九十百]+届/
const SOURCE_NEAR =
  /数据来源|来源[:：]|据[^，。]{2,20}(?:统计|报告|数据|认证|公布|发布|显示)|统计公报|认证编号|证书编号|报告编号|弗若斯特|欧睿|尼尔森|艾瑞|统计时间|公示/
const TESTED_NEAR =
  /检测报告|检验报告|功效(?:测试|评价)报告|样本量|受试者\s*\d+\s*[人名]|[nN]\s*=\s*\d+|测试机构|测试时间/
const STANDARD_NEAR =
  /GB(?:\/T)?\s?\d|国家标准|行业标准|国标|执行标准|质量等级|等级[:：A-Za-z\d]|等级(?:标准|分)|级别为|分级|按标准|Q\/[A-Z]/i
const TRADE_NAME_AFTER = /^[^，,。；;！!？?\n]{0,8}(?:(?<!品)牌|®|™|系列名|为(?:系列|商标|品牌))/
const SERVICE = /服务|诚信|用心|售后|态度/

/** Which exempt use a word stands in, or `null` when none fits. */
export function exemptionOf(found: Found, listing: Listing, productClass: ProductClass): Exemption | null {
  const { text } = found.field
  const circumstance = spoken(circumstances(text, found.start, found.end), found, text.slice(found.end, found.end + 8))
  if (circumstance !== null) return circumstance
  const [before, after] = around(text, found.start, found.end)
  const brand =
    (listing.brand?.trim() || textAttribute(listing, ['品牌', '商标', '注册商标', '商品名称', '系列'])) ?? ''
  const place = PLACE_AFTER.exec(after)
  if (/第一$/.test(found.word) && place !== null) return { name: '地名、机构名', shown: `${found.word}${place[0]}` }
  const called = NAMED_NEAR.exec(text.slice(Math.max(0, found.start - 12), found.end + 14))
  if (called !== null && /absolute|sole|measure|leading/.test(found.group) && !SCOPE.test(before))
    return { name: '商标、商品名称', shown: called[0] }
  const named = brand !== '' && (found.word.includes(brand) || brand.includes(found.word))
  if (named && /absolute|sole|measure|leading/.test(found.group)) return { name: '商标、商品名称', shown: brand }
  if (TRADE_NAME_AFTER.test(after) && !SCOPE.test(before)) {
    const [shown] = TRADE_NAME_AFTER.exec(after)!
    return { name: '商标、商品名称', shown: `${found.word}${shown}` }
  }
  if (productClass === 'second-hand') return { name: '个人自用二手物品', shown: listing.category ?? '' }
  if (productClass === 'health-food' && /cure|remedy|disease/.test(found.group)) {
    const approved =
      approvedFunction(listing, found.word, before) ??
      /(?:保健功能|批准功能|有助于|辅助)[^，。；;\n]{0,12}$/.exec(text.slice(0, found.start))?.[0]
    if (approved !== undefined) return { name: '批准的保健功能', shown: approved.slice(-16) }
  }
  return absoluteExemption(found, before, after)
}

/** What a function of a health food is about. */
const FUNCTIONS = [
  '血脂',
  '血糖',
  '血压',
  '免疫',
  '睡眠',
  '骨密度',
  '便',
  '咽',
  '疲劳',
  '缺氧',
  '记忆',
  '视',
  '铅',
  '肝',
  '皮肤',
  '贫血',
  '脂肪',
  '消化',
  '菌群',
  '抗氧化',
]

/** The function that a health food is registered for, where the word is about it and is no more than help. */
function approvedFunction(listing: Listing, word: string, before: string): string | undefined {
  const shown = textAttribute(listing, ['保健功能', '批准功能', 'health_function'])
  if (!shown) return undefined
  if (shown.includes(word)) return shown
  const same = FUNCTIONS.some((one) => word.includes(one) && shown.includes(one))
  return same && /(?:辅助|有助|维持|帮助|适宜|适合|功能|调节|需要)[^，,。；;]{0,12}$/.test(before) ? shown : undefined
}

function absoluteExemption(found: Found, before: string, after: string): Exemption | null {
  if (!/^claim\/(?:absolute|measure|sole|leading)$/.test(found.group)) return null
  const { text } = found.field
  const ahead = text.slice(Math.max(0, found.start - NEAR), found.start)
  const behind = text.slice(found.end, found.end + NEAR)
  const near = `${ahead}${found.word}${behind}`
  const by = (name: string, match: RegExpExecArray | null) => (match === null ? null : { name, shown: match[0] })
  if (/^最[佳好]$/.test(found.word)) {
    const tip = by('消费提示', TIP_AFTER.exec(after)) ?? by('奖项名称', AWARD_AFTER.exec(after))
    if (tip !== null) return { ...tip, shown: `${found.word}${tip.shown}` }
  }
  if (/^最(?:佳|好[吃喝]?|美味|鲜|新鲜|香|纯正|地道)$/.test(found.word)) {
    const tip = by('消费提示', TIP_BEFORE.exec(before))
    if (tip !== null) return { ...tip, shown: `${tip.shown}${found.word}` }
    const step = TIP_STEP.exec(before)
    if (step !== null && after === '' && !PRAISED.test(before))
      return { name: '消费提示', shown: `${step[0]}${found.word}` }
  }
  if (found.word === '最佳') {
    const about = by('消费提示', TIP_ABOUT.exec(after))
    if (about !== null) return { ...about, shown: `${found.word}${about.shown}` }
  }
  if (/^最好[用吃喝]?$/.test(found.word)) {
    const shown = `${found.word}${after.slice(0, 4)}`
    if (PEOPLE_AFTER.test(after)) return { name: '不指向商品', shown }
    if (!PRAISES.test(after + text.slice(found.end + after.length, found.end + after.length + 1)))
      return { name: '“最好”作建议讲', shown }
  }
  if (/级$/.test(found.word)) {
    const grade = by('名录、等级、政策用语', GRADE_AFTER.exec(after))
    if (grade !== null) return { ...grade, shown: `${found.word}${grade.shown}` }
  }
  if (!SCOPE.test(before.slice(-8))) {
    const self = by('自我比较', SELF.exec(before))
    if (self !== null && !/^(?:全|世|国|行|史|亚)/.test(found.word)) return self
  }
  if (found.group === 'claim/measure') {
    const spec =
      by('规格、参数', OBJECT_AFTER.exec(after)) ??
      by('规格、参数', NUMBER_AFTER.exec(after)) ??
      by('时间、批次顺序', ORDER_AFTER.exec(after))
    if (spec !== null) return { ...spec, shown: `${found.word}${spec.shown}` }
  }
  if (AWARD_NEAR.test(near) && DATED.test(near)) {
    return { name: '有年份的奖项、事实', shown: `${DATED.exec(near)![0]}${AWARD_NEAR.exec(near)![0]}` }
  }
  // Who was first and since when is a fact that can be looked up.
  if (/首|第一/.test(found.word) && DATED.test(near) && FOUNDED_NEAR.test(near))
    return { name: '有年份的奖项、事实', shown: `${DATED.exec(near)![0]}${FOUNDED_NEAR.exec(near)![0]}` }
  if (SOURCE_NEAR.test(near)) return { name: '注明出处的数据', shown: SOURCE_NEAR.exec(near)![0] }
  if (/极品|顶级|最高级/.test(found.word) && STANDARD_NEAR.test(near)) {
    return { name: '标准分级', shown: STANDARD_NEAR.exec(near)![0] }
  }
  if (SERVICE.test(after.slice(0, 6)) && /第一|最好/.test(found.word)) {
    return { name: '服务态度、经营理念', shown: `${found.word}${SERVICE.exec(after)![0]}` }
  }
  return null
}

/** Negations, quotations and warnings, as far as they take the word back. */
function spoken(all: readonly Circumstance[], { group, word }: Found, after: string): Exemption | null {
  const names = {
    negation: '否定',
    quotation: '引用他人的说法',
    title: '书名、作品名',
    law: '引用法律',
    warning: '提示、警示',
    question: '疑问',
    ideal: '经营理念、追求',
    compatible: null,
  } as const
  for (const { kind, text } of all) {
    const name = names[kind]
    if (name === null) continue
    // A claim that begins with 无 or 不 is not taken back by another word that ends there, nor is a promise to keep an illness away.
    if (kind === 'negation' && /disease|cure/.test(group)) {
      if (/^(?:防|远离|避免|防止|抵制|打击|反)/.test(text)) continue
      if (/^无/.test(text) && !/^(?:作用|功效|效果|功能|疾病)/.test(after)) continue
    }
    if (kind === 'negation' && group === 'claim/guarantee' && /^(?:无|不|没有)$/.test(text)) continue
    if (kind === 'ideal' && !/absolute|leading|sole|measure/.test(group)) continue
    if (kind === 'question' && !/吗|什么是|如何/.test(text) && /absolute/.test(group)) continue
    return { name, shown: `${text}${kind === 'negation' ? word : ''}` }
  }
  return null
}

/** Which exempt use a saying stands in; a rate with its source, an approved function, a test that is named are facts. */
export function sayingExemption(
  text: string,
  start: number,
  end: number,
  productClass: ProductClass,
): Exemption | null {
  const all = circumstances(text, start, end)
  const taken = all.find(
    ({ kind }) =>
      kind === 'negation' || kind === 'quotation' || kind === 'title' || kind === 'law' || kind === 'warning',
  )
  if (taken !== undefined) return { name: '否定、引用、提示', shown: taken.text }
  if (productClass === 'second-hand') return { name: '个人自用二手物品', shown: '' }
  const near = text.slice(Math.max(0, start - NEAR), end + NEAR)
  const source = SOURCE_NEAR.exec(near) ?? TESTED_NEAR.exec(near) ?? (AWARD_NEAR.test(near) ? DATED.exec(near) : null)
  return source === null ? null : { name: '注明出处的数据', shown: source[0] }
}

/** What is tried for every claim, for the reason that a finding gives. */
export const TRIED = '自我比较、消费提示、标准分级、商品名称、有据事实、顺序规格、否定与引用'
