/**
 * What sort of product a listing offers, as far as the law of advertising asks: by the approvals and numbers that such goods carry by
 * law, by its category, by its title, else by words that must stand on such goods.
 */
import type { Listing } from '../line.ts'

export type ProductClass =
  | 'medical-service'
  | 'medicine'
  | 'medical-device'
  | 'health-food'
  | 'disinfectant'
  | 'infant-food'
  | 'food'
  | 'cosmetic'
  | 'pesticide'
  | 'veterinary'
  | 'alcohol'
  | 'education'
  | 'investment'
  | 'collectible'
  | 'real-estate'
  | 'publication'
  | 'toy'
  | 'second-hand'
  | 'technical'
  | 'plant'
  | 'other'

type Rules = readonly (readonly [ProductClass, RegExp])[]

/** What only such goods carry, in a name or value of an attribute. */
const SHOWN: Rules = [
  ['publication', /ISBN|出版社|出版年|出版时间|装帧|开本|版次|著者|译者/i],
  ['medicine', /国药准字|药品批准文号/],
  ['medical-device', /械注[准进]|械备|医疗器械(?:注册|备案|经营)/],
  ['health-food', /国食健[字注]|卫食健|食健备|保健功能/],
  ['disinfectant', /卫消证?字|消毒产品/],
  ['pesticide', /农药登记|\bPD20\d{6}/],
  ['veterinary', /兽药字|饲料生产许可|宠物饲料/],
  ['cosmetic', /妆(?:特|备|网备)[字进]?|化妆品(?:备案|注册)|适用肤质/],
  ['education', /授课|课时|办学许可/],
]

/** By category, in this order; what a shop calls its category is taken at its word. */
const CATEGORIES: Rules = [
  ['publication', /图书|书籍|书刊|教材|教辅|杂志|音像|影视|影碟|电子书|海报|小说|漫画|挂图|绘本|出版|期刊|字帖/],
  ['toy', /玩具|模型|手办|积木|童装|演出服|桌游|cos/i],
  ['second-hand', /二手|闲置/],
  ['veterinary', /兽药|宠物(?:药|医)|饲料/],
  ['pesticide', /农药|杀虫剂|除草剂|杀菌剂/],
  ['medical-device', /医疗器械|(?<!健身|运动|体育|乐|容|美容)器械|理疗|医疗用品/],
  ['health-food', /保健食品|保健品|营养保健|膳食补充/],
  ['medicine', /药品|药店|otc|中成药|西药|处方药|医药|用药|药材|膏药|贴膏/i],
  ['medical-service', /医疗|医院|诊所|门诊|整形|医美|体检|口腔(?!护理|清洁|用品)/],
  ['disinfectant', /消毒/],
  ['infant-food', /奶粉|婴儿食品|辅食|母婴食品|婴幼儿/],
  ['technical', /酒店用品|酒具|酒柜|酒架|茶具|茶盘|茶几|茶杯|香水座/],
  ['alcohol', /酒(?!精|店|吧|瓶|杯)/],
  ['cosmetic', /美妆|护肤|化妆|彩妆|个护|洗护|美容(?!仪|器)|面膜|洗发|香水|口腔护理|牙膏/],
  ['collectible', /收藏|古玩|文玩|纪念币|邮票|钱币|字画|紫砂|翡翠玉石/],
  ['investment', /金融|理财|投资|招商|加盟|创业|基金|保险|贷款|股票/],
  ['education', /教育|培训|课程|网课|辅导|考试|学历|学习(?!用品|机|桌|椅|文具)/],
  ['real-estate', /房产|房地产|楼盘|住宅|公寓|商铺/],
  ['plant', /绿植|多肉|园艺|花卉|盆栽|种子|种苗|苗木|花肥|化肥|肥料/],
  [
    'technical',
    /汽车|汽配|车品|摩托|五金|电工|电气|电子|数码|手机|电脑|家电|电器|工具|机械|设备|仪器|仪表|照明|灯具|灯饰|建材|装修|卫浴|办公|软件|网络|工业|安防|轮胎|机油|零件|配件/,
  ],
  ['food', /食品|零食|饮料|茶|滋补|水产|海鲜|水果|生鲜|蔬菜|粮油|米面|特产|咖啡|调味|蜂蜜|乳品|牛奶|肉|蛋|坚果|糖/],
]
const TITLES: Rules = [
  [
    'publication',
    /图书|书籍|正版书|小说|绘本|教材|教辅|漫画书|杂志|海报|挂图|展板|试卷|练习册|汇编|丛书|全集|文集|年鉴|词典|字典|出版社|字帖|讲义(?!班)/,
  ],
  ['second-hand', /个人闲置|自用转让|二手|闲置转/],
  ['medicine', /国药准字|OTC|处方药|胶囊剂/i],
  ['health-food', /保健食品|国食健|蓝帽/],
  ['medical-device', /械注准|械备|医疗器械/],
  ['infant-food', /奶粉|婴儿配方/],
  ['investment', /理财|基金|加盟|招商|投资/],
  ['education', /培训|网课|辅导班|考证|集训营|突击班|保过班|训练营|冲刺班|课程|一对一|公开课/],
  ['real-estate', /楼盘|公寓|海景房|商铺/],
  ['cosmetic', /面膜|精华液|精华水|面霜|洗面奶|爽肤水|祛痘|祛斑|美白|洗发|护肤|眼霜|防晒霜|防晒乳|牙膏|身体乳/],
  ['alcohol', /白酒|红酒|葡萄酒|啤酒|黄酒|药酒|威士忌/],
  [
    'food',
    /茶叶|茶(?=$|\s|礼盒)|蜂蜜|咖啡豆|海参|燕窝|阿胶|枸杞|代餐|酵素|压片糖果|固体饮料|大米|核桃|红枣|零食|口服液/,
  ],
]

/** Words of the description that are required of a class by law, and so show it. */
const REQUIRED: Rules = [
  ['health-food', /本品不能代替药物|国食健(?:字|注|备)|保健食品/],
  ['medicine', /国药准字|按药品说明书/],
  ['medical-device', /械注准|械备\d|请仔细阅读产品说明书或者在医务人员/],
]

const known = new WeakMap<Listing, ProductClass>()

export function productClass(listing: Listing): ProductClass {
  let found = known.get(listing)
  if (found === undefined) {
    found = classOf(listing)
    known.set(listing, found)
  }
  return found
}

function classOf(listing: Listing): ProductClass {
  const shown = Object.entries(listing.attributes)
    .map(([name, value]) => (typeof value === 'string' ? `${name} ${value.slice(0, 60)}` : name))
    .join('\n')
  return (
    first(SHOWN, shown) ??
    first(CATEGORIES, listing.category ?? '') ??
    first(TITLES, listing.title ?? '') ??
    first(REQUIRED, listing.description ?? '') ??
    'other'
  )
}

function first(rules: Rules, text: string): ProductClass | null {
  if (text === '') return null
  for (const [found, words] of rules) if (words.test(text)) return found
  return null
}

/** Goods that are eaten, worn on the body or put on it, or that nothing is known of: a word of healing is about people there. */
export function isForBodies(productClass: ProductClass): boolean {
  return ![
    'technical',
    'plant',
    'publication',
    'toy',
    'real-estate',
    'investment',
    'collectible',
    'education',
  ].includes(productClass)
}

export const CLASS_NAMES: { readonly [found in ProductClass]: string } = {
  'medical-service': '医疗服务',
  medicine: '药品',
  'medical-device': '医疗器械',
  'health-food': '保健食品',
  disinfectant: '消毒产品',
  'infant-food': '婴儿食品',
  food: '食品',
  cosmetic: '化妆品',
  pesticide: '农药',
  veterinary: '兽药饲料',
  alcohol: '酒类',
  education: '教育培训',
  investment: '招商投资',
  collectible: '收藏品',
  'real-estate': '房地产',
  publication: '出版物',
  toy: '玩具模型',
  'second-hand': '二手闲置',
  technical: '机电数码',
  plant: '园艺',
  other: '普通商品',
}
