/**
 * What stands around a word and changes what it says: a negation, a name in book marks, a law that is quoted, a warning, a question,
 * something that only fits what is named. Rules look at the clause, and at the sentence where a quotation or warning spans it.
 */

export type CircumstanceKind =
  | 'negation'
  | 'quotation'
  | 'title'
  | 'law'
  | 'warning'
  | 'question'
  | 'compatible'
  | 'ideal'

export interface Circumstance {
  readonly kind: CircumstanceKind
  /** The words that show it, as they stand. */
  readonly text: string
}

/** Ends of a clause, and of a sentence. */
const CLAUSE_END = /[，,。；;！!？?\n：:|｜]/
const SENTENCE_END = /[。；;！!？?\n]/
/** As far as a clause or sentence is looked at, in code units. */
const REACH = 80

const NEGATION_BEFORE =
  /(?:不是|并非|绝非|不属于|不含有?|不售|不卖|不出售|不销售|不提供|不经营|不得|不能|不可|不会|不宜|不应|不具有|不具备|不用于|不用来|不宣称|不承诺|不保证|不涉及|不代表|不等于|无法|没有|未含|未添加|禁止|严禁|拒绝|杜绝|远离|切勿|请勿|勿|抵制|反对|打击|谢绝|防止|避免|不存在|不敢说|不敢称|不做|绝不|从不|不搞|不吹|不以|谈不上|称不上|算不上|不追求|没说|别说|不是说|并未|替代不了|代替不了|治不了|不治|起不到|达不到|并没有|没有任何|不作|不打算|不玩|不写|不|非|无|反|防)(?:任何|有|用于|作为|能|可|是|使用|添加|出现|购买|销售|出售|发布|宣传|涉及|夹带|携带|卖|吸|与|和|及|、|或|的|“|"|「|“|”|"|（|\(){0,4}$/
const FAR_NEGATION_BEFORE =
  /(?:不含有?|不售|不卖|不出售|不销售|不得|不能|不可|不具有|不具备|不用于|不宣称|不承诺|不保证|不涉及|不代表|禁止|严禁|拒绝|杜绝|远离|切勿|请勿|抵制|谢绝)[^，,。；;！!？?\n]{0,12}$/
/** A claim that one does not make, however far it stands in the clause. */
const MODEST_BEFORE =
  /(?:从不|从来不|不敢|不说|不称|不自称|不标榜|不吹|不喊|不打|谈不上|算不上|称不上|说不上|不追求|不写|不讲|不争|无意|不夸|不提|别信|不信|别指望|不指望|不要指望|不能让|不会让|做不到|没有(?!添加|中间商|激素|副作用|任何|比|什么比))[^，,。；;！!？?\n]{0,14}$/
/** Words that begin like a negation and are none. */
const NO_NEGATION =
  /(?:不仅|不止|不但|不光|不愧|不二|不管|非常|无与伦比|无比|无论|没有比|没有更|没有不|不得不|不能不|无人不|不反弹|不复发|不过|不限|不要处方|无需|不用|国家级别不)[^，,。；;！!？?\n]{0,12}$/
const NEGATION_AFTER =
  /^[^，,。；;！!？?\n]{0,6}(?:不卖|不售|勿扰|免谈|概不|除外|勿拍|不在售|不可用于|不成立|不可信|不存在|不可能|与本品无关|请勿相信|一律不|都不是|不是本|不属于|无效勿|不作承诺|不做承诺|是误传|是谣言|是骗人|是误区|是假的|没有依据|没有科学依据|纯属|不科学|不靠谱|是不实)/

const LAW =
  /《[^》]{0,30}(?:法|条例|办法|规定|指南)》|广告法|反不正当竞争法|刑法|第[一二三四五六七八九十百零]{1,6}条|法律(?:法规)?(?:规定|禁止)|依法(?:禁止|查处)|根据.{0,20}规定/
const WARNING =
  /警惕|谨防|当心|提醒|切勿|切莫|不要(?:轻信|相信|购买)|别轻信|勿信|轻信|危害|防骗|防范|识别|鉴别|辨别|辨真伪|曝光|揭秘|骗局|套路|科普|禁毒|举报|远离/
const QUESTION = /[?？]|吗|是不是|是否|能否|什么是|如何(?:辨|识|看|鉴)/
const COMPATIBLE_BEFORE =
  /(?:适用于?|适配|兼容|通用于?|专用于|可用于|配套|匹配|代用|替代|替换|支持|compatible with|for|fits|非)[^，,。；;！!？?\n]{0,24}$/i
const COMPATIBLE_AFTER =
  /^[^，,。；;！!？?\n]{0,20}(?:可用|适用|通用|专用|配件|手机壳|保护壳|保护套|保护膜|钢化膜|贴膜|滤芯|表带|充电线|数据线|支架|收纳|挂钩|耗材)/
const IDEAL_BEFORE =
  /(?:追求|理念|宗旨|目标|愿景|愿|希望|力求|力争|致力于|努力|争做|争取|祝|送给|献给)[^，,。；;！!？?\n]{0,16}$/

/** Words of others that are reported: before the opening mark, or after the closing one. */
const QUOTED_BEFORE =
  /(?:所谓|号称|记载|写道|古人|诗|俗话|谚语|常言|书中|歌词|台词|评论|留言|买家|顾客|客人|客户|网友|同事|孩子|老人家|老板|曰|誉为|称为|称作|赞|课文|作文|题目|游戏|节目|栏目|比赛|活动|口号|标题|宣称|自称|声称|标榜|吹嘘|吹|有人说|别人|别家|人家|同行|网上|广告(?:里|中|语)?|不说|不写|不用|不标|不敢|不要信|别信|禁用|违禁|这类|诸如|比如|例如|像|什么|解释|为什么|关于|使用|一句|一个|喊|写着|标着|打着|挂着|说|讲|称|叫|看到|听到|遇到|凡是|见到|那些|不说|不是)[^“”「」『』"，,。；;！!？?\n]{0,10}[“「『"][^“”「」『』"\n]{0,16}$/
const QUOTED_AFTER =
  /^[^“”「」『』"\n]{0,16}[”」』"](?:等|之类|一类|的说法|的宣传|字样|这类|这种|这样|一词|二字|字眼|一说|的广告|的字|都是|是什么|不能|不可|已经|早已|的人|的都|的话|的商家|的卖家|的店|谁都|我们不|本店不|不敢|不会|不好|没有意义)/

/** Every circumstance of the word at `[start, end)` of a text. */
export function circumstances(text: string, start: number, end: number): Circumstance[] {
  const found: Circumstance[] = []
  const add = (kind: CircumstanceKind, match: RegExpExecArray | null) => {
    if (match !== null) found.push({ kind, text: match[0].slice(0, 24) })
  }
  const [before, after] = around(text, start, end, CLAUSE_END)
  if (!NO_NEGATION.test(before))
    add('negation', FAR_NEGATION_BEFORE.exec(before) ?? NEGATION_BEFORE.exec(before) ?? MODEST_BEFORE.exec(before))
  add('negation', NEGATION_AFTER.exec(after))
  add('compatible', COMPATIBLE_BEFORE.exec(before))
  add('compatible', COMPATIBLE_AFTER.exec(after))
  add('ideal', IDEAL_BEFORE.exec(before))
  const [ahead, behind] = around(text, start, end, SENTENCE_END)
  add('law', LAW.exec(ahead))
  add('warning', WARNING.exec(ahead) ?? WARNING.exec(behind.slice(0, 16)))
  add('question', QUESTION.exec(text.slice(end + after.length, end + after.length + 1)) ?? QUESTION.exec(after))
  const reach = [text.slice(Math.max(0, start - REACH / 2), start), text.slice(end, end + REACH / 2)] as const
  add('quotation', QUOTED_BEFORE.exec(reach[0]) ?? QUOTED_AFTER.exec(reach[1]))
  const open = text.lastIndexOf('《', start)
  if (open >= 0 && start - open <= REACH) {
    const close = text.indexOf('》', open)
    if (close >= end) found.push({ kind: 'title', text: text.slice(open, close + 1).slice(0, 24) })
  }
  return found
}

/** What stands before and after within the clause or sentence. */
export function around(text: string, start: number, end: number, stop: RegExp = CLAUSE_END): [string, string] {
  let from = start
  while (from > 0 && start - from < REACH && !stop.test(text[from - 1]!)) from--
  let to = end
  while (to < text.length && to - end < REACH && !stop.test(text[to]!)) to++
  return [text.slice(from, start), text.slice(end, to)]
}
