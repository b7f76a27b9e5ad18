/** What sort of product a listing offers, as far as the law of advertising asks: by its category, else by its title. */
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
  | 'real-estate'
  | 'publication'
  | 'toy'
  | 'second-hand'
  | 'other'

/** By category, in this order; what a shop calls its category is taken at its word. */
const CATEGORIES: readonly (readonly [ProductClass, RegExp])[] = [
  ['publication', /图书|书籍|教材|教辅|杂志|音像|影视|影碟|电子书|海报|小说|漫画|挂图|绘本/],
  ['toy', /玩具|模型|手办|积木|童装|演出服|cos/i],
  ['second-hand', /二手|闲置/],
  ['veterinary', /兽药|宠物(?:药|医)|饲料/],
  ['pesticide', /农药|杀虫|除草剂/],
  ['medical-device', /医疗器械|器械|理疗|医疗用品/],
  ['health-food', /保健食品|保健品|营养保健|膳食补充/],
  ['medicine', /药品|药店|otc|中成药|西药|处方药|医药/i],
  ['medical-service', /医疗|医院|诊所|门诊|整形|医美|口腔|体检/],
  ['disinfectant', /消毒/],
  ['infant-food', /奶粉|婴儿食品|辅食|母婴食品|婴幼儿/],
  ['alcohol', /酒/],
  ['cosmetic', /美妆|护肤|化妆|彩妆|个护|洗护|美容|面膜|洗发|香水/],
  ['investment', /金融|理财|投资|招商|加盟|创业|基金|保险|贷款|股票/],
  ['education', /教育|培训|课程|网课|辅导|考试|学历/],
  ['real-estate', /房产|房地产|楼盘|住宅|公寓|商铺/],
  ['food', /食品|零食|饮料|茶|滋补|水产|水果|生鲜|粮油|米面|特产|咖啡|调味|蜂蜜|乳/],
]
const TITLES: readonly (readonly [ProductClass, RegExp])[] = [
  ['publication', /图书|书籍|正版书|小说|绘本|教材|教辅|漫画书|杂志|海报|挂图|展板|试卷|练习册/],
  ['second-hand', /个人闲置|自用转让|二手|闲置转/],
  ['medicine', /国药准字|OTC|处方药|胶囊剂/i],
  ['health-food', /保健食品|国食健|蓝帽/],
  ['medical-device', /械注准|械备|医疗器械/],
  ['infant-food', /奶粉|婴儿配方/],
  ['investment', /理财|基金|加盟|招商|投资/],
  ['education', /培训|网课|辅导班|考证|集训营|突击班|保过班/],
  ['real-estate', /楼盘|公寓|海景房|商铺/],
  ['cosmetic', /面膜|精华|面霜|洗面奶|爽肤水|祛痘|祛斑|美白|洗发|护肤|眼霜|防晒/],
  ['alcohol', /白酒|红酒|葡萄酒|啤酒|黄酒|药酒|威士忌/],
  ['food', /茶|蜂蜜|咖啡|海参|燕窝|阿胶|枸杞|代餐|酵素|压片糖果|固体饮料|大米|核桃|红枣|零食/],
]

/** Words of the description that are required of a class by law, and so show it. */
const REQUIRED: readonly (readonly [ProductClass, RegExp])[] = [
  ['health-food', /本品不能代替药物|国食健(?:字|注|备)|保健食品/],
  ['medicine', /国药准字|按药品说明书/],
  ['medical-device', /械注准|械备\d|请仔细阅读产品说明书或者在医务人员/],
]

export function productClass(listing: Listing): ProductClass {
  const category = listing.category ?? ''
  const title = listing.title ?? ''
  for (const [found, words] of CATEGORIES) if (words.test(category)) return found
  for (const [found, words] of TITLES) if (words.test(title)) return found
  const description = listing.description ?? ''
  for (const [found, words] of REQUIRED) if (words.test(description)) return found
  return 'other'
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
  'real-estate': '房地产',
  publication: '出版物',
  toy: '玩具模型',
  'second-hand': '二手闲置',
  other: '普通商品',
}
