/** The registers: who may trade, shops, brands and who may sell them, what may not be sold, words with their law. */
import { BEHAVIOURS } from '../recognition/behaviour.ts'

export const REGISTER_KINDS = ['operators', 'shops', 'brands', 'dealers', 'prohibited', 'keywords'] as const
export type RegisterKind = (typeof REGISTER_KINDS)[number]

/**
 * `text`: at most so many characters; `code`: a unified social credit code or registration number, by its check character; `day`:
 * kept as `YYYY-MM-DD`; `list`: texts parted by any of `、,，;；|` or line ends; `yes`: whether; `share`: a number from 0 to 1.
 */
export type FieldSort = 'text' | 'code' | 'day' | 'list' | 'yes' | 'share' | 'behaviour'

export interface RegisterField {
  readonly name: string
  readonly sort: FieldSort
  readonly required?: true
  /** How columns with it are headed; the first two name it in exports. */
  readonly headings: readonly string[]
}

export interface RegisterDefinition {
  readonly fields: readonly RegisterField[]
  /** Fields that name an entry: a second row with the same ones is the same entry. */
  readonly key: readonly string[]
}

const field = (name: string, sort: FieldSort, ...headings: string[]): RegisterField => ({ name, sort, headings })
const need = (name: string, sort: FieldSort, ...headings: string[]): RegisterField => ({
  name,
  sort,
  required: true,
  headings,
})

const CODE = ['统一社会信用代码', 'credit code', '社会信用代码', '信用代码', '营业执照号', '注册号', '统一代码', 'uscc']
const LAW = [
  field('law', 'text', '法律', 'law', '法规', '依据', '法律依据', '法规名称'),
  field('article', 'text', '条款', 'article', '条', '法条', '条文'),
  field('from', 'day', '生效日期', 'in force from', '施行日期', '生效'),
  field('until', 'day', '失效日期', 'in force until', '废止日期', '失效'),
]

export const REGISTERS: { readonly [kind in RegisterKind]: RegisterDefinition } = {
  operators: {
    key: ['code'],
    fields: [
      need('code', 'code', ...CODE),
      need('name', 'text', '名称', 'name', '企业名称', '经营者名称', '主体名称', '市场主体名称', '单位名称', 'company'),
      field('address', 'text', '住所', 'address', '地址', '登记地址', '注册地址', '经营场所'),
      field('status', 'text', '登记状态', 'status', '经营状态', '状态', '企业状态'),
      field('scope', 'text', '经营范围', 'scope', '业务范围'),
      field('validUntil', 'day', '营业期限至', 'valid until', '有效期至', '经营期限至', '期限至'),
    ],
  },
  shops: {
    key: ['platform', 'name'],
    fields: [
      need('platform', 'text', '平台', 'platform', '平台名称', '电商平台', '所属平台'),
      need('name', 'text', '网店名称', 'shop', '店铺名称', '店铺', '网店', '店名', 'shop name', 'name'),
      field('code', 'code', ...CODE),
      field('operator', 'text', '经营者', 'operator', '经营者名称', '企业名称', '主体名称'),
      field('url', 'text', '网址', 'address', '店铺链接', '链接', 'url', '店铺网址'),
    ],
  },
  brands: {
    key: ['name'],
    fields: [
      need('name', 'text', '品牌', 'brand', '品牌名称', '商标', '商标名称', 'name'),
      field('aliases', 'list', '别名', 'aliases', '其他名称', '俗称', '英文名', '简称'),
      field('owner', 'text', '权利人', 'owner', '商标权人', '注册人', '品牌方'),
      field('trademark', 'text', '商标注册号', 'trademark number', '注册号', '商标号'),
      field('category', 'text', '类别', 'category', '品类', '商品类别'),
      field('whole', 'yes', '经销商名单完整', 'all dealers listed', '名单完整', '授权名单完整'),
      field('site', 'text', '官网', 'site', '官方网站', '网址'),
    ],
  },
  dealers: {
    key: ['brand', 'name'],
    fields: [
      need('brand', 'text', '品牌', 'brand', '品牌名称', '授权品牌'),
      need('name', 'text', '经销商', 'dealer', '经销商名称', '授权店铺', '被授权人', '店铺名称', '企业名称', 'name'),
      field('code', 'code', ...CODE),
      field('platform', 'text', '平台', 'platform', '授权平台', '平台名称'),
      field('from', 'day', '授权开始', 'authorised from', '授权起', '授权日期', '生效日期'),
      field('until', 'day', '授权截止', 'authorised until', '授权止', '授权期限', '有效期至'),
    ],
  },
  prohibited: {
    key: ['name'],
    fields: [
      need('name', 'text', '名称', 'name', '商品名称', '禁限售商品', '物品名称', '商品'),
      field('words', 'list', '用语', 'words', '关键词', '别名', '俗称', '其他名称'),
      field('exempt', 'list', '例外用语', 'honest words', '排除词', '豁免词', '例外'),
      field('category', 'text', '类别', 'category', '分类', '品类'),
      field('licence', 'text', '所需许可', 'licence', '许可', '许可证', '资质'),
      ...LAW,
    ],
  },
  keywords: {
    key: ['group', 'name'],
    fields: [
      need('group', 'text', '词组', 'group', '关键词组', '分组', '组名', '组'),
      need('name', 'text', '关键词', 'word', '词', '词语', '用语', 'keyword', 'name'),
      field('behaviour', 'behaviour', '行为', 'behaviour', '违法行为', '行为类型'),
      field('exempt', 'list', '例外用语', 'honest words', '排除词', '豁免词', '例外'),
      field('weight', 'share', '权重', 'weight', '分值', '得分'),
      ...LAW,
    ],
  },
}

/** Behaviours as people write them in a sheet, by both languages. */
export const BEHAVIOUR_WORDS: ReadonlyMap<string, (typeof BEHAVIOURS)[number]> = new Map([
  ...BEHAVIOURS.map((one) => [one, one] as const),
  ['禁限售', 'banned-goods'],
  ['禁售', 'banned-goods'],
  ['虚假宣传', 'false-propaganda'],
  ['违法广告', 'false-propaganda'],
  ['侵犯知识产权', 'ip-infringement'],
  ['知识产权', 'ip-infringement'],
  ['网络传销', 'pyramid-selling'],
  ['传销', 'pyramid-selling'],
  ['价格违法', 'price-infringement'],
  ['主体违规', 'operator'],
  ['刷单炒信', 'brushing'],
  ['刷单', 'brushing'],
])

/** Names without what may be written differently: width, case, brackets, spaces and marks. */
export function bareName(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '')
}
