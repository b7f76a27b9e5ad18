/** What each group of claims weighs on each class of product, and which article it offends. */

import type { Topic } from '../../law/citation.ts'
import { around } from '../../reading/context/context.ts'
import type { Found } from '../text/lexicon.ts'
import type { ProductClass } from '../text/product-class.ts'
import type { ClaimKey } from './terms.ts'

export interface Claim {
  readonly topic: Topic
  /** 0 to 1, before exemptions and reading. */
  readonly weight: number
  /** What the claim is, in Chinese. */
  readonly name: string
}

type Judge = (found: Found, productClass: ProductClass) => Claim | null

const SCOPE =
  /全国|全球|全网|全市|全省|全城|全杭州|世界|国内|国际|行业|业内|业界|同行|同类|史上|市面|市场上|亚洲|中国|平台|地表|本市|当地|目前/
const FIRST_BEFORE =
  /(?:销量|口碑|排名|排行|人气|品质|质量|效果|实力|份额|占有率|热度|评分|好评|回购率|类目|细分|全国|全球|全网|世界|国内|行业|本市|地区|同类)(?:排名|稳居|位居|居)?$/
const FIRST_AFTER =
  /^(?:品牌|名牌|大牌|选择|家做|家专|个研发|款采用|大品牌|神器|好用|好物|的品牌|的口碑|推荐|梯队|阵营|股|名(?!次))/
/** What a medical claim does, near the name of an illness. */
const HEALS =
  /治|疗效|预防|防治|改善|缓解|减轻|消除|告别|杀灭|抑制|抵抗|对抗|有效|效果|修复|逆转|断根|赶走|摆脱|降低|解决|克星|救星|远离|调理|拯救|搞定|退退退|不再|良好|作用|功效|专治|特效/
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
    weight: productClass === 'publication' ? 0.65 : 0.9,
    name: '绝对化用语',
    ...(found.word === '最火' || found.word === '最有' ? { weight: 0.65 } : {}),
  }),
  'claim/leading': () => ({ topic: 'absolute', weight: 0.66, name: '绝对化用语（领先、一流）' }),
  'claim/measure': (found) => {
    const [before, after] = around(found.field.text, found.start, found.end)
    const scope = SCOPE.test(before.slice(-10))
    if (!scope && /^最新(?:$)/.test(found.word) && /^(?:科技|技术|科学|工艺|发明|研究|成果)/.test(after))
      return { topic: 'absolute', weight: 0.7, name: '绝对化用语' }
    return { topic: 'absolute', weight: scope ? 0.82 : 0.35, name: scope ? '绝对化用语（有比较范围）' : '程度用语' }
  },
  'claim/sole': (found) => {
    const [before, after] = around(found.field.text, found.start, found.end)
    if (found.word === '第一') {
      const ranks = FIRST_BEFORE.test(before) || FIRST_AFTER.test(after)
      return ranks && !/^(?:章|单元|课|版|次|届|期|代|天|步|条|季|部|集|张)/.test(after)
        ? { topic: 'absolute', weight: 0.82, name: '绝对化用语（第一）' }
        : null
    }
    const scope = SCOPE.test(before.slice(-8))
    return { topic: 'absolute', weight: scope ? 0.75 : 0.3, name: '排他性用语' }
  },
  'claim/state-organ': () => ({ topic: 'state-organ', weight: 0.88, name: '使用国家机关名义' }),
  'claim/well-known': () => ({ topic: 'misleading', weight: 0.62, name: '以驰名商标等荣誉作宣传' }),
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
    if (/治/.test(found.word) && /(?:就|立即就|及时就|尽快就)医?$|(?:医院|接受|进行|停止|医生)$/.test(before))
      return null
    if (found.word === '治疗' && /^(?:师|巾|床|椅|室|学|史)/.test(after)) return null
    const soft = /止血|脱敏|给药|药效|镇痛|止痛|祛痛|抗过敏|降压|降脂|降糖/.test(found.word)
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
    if (!ordinary(productClass) && productClass !== 'health-food') return null
    const { text } = found.field
    const near = text.slice(Math.max(0, found.start - 12), found.end + 14)
    const [, clause] = around(text, found.start, found.end)
    if (CAREFUL.test(near)) return null
    const topic: Topic = productClass === 'health-food' ? 'health-food' : 'medical-words'
    if (HEALS.test(near)) return { topic, weight: 0.82, name: '涉及疾病预防、治疗功能' }
    if (PATIENT.test(clause.slice(0, 8))) return { topic, weight: 0.7, name: '以患者为对象' }
    return { topic, weight: 0.35, name: '提到疾病名称' }
  },
  'claim/guarantee': (found, productClass) => {
    if (productClass === 'health-food')
      return { topic: 'health-food', weight: 0.85, name: '功效、安全性的断言或者保证' }
    if (medical(productClass)) return { topic: 'medical', weight: 0.85, name: '功效、安全性的断言或者保证' }
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
      return /^(?:掉|下|了|身)?\s*[\d一二两三四五六七八九十]{1,3}\s*(?:斤|公斤|kg|多斤)/i.test(after)
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
      return productClass === 'medicine' || productClass === 'publication'
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
    const clear = /(?:资格证|证书|考试|题库|押题|考|网课|培训|提分|录取|命题|阅卷)/.test(found.field.text)
    const short = /^(?:包过|保过|必过)$/.test(found.word)
    return { topic: 'education', weight: clear ? (short ? 0.7 : 0.8) : 0.25, name: '对考试、培训效果的保证性承诺' }
  },
  'claim/investment': (found, productClass) => {
    const strong =
      /稳赚不赔|包赚不赔|只赚不赔|保本保息|保收益|收益翻倍|一夜暴富|月入过万|月入十万|年入百万|轻松月入/.test(
        found.word,
      )
    if (productClass === 'investment') {
      const weak = /^(?:年化|高收益|稳定收益|投资回报|财务自由)$/.test(found.word)
      return { topic: 'investment', weight: weak ? 0.62 : 0.86, name: '对收益的保证性承诺' }
    }
    if (productClass === 'publication' || productClass === 'real-estate') return null
    return { topic: 'investment', weight: strong ? 0.72 : 0.25, name: '对收益的承诺' }
  },
  'claim/real-estate': (found, productClass) =>
    productClass === 'real-estate'
      ? {
          topic: 'real-estate',
          weight: /学区房|以租养房/.test(found.word) ? 0.62 : 0.84,
          name: '升值、回报的承诺或者以时间表示位置',
        }
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

/** What a claim is on such a product; `null` where it is none. */
export function claimOf(found: Found, productClass: ProductClass): Claim | null {
  return JUDGES[found.group as ClaimKey](found, productClass)
}
