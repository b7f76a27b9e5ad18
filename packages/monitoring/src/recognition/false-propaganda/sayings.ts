/**
 * Claims that are no fixed words but a number or a promise put in many ways: rates of passing and of satisfaction, points gained, days
 * until money comes back. Law: 广告法 11 (sources of data), 16 to 18, 24, 25, 28(2)(3). Published cases: ../cases/sources.tsv.
 */
import type { Topic } from '../../law/citation.ts'
import type { ProductClass } from '../text/product-class.ts'
import type { FieldText } from '../text/texts.ts'
import { isAboutMoney } from './claims.ts'
import { EFFECTS, EFFECTS_WORTH_A_LOOK } from './effects.ts'
import { on, type SayingRule } from './saying-rule.ts'

interface Saying {
  readonly topic: Topic
  readonly name: string
  readonly weight: number
  readonly start: number
  readonly end: number
}

const NUMBER = '[\\d〇零一二两三四五六七八九十百千万]+'
const SHARE = '(?:\\d{2,3}(?:\\.\\d+)?\\s*[%％]|百分之?[百\\d九八]|[九八]成)'
const BODY: readonly ProductClass[] = [
  'food',
  'infant-food',
  'cosmetic',
  'health-food',
  'alcohol',
  'disinfectant',
  'other',
]

const RULES: readonly SayingRule[] = [
  {
    topic: 'education',
    name: '以比率承诺考试、培训效果',
    words: new RegExp(
      `(?:通过|上岸|录取|就业|命中|过关|押题|升学|提分|拿证|考过|取证|签约|合格|押中|达标)率?[^，,。；;\\n]{0,8}${SHARE}|${SHARE}[^，,。；;\\n]{0,6}(?:通过|上岸|录取|就业|过关|拿证|考过|提分|学会)`,
    ),
    weigh: on(0.82, 'education'),
  },
  {
    topic: 'education',
    name: '承诺提分、学会的效果',
    words: new RegExp(
      `(?:[提涨增]|提高|提升|多考)\\s*(?:${NUMBER}(?:\\s*[-~到至]\\s*${NUMBER})?)\\s*分(?!钟|期|之|类)|(?:${NUMBER})\\s*(?:天|日|周|个?月|节课|小时)(?:内|就|即可|轻松|快速)?(?:学会|速成|拿证|取证|通过|考过|提分|拿下|上岸|搞定)|包(?:教)?包?会|包学会|学会为止|教会为止|零基础包|确保(?:通过|考过|录取|提分|上岸)|必(?:过|中|进|考)(?:班|清华|北大|985|211|重点|名校)?|考前(?:透题|泄题|透露|内部)|(?:真题|考题)(?:命中|原题)|免考(?:拿证|入学|取证)?|(?:无需|不用|不需要)(?:考试|到考|参加考试)`,
    ),
    weigh: on(0.8, 'education'),
  },
  {
    topic: 'education',
    name: '承诺不过、不会则退费',
    words:
      /(?:学不会|考不过|考不上|不过|不上岸|没过|未过|未通过|不通过|不合格|不提分|未录取|不录取|没提分|不达标|未达标|没上岸|挂科)[^，,。；;\n]{0,6}(?:退|全额|免费退|返)/,
    weigh: on(0.82, 'education'),
  },
  {
    topic: 'investment',
    name: '以数字承诺收益',
    words: new RegExp(
      `(?:年化|年收益|月收益|日收益|收益率|回报率|投资回报|利息|分红|月返|日返)[^，,。；;\\n]{0,8}\\d+(?:\\.\\d+)?\\s*[%％]|(?:每?[月日年周天])(?:收益|入|赚|收入|净赚|净利|利润|返利|分红)[^，,。；;\\n]{0,4}(?:${NUMBER})\\s*(?:元|块|万|千|w|\\+|以上)|(?:投入|投资|存入|交)?[^，,。；;\\n]{0,6}(?:${NUMBER})\\s*个?(?:天|月|年|周)(?:内|就|即可|左右|轻松|快速|保证|必)?(?:能|可|就)?(?:回本|翻倍|翻番|回收成本)|(?:稳|坐|躺)(?:着)?(?:赚|收钱|拿钱|挣)|只涨不跌|稳赚|包(?:回本|赚|盈利|分红)|(?:本金|资金)(?:绝对)?(?:安全有保障|无忧|零损失|不亏)|(?:零|0|无)(?:投入|成本)[^，,。；;\\n]{0,4}(?:赚|收益|回报)|到期(?:溢价|高价|保底)?回购|(?:保证|承诺|保底|固定)(?:盈利|收益|回报|分红|利息|年息)`,
      'i',
    ),
    weigh: (sort, text) =>
      sort === 'investment'
        ? 0.84
        : sort === 'publication' || sort === 'real-estate'
          ? 0
          : isAboutMoney(text, 2)
            ? 0.74
            : 0,
  },
  {
    topic: 'misleading',
    name: '没有出处的统计、调查',
    words: new RegExp(
      `${SHARE}\\s*(?:的)?(?:受试者|使用者|用户|消费者|顾客|客户|会员|妈妈|宝妈|女性|男性|患者|人|买家|家长|学员|试用者)[^，,。；;\\n]{0,4}(?:认为|反馈|表示|认可|推荐|满意|选择|有效|见效|改善|感觉|感到|都说|复购|回购|好评)`,
    ),
    weigh: (sort) => (BODY.includes(sort) || sort === 'education' || sort === 'medical-device' ? 0.66 : 0.45),
  },
  {
    topic: 'misleading',
    name: '无法验证的科研成果、认证、推荐',
    words:
      /(?:哈佛|斯坦福|麻省|剑桥|牛津|NASA|美国宇航局|诺贝尔|诺奖|中科院|国家(?:级)?(?:实验室|科研)|军工级?)[^，,。；;\n]{0,12}(?:研发|研制|证实|验证|配方|认证|得主|科学家|团队|推荐|成果|专家|教授|博士)|(?:国际|美国|德国|日本|瑞士|英国|法国|以色列|全球|国家|世界|海外|权威)[^，,。；;\n]{0,10}(?:研究院|研究所|研究中心|实验室|科学院|医学院|大学|学会|协会|机构|专家|博士|教授|期刊|杂志)[^，,。；;\n]{0,10}(?:研究|证实|证明|验证|认证|推荐|研发|研制|发明|监制|力荐|联合|认可|发表|背书)|(?:科学|实验|研究|临床|试验|权威机构|国际权威|调查|数据|统计)(?:结果)?(?:已|充分)?(?:证明|证实|表明|显示|验证)(?!书|码)[^。；;\n]{0,24}(?:有效|提[升高]|降低|改善|增[加强]|减少|抑制|修复|倍|%|％|成|第一|领先|优于)|(?:央视|CCTV|中央电视台|人民日报|新华社)[^，,。；;\n]{0,8}(?:上榜|推荐|合作|报道|播出|展播|力荐|认证|专访)|(?:FDA|欧盟|联合国|世卫组织|WHO)[^，,。；;\n]{0,6}(?:认证|批准|推荐|指定)/i,
    weigh: (sort) =>
      BODY.includes(sort) || sort === 'medical-device' || sort === 'medicine'
        ? 0.66
        : sort === 'publication'
          ? 0
          : 0.62,
  },
  {
    topic: 'misleading',
    name: '虚构的用户、销售状况、荣誉',
    words: new RegExp(
      `(?:${NUMBER}|\\d+(?:\\.\\d+)?)\\s*(?:多|余|\\+)?\\s*(?:万|亿)(?:多|余|\\+)?\\s*(?:个|位|名|户)?(?:家庭|用户|妈妈|宝妈|女性|消费者|人|顾客|粉丝|会员|学员|家长)[^，,。；;\\n]{0,6}(?:选择|信赖|见证|都在用|验证|好评|亲测|共同|认可|推荐|受益)|连续[^，,。；;\\n]{0,6}年[^，,。；;\\n]{0,6}(?:销量|销售|第一|冠军|领先|畅销)|(?:荣获|荣膺|斩获|获得|获)(?:了)?[^，,。；;\\n]{0,12}(?:国际|世界|全球|诺贝尔|联合国|国家级)[^，,。；;\\n]{0,10}(?:奖|认证|称号)`,
    ),
    weigh: (sort) => (sort === 'publication' ? 0 : 0.64),
  },
  {
    topic: 'misleading',
    name: '化妆品的速效、换肤、医疗效果',
    words: new RegExp(
      `(?:${NUMBER})\\s*(?:天|日|周|小时|分钟|秒|次|夜|瓶|盒|支|个?疗程)(?:内|就|即可|即|可|后|速|快速|轻松|见证|明显)*(?:变白|美白|白[一二三两\\d]|淡斑|祛斑|无斑|去斑|斑点(?:消失|全无)|祛痘|去痘|祛皱|去皱|除皱|逆龄|年轻|生发|长发|见效|焕肤|换肤|紧致|瘦|丰|祛疤|去疤|消失|脱落)|(?:斑|痘|疤|皱纹|细纹|毛孔|眼袋|妊娠纹)[^，,。；;\\n]{0,6}(?:全部|彻底|一扫而光|统统|完全|永久)?(?:消失|不见|清零|掉光|脱落|根除|去除干净|不再)|(?:堪比|媲美|赛过|不输|等同|代替|替代)[^，,。；;\\n]{0,6}(?:医美|热玛吉|水光针|光子|激光|整形|微整|手术|超声刀)|(?:年轻|减龄|逆龄|冻龄)\\s*(?:${NUMBER})\\s*岁|(?:破坏|分解|清除|阻断|击退)[^，,。；;\\n]{0,4}黑色素|速白|秒白|一[抹涂擦洗]就?白|溶脂|爆脂|吸脂|燃烧脂肪|疤痕(?:修复|平复)|毛发再生|止脱生发|根[治除]?(?:斑|痘)|激素|抗生素(?!零)|(?:药|医)(?:用|字号|院)(?:级|配方)|械字号面膜`,
    ),
    weigh: on(0.74, 'cosmetic'),
  },
  {
    topic: 'medical-words',
    name: '食品、用品的减重、壮阳、增高等药效',
    words: new RegExp(
      `(?:${NUMBER})\\s*(?:天|日|周|个?月|个?疗程|盒|瓶)(?:内|就|即可|可|能|轻松|快速|最多|至少|暴|狂|直接)*(?:瘦|减[肥重脂掉]|甩[掉脂肉]|掉秤|长高|增高|降(?:血|三高|糖|压|脂|尿酸)|见效|断根|痊愈|康复|摘镜)|(?:躺着|睡着|不运动|不节食|不忌口)[^，,。；;\\n]{0,8}(?:瘦|减|掉)|(?<![偏显微较型超巨宜胖])(?:瘦[掉下了去]?|减[掉下去]?|甩掉?)\\s*(?:${NUMBER})\\s*(?:斤|公斤|kg)|(?:长高|增高)\\s*(?:${NUMBER})\\s*(?:cm|厘米|公分)|(?:视力|近视)[^，,。；;\\n]{0,6}(?:恢复|降低|下降|摘镜|逆转)|(?:久勃|勃起|坚挺)[^，,。；;\\n]{0,4}(?:难软|不软|不泄|持久)?|(?:溶|排)(?:石|血栓|结石)|化(?:血栓|结石)|(?:替代|代替|停|不用|告别|甩掉|扔掉)[^，,。；;\\n]{0,4}(?:吃药|药物|降压药|降糖药|胰岛素|手术|药罐)|(?:血糖|血压|血脂|尿酸)[^，,。；;\\n]{0,8}(?:平稳|稳定|下降|正常|达标|降下来|降到|回落|恢复)|(?:清除|杀死|抑制|消灭)[^，,。；;\\n]{0,6}(?:癌细胞|肿瘤|病毒|幽门螺)|(?:可|能|有效)(?:预防|治好|治愈|医治)[^，,。；;\\n]{0,8}(?:病|症|炎|癌|瘤)`,
      'i',
    ),
    weigh: (sort) =>
      sort === 'health-food' || ['food', 'infant-food', 'alcohol', 'cosmetic', 'disinfectant', 'other'].includes(sort)
        ? 0.76
        : 0,
  },
]
/** No rule looks at a text without one of these. */
const WORTH_A_LOOK =
  /[\d%％]|百分|[一二两三四五六七八九十]|率|包|必|免考|无需|不用|不需要|退|赚|回本|回购|收益|证明|证实|表明|验证|认证|推荐|研|斑|痘|疤|白|脂|药|瘦|血|癌|久|预防|视力|告别|停|溶|化|排|获|年/

/** Everything of that kind that a text says of a product of this class. */
export function sayingsIn({ text }: FieldText, productClass: ProductClass): Saying[] {
  const rules = [...(WORTH_A_LOOK.test(text) ? RULES : []), ...(EFFECTS_WORTH_A_LOOK.test(text) ? EFFECTS : [])]
  const found: Saying[] = []
  for (const { topic, name, words, weigh } of rules) {
    const weight = weigh(productClass, text)
    if (weight === 0) continue
    const match = words.exec(text)
    if (match === null) continue
    const own = productClass === 'health-food' && topic === 'medical-words' ? 'health-food' : topic
    found.push({ topic: own, name, weight, start: match.index, end: match.index + match[0].length })
  }
  return found
}
