/** What each group of claims weighs on each class of product, and which article it offends. */

import type { Topic } from '../../law/citation.ts'
import { around } from '../../reading/context/context.ts'
import type { Found } from '../text/lexicon.ts'
import { isForBodies, type ProductClass } from '../text/product-class.ts'
import type { ClaimKey } from './terms.ts'

export interface Claim {
  readonly topic: Topic
  /** 0 to 1, before exemptions and reading. */
  readonly weight: number
  /** What the claim is, in Chinese. */
  readonly name: string
}

type Judge = (found: Found, productClass: ProductClass) => Claim | null

/** A field of comparison that the word stands in; what is only delivered or valid there is none. */
const SCOPE =
  /(?:全国|全球|全网|全市|全省|全城|世界|国内|国际|行业|业内|业界|同行|同类|史上|市面|市场上|亚洲|中国|地表|本市|当地)(?!联保|包邮|配送|发货|通用|统一|各地|客服|热线|售后|范围)[^\s，,。；;|｜]{0,6}$/
/** Health of people: without it a word such as 降压 on goods of another kind means something else. */
const HUMAN =
  /血压|血脂|血糖|三高|患者|病人|身体|人体|疾病|老人|老年|中老年|服用|饮用|口服|贴敷|外敷|疗程|细胞|免疫|器官|肝|肾|肠胃|颈椎|腰椎|关节|失眠/
/** Words of healing that have meanings beside it: pressure, noise, pests, viruses of computers, defects. */
const AMBIGUOUS =
  /^(?:降压|降脂|降糖|止血|脱敏治疗|给药|抗病毒|病毒侵入|阻止病毒|杀灭病毒|抗炎|消炎|镇痛|止痛|祛痛|药效|断根|防治|主治|根治|医治|疗效|医用级|医学级|医药级|临床验证|临床证明|治疗|抗过敏|止泻)$/
const OTHER_SENSE =
  /^(?:器|阀|模块|电路|芯片|变压|转换|电源|线圈|启动|起动|灌|电阻|电机|力|板|漏水|渗水|异响|抖动|病虫|虫|蚜|害虫|杂草|白粉病|黑斑病|蟑螂|霉斑|霉菌)|^[^，,。；;\s]{0,4}(?:虫|草害|病虫害|漏水|异响)/
const FIRST_BEFORE =
  /(?:销量|口碑|排名|排行|人气|品质|质量|效果|实力|份额|占有率|热度|评分|好评|回购率|类目|细分|全国|全球|全网|世界|国内|行业|本市|地区|同类)(?:排名|稳居|位居|居)?$/
const FIRST_AFTER =
  /^(?:品牌|名牌|大牌|选择|家做|家专|个研发|款采用|大品牌|神器|好用|好物|的品牌|的口碑|推荐|梯队|阵营|股|名(?!次))/
const MONEY =
  /投资|理财|本金|分红|加盟|招商|认购|认养|份额|回购|收益|回报|利息|入股|合伙人|股票|基金|期货|外汇|数字货币|虚拟币|操盘|返利/g
/** What a medical claim does, near the name of an illness. */
const HEALS =
  /治|疗效|预防|防治|改善|缓解|减轻|消除|告别|杀灭|抑制|抵抗|对抗|有效|效果|修复|逆转|断根|赶走|摆脱|降低|解决|克星|救星|远离|调理|拯救|搞定|退退退|不再|良好|作用|功效|专治|特效/
/** Illnesses are listed, and what is done to them stands before the list. */
const LISTED = 32
const PATIENT = /患者|病人|人群(?:专用|适用)|人专用|人(?:可|放心)(?:吃|食)|专用/
const CAREFUL = /慎用|禁用|不宜|遵医嘱|咨询医|忌用|不适宜|请勿|禁忌|病史|筛查|检测|监测|测量/

/** Classes that may not speak of illness at all (广告法 17). */
function ordinary(productClass: ProductClass): boolean {
  return !['medicine', 'medical-device', 'medical-service', 'veterinary', 'publication', 'health-food'].includes(
    productClass,
  )
}
const medical = (productClass: ProductClass) =>
  productClass === 'medicine' || productClass === 'medical-device' || productClass === 'medical-service'

const JUDGES: { readonly [key in ClaimKey]: Judge } = {
  'claim/absolute': (found, productClass) => ({
    topic: 'absolute',
    // A book's own title and praise of its author are no words on goods; its sales are.
    weight: productClass === 'publication' ? (/销量|全国|全网|第一/.test(found.word) ? 0.62 : 0.45) : 0.9,
    name: '绝对化用语',
    ...(found.word === '最火' || found.word === '最有' || found.word === '最具' ? { weight: 0.62 } : {}),
  }),
  'claim/leading': (found, productClass) => ({
    topic: 'absolute',
    weight: productClass === 'publication' || (productClass === 'toy' && /无敌|王者/.test(found.word)) ? 0.4 : 0.66,
    name: '绝对化用语（领先、一流）',
  }),
  'claim/measure': (found) => {
    const [before, after] = around(found.field.text, found.start, found.end)
    const scope = SCOPE.test(before.slice(-12))
    if (!scope && /^最新(?:$)/.test(found.word) && /^(?:科技|技术|科学|工艺|发明|研究|成果)/.test(after))
      return { topic: 'absolute', weight: 0.7, name: '绝对化用语' }
    return { topic: 'absolute', weight: scope ? 0.82 : 0.35, name: scope ? '绝对化用语（有比较范围）' : '程度用语' }
  },
  'claim/sole': (found, productClass) => {
    const [before, after] = around(found.field.text, found.start, found.end)
    if (found.word === '第一') {
      const ranks = FIRST_BEFORE.test(before) || FIRST_AFTER.test(after)
      return ranks && !/^(?:章|单元|课|版|次|届|期|代|天|步|条|季|部|集|张)/.test(after)
        ? { topic: 'absolute', weight: 0.82, name: '绝对化用语（第一）' }
        : null
    }
    const scope = SCOPE.test(before.slice(-10)) && productClass !== 'publication'
    return { topic: 'absolute', weight: scope ? 0.75 : 0.3, name: '排他性用语' }
  },
  'claim/state-organ': (_, productClass) =>
    productClass === 'publication' ? null : { topic: 'state-organ', weight: 0.88, name: '使用国家机关名义' },
  'claim/well-known': (_, productClass) =>
    productClass === 'publication' ? null : { topic: 'misleading', weight: 0.62, name: '以驰名商标等荣誉作宣传' },
  'claim/cure': (found, productClass) => {
    if (productClass === 'health-food')
      return { topic: 'health-food', weight: 0.85, name: '保健食品涉及疾病预防、治疗' }
    if (medical(productClass)) {
      return /根治|包治|药到病除|治愈率|治愈$|断根|起死回生|妙手回春|治好/.test(found.word)
        ? { topic: 'medical', weight: 0.85, name: '医疗、药品、器械的功效断言' }
        : null
    }
    if (!ordinary(productClass)) return null
    if (productClass === 'disinfectant' && /消炎|抗病毒|病毒侵入|阻止病毒|杀灭病毒/.test(found.word))
      return { topic: 'medical-words', weight: 0.5, name: '消毒产品的医疗用语' }
    const [before, after] = around(found.field.text, found.start, found.end)
    if (AMBIGUOUS.test(found.word)) {
      if (OTHER_SENSE.test(after)) return null
      // A box for medicines names them, and heals nothing.
      if (/^(?:药|片|带|包|绷带|钳)/.test(after) && (productClass === 'other' || productClass === 'technical'))
        return null
      if (!isForBodies(productClass) && !HUMAN.test(`${before}${after}`)) return null
    }
    if (/治/.test(found.word) && /(?:就|立即就|及时就|尽快就)医?$|(?:医院|接受|进行|停止|医生)$/.test(before))
      return null
    if (found.word === '治疗' && /^(?:师|巾|床|椅|室|学|史|期间|中(?!心)|后|前|者|的?患者|方案|药物|费)/.test(after))
      return null
    if (
      /治/.test(found.word) &&
      /(?:医嘱|正规|专业|术后|配合|不影响|代替|替代|延误|耽误)[^，,。；;]{0,6}$/.test(before)
    )
      return null
    if (/治/.test(found.word) && /(?:虫|蚜|螨|病害|草害|白粉病|黑斑病|根腐|白点病|烂鳃)[^，,。；;]{0,6}$/.test(before))
      return null
    const soft = /止血|脱敏|给药|药效|镇痛|止痛|祛痛|抗过敏|降压|降脂|降糖|医用级|医学级|抗病毒|杀灭病毒/.test(
      found.word,
    )
    return { topic: 'medical-words', weight: soft ? 0.72 : 0.86, name: '非医药商品涉及疾病治疗、使用医疗用语' }
  },
  'claim/remedy': (found, productClass) => {
    const [before] = around(found.field.text, found.start, found.end)
    if (productClass === 'health-food') {
      return /有助于|辅助|保健功能/.test(found.field.text.slice(Math.max(0, found.start - 16), found.start))
        ? null
        : { topic: 'health-food', weight: 0.4, name: '保健功能的表述，须与批准内容核对' }
    }
    if (!ordinary(productClass)) return null
    const weak = /补钙|减肥|瘦身|燃脂|抗氧化|增高|改善睡眠|促进睡眠|抗衰老|延缓衰老|生发|抑制黑色素|壮骨|中枢神经/.test(
      found.word,
    )
    const edible = productClass === 'food' || productClass === 'infant-food' || productClass === 'alcohol'
    if (/跑步|健身|运动|瑜伽/.test(before)) return null
    return { topic: 'medical-words', weight: weak ? 0.42 : edible ? 0.72 : 0.68, name: '易与药品混淆的功效用语' }
  },
  'claim/disease': (found, productClass) => {
    // A course may be about an illness; it may not heal one.
    if (productClass === 'education' && !/近视|脱发|失眠/.test(found.word)) return null
    if (!ordinary(productClass) && productClass !== 'health-food') return null
    const { text } = found.field
    const near = text.slice(Math.max(0, found.start - 12), found.end + 14)
    const [listed, clause] = around(text, found.start, found.end)
    if (CAREFUL.test(near) || (found.word === '近视' && /^(?:镜|眼|度|人群|者|泳镜|墨镜|太阳镜)/.test(clause)))
      return null
    const topic: Topic = productClass === 'health-food' ? 'health-food' : 'medical-words'
    if (HEALS.test(near) || (/、/.test(listed) && HEALS.test(listed.slice(-LISTED))))
      return { topic, weight: 0.82, name: '涉及疾病预防、治疗功能' }
    if (PATIENT.test(clause.slice(0, 8))) return { topic, weight: 0.7, name: '以患者为对象' }
    return { topic, weight: 0.35, name: '提到疾病名称' }
  },
  'claim/guarantee': (found, productClass) => {
    if (productClass === 'health-food')
      return { topic: 'health-food', weight: 0.85, name: '功效、安全性的断言或者保证' }
    if (medical(productClass)) {
      const mild = /^(?:特效|速效|奇效|健康必备|人人必备|必不可少|不可缺少|换肤)$/.test(found.word)
      return { topic: 'medical', weight: mild ? 0.35 : 0.85, name: '功效、安全性的断言或者保证' }
    }
    if (productClass === 'pesticide' || productClass === 'veterinary')
      return { topic: 'pesticide', weight: 0.75, name: '功效、安全性的断言或者保证' }
    if (productClass === 'publication' || productClass === 'toy') return null
    const weak =
      /^(?:特效|速效|不反弹|不复发|换肤|健康必备|人人必备|必不可少|不可缺少|根本解决|快速见效|神效|绝对安全|停药)$/.test(
        found.word,
      )
    const body = productClass === 'cosmetic' || productClass === 'food' || productClass === 'infant-food'
    if (weak) return { topic: 'misleading', weight: body ? 0.64 : 0.35, name: '功效的保证' }
    return { topic: 'misleading', weight: 0.78, name: '功效、安全性的断言或者保证' }
  },
  'claim/rate': (found, productClass) => {
    const { text } = found.field
    const before = text.slice(Math.max(0, found.start - 8), found.start)
    const after = text.slice(found.end, found.end + 10)
    const topic: Topic = medical(productClass)
      ? 'medical'
      : productClass === 'health-food'
        ? 'health-food'
        : productClass === 'pesticide'
          ? 'pesticide'
          : 'misleading'
    if (found.word === '瘦') {
      // “偏瘦 90 斤” is a size, “一个月瘦 20 斤” a promise.
      const lost = /^(?:掉|下|了|去)\s*[\d一二两三四五六七八九十]{1,3}\s*(?:斤|公斤|kg|多斤)/i.test(after)
      const soon = /^\s*[\d一二两三四五六七八九十]{1,3}\s*(?:斤|公斤|kg|多斤)/i.test(after)
      return lost || (soon && /(?:[天月周日年盒瓶]|狂|暴|轻松|能|可以?|直|速|快|内)$/.test(before))
        ? { topic, weight: 0.8, name: '减重效果的断言' }
        : null
    }
    if (found.word === '见效') {
      return /[\d一二两三四五六七八九十几]+\s*(?:天|日|周|分钟|小时|次|个?疗程|个?月|盒|瓶)(?:就|即|可|能|快速|明显)?$/.test(
        before,
      )
        ? { topic, weight: 0.82, name: '见效时间的断言' }
        : null
    }
    if (found.word === '疗程') {
      return medical(productClass) || productClass === 'publication'
        ? null
        : { topic, weight: /[\d一二两三四五六七八九十几]+个?$/.test(before) ? 0.66 : 0.4, name: '疗程用语' }
    }
    const number = /^\D{0,4}\d|^[^，,。]{0,4}百分/.test(after)
    return productClass === 'other' || productClass === 'education'
      ? { topic, weight: number ? 0.62 : 0.3, name: '说明比率' }
      : { topic, weight: number ? 0.85 : 0.6, name: '说明治愈率、有效率' }
  },
  'claim/endorsed': (_, productClass) => {
    if (medical(productClass)) return { topic: 'medical', weight: 0.72, name: '利用专家、患者等作推荐、证明' }
    if (productClass === 'health-food') return { topic: 'health-food', weight: 0.72, name: '利用专家等作推荐、证明' }
    if (productClass === 'pesticide') return { topic: 'pesticide', weight: 0.72, name: '利用科研单位等作推荐、证明' }
    const body = productClass === 'food' || productClass === 'cosmetic' || productClass === 'infant-food'
    return { topic: 'misleading', weight: body ? 0.62 : 0.35, name: '推荐、证明的真实性须核对' }
  },
  'claim/education': (found, productClass) => {
    if (productClass === 'education')
      return { topic: 'education', weight: 0.86, name: '对效果的保证性承诺或者考试人员参与' }
    if (productClass === 'publication') {
      // A book may be called after what one hopes for; that one passes with it, or that examiners wrote it, misleads all the same.
      const promised =
        /^(?:签约|包|保|承诺|保证|协议)|不过(?:退|全退)|考不过退|退款$|命题|命中|必中|中原题|原题|阅卷|考官|内部|通过率|百分百/.test(
          found.word,
        )
      return { topic: 'misleading', weight: promised ? 0.64 : 0.3, name: '对考试效果的表述' }
    }
    const clear = /(?:资格证|证书|考试|题库|押题|考|网课|培训|提分|录取|命题|阅卷)/.test(found.field.text)
    const short = /^(?:包过|保过|必过)$/.test(found.word)
    return { topic: 'education', weight: clear ? (short ? 0.7 : 0.8) : 0.25, name: '对考试、培训效果的保证性承诺' }
  },
  'claim/investment': (found, productClass) => {
    if (productClass === 'publication' || productClass === 'real-estate') return null
    const weak =
      /^(?:年化|高收益|稳定收益|投资回报|财务自由|财富自由|回本|暴富|升值|返现|稳定收入|轻松赚|跟单|保底|兜底|被动收入|年收益)$/.test(
        found.word,
      )
    const strong =
      /稳赚|包赚|只赚不赔|保本保息|保收益|保证收益|承诺收益|收益保证|保底收益|包回本|收益翻倍|翻倍收益|一夜暴富|赚钱$|月入过万|月入十万|年入百万|轻松月入/.test(
        found.word,
      )
    if (productClass === 'investment' || isAboutMoney(found.field.text.replaceAll(found.word, ''), 1))
      return { topic: 'investment', weight: weak ? 0.62 : 0.86, name: '对收益的保证性承诺' }
    // Drink and collections are sold as investments; what is without risk there may be only the purchase.
    const held = productClass === 'alcohol' || productClass === 'collectible'
    const promised = strong || (held && !weak && !/风险|成本|投入/.test(found.word))
    return { topic: 'investment', weight: promised ? 0.72 : 0.25, name: '对收益的承诺' }
  },
  'claim/real-estate': (found, productClass) =>
    productClass === 'real-estate'
      ? {
          topic: 'real-estate',
          weight: /学区房|以租养房/.test(found.word) ? 0.62 : 0.84,
          name: '升值、回报的承诺或者以时间表示位置',
        }
      : /^(?:investment|collectible|alcohol)$/.test(productClass) && /升值|增值/.test(found.word)
        ? { topic: 'investment', weight: 0.72, name: '对未来收益的承诺' }
        : null,
  'claim/breast-milk': (_, productClass) =>
    productClass === 'publication' ? null : { topic: 'breast-milk', weight: 0.86, name: '声称替代母乳' },
  'claim/pesticide': (_, productClass) =>
    productClass === 'pesticide' || productClass === 'veterinary'
      ? { topic: 'pesticide', weight: 0.8, name: '农药、兽药的功效、安全性断言' }
      : null,
  'claim/alcohol': (_, productClass) =>
    productClass === 'alcohol' ? { topic: 'alcohol', weight: 0.82, name: '酒类的功效或者诱导饮酒' } : null,
}

/** Whether a text offers a share in something, whatever its category, by so many different words of it. */
export function isAboutMoney(text: string, least: number): boolean {
  return new Set(text.match(MONEY)).size >= least
}

/** What a claim is on such a product; `null` where it is none. */
export function claimOf(found: Found, productClass: ProductClass): Claim | null {
  return JUDGES[found.group as ClaimKey](found, productClass)
}
