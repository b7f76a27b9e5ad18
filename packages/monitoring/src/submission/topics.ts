/** What the public complains of, by the behaviours that it may be a sign of. Words alone: an opinion is a sign, and no finding. */
import { normalise } from '../reading/normalise.ts'
import type { Behaviour } from '../recognition/behaviour.ts'

const WORDS: { readonly [behaviour in Behaviour]?: readonly string[] } = {
  'price-discrimination': [
    '杀熟',
    '老用户更贵',
    '老客户更贵',
    '老用户反而贵',
    '会员更贵',
    '会员反而贵',
    '会员价更高',
    '新用户便宜',
    '新客便宜',
    '换个账号便宜',
    '换账号便宜',
    '换个手机便宜',
    '苹果手机更贵',
    '不同账号价格不',
    '不同手机价格不',
    '两个手机价格不',
    '两个账号价格不',
    '同一商品价格不一',
    '同样的商品价格不一',
    '千人千价',
    '越用越贵',
    '越看越贵',
    '看过就涨价',
  ],
  'false-propaganda': [
    '虚假宣传',
    '夸大宣传',
    '夸大功效',
    '货不对板',
    '与描述不符',
    '和描述不符',
    '与宣传不符',
    '没有效果',
    '假评价',
  ],
  'price-infringement': [
    '先涨后降',
    '先涨价再打折',
    '虚构原价',
    '虚假打折',
    '虚假折扣',
    '假打折',
    '划线价',
    '不按标价',
    '价格欺诈',
  ],
  'ip-infringement': ['假货', '假冒', '山寨', '盗版', '仿品', '高仿', '冒牌'],
  'banned-goods': ['违禁', '禁售', '管制刀具', '野生动物', '处方药随便'],
  'pyramid-selling': ['传销', '拉人头', '发展下线', '入门费', '层级返利'],
  'choose-one': ['二选一', '强制独家', '逼商家', '只能在一家'],
  'below-cost': ['低于成本', '亏本倾销', '恶意低价'],
  'vertical-agreement': ['统一零售价', '限定最低价', '不许降价', '不准降价', '控价'],
  brushing: ['刷单', '刷好评', '好评返现', '刷评'],
  operator: ['无证经营', '没有执照', '无照经营', '执照是假', '查不到执照'],
  'price-anomaly': ['天价', '标错价'],
}

const bare = (text: string): string => {
  const { units, length } = normalise(text)
  return Buffer.from(units.buffer, 0, length * 2)
    .toString('utf16le')
    .replace(/\s+/g, '')
}
const FOLDED = Object.entries(WORDS).map(([behaviour, words]) => [behaviour as Behaviour, words.map(bare)] as const)

/** In the order of the table; none for what speaks of nothing here. */
export function topicsOf(text: string): Behaviour[] {
  const said = bare(text)
  return FOLDED.filter(([, words]) => words.some((word) => said.includes(word))).map(([behaviour]) => behaviour)
}
