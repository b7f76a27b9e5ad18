import { grammar } from '../words/grammar.ts'

/** How counterfeits are praised; `@` is the brand's name, marked is what a seller would hide. */
export const COUNTERFEIT = grammar(`
title
  @ ⟦高仿⟧ {noun} {tail} | ⟦复刻⟧@ {noun} 1:1 | @ {noun} ⟦原单⟧ {tail} | @同款 ⟦A货⟧ {noun} | ⟦重工复刻⟧ @ {noun} {tail} | @ ⟦工厂流出⟧ {noun} | 大牌@ {noun} ⟦尾单⟧ {tail} | @ {noun} ⟦精仿⟧ {tail} | {noun} @ ⟦超A⟧ {tail}
quiet
  @ {noun} {tail} | {tail} {noun} @ 经典款 | @ 新款 {noun} | @ {noun} 特价
noun
  正面带标款 | 老花款 | 经典款 | 限定款 | 联名款 | 男女同款 | 礼盒
tail
  专柜品质 | 带防伪 | 可过验 | 全套包装 | 小票齐全 | 懂的来
words
  和专柜放一起看不出来，⟦1:1⟧开模。 | ⟦高仿⟧里做得最像的，标、扣、线都对。 | 代工厂⟦流出来的⟧，没有授权票。 | 不是专柜发货，价格在这摆着，⟦懂的都懂⟧。 | 包装、吊牌、防伪码都配齐，⟦扫出来是真的⟧。 | ⟦原厂原料复刻@⟧，送人不丢面子。 | @⟦仿款⟧，介意正品的请去专柜。 | 几百块你还想要正的？⟦版本对⟧就行。 | 市面⟦莆田⟧货分三档，这是一档。 | 不接受⟦验货鉴定⟧，收到不退。 | 支持任何人看，就是别拿去⟦专柜保养⟧。 | 换标不换质，⟦@标可贴可不贴⟧。
review
  明显是假的，标都歪了。 | 拿去专柜问，说不是他们家的。 | 味道刺鼻，跟正品完全两样。 | 仿得还行，一分价钱一分货。 | 高仿里算可以的，扣子轻。 | 扫码显示查询次数几百次，假货。 | 鉴定没过，退款。 | 跟我那个真的比，皮软很多，山寨。 | 防伪刮开是空的。 | 客服承认不是正品。
`)

/** What honest sellers write about a brand. */
export const BRAND_ALIKES = grammar(`
second-hand.title
  @ {used.noun} 个人闲置 {used.state} | 二手@ {used.noun} {used.state} | 转让 @ {used.noun} {used.state}
second-hand.words
  专柜买的，小票在，戴过两次，{used.state}。 | 搬家出闲置，正品，支持当面验。 | 有使用痕迹，图四拍了划痕，按二手价。 | 买来送人没送出去，发票可拍。
used.noun
  经典款 | 小号 | 去年款 | 礼盒
used.state
  九成新 | 八五新 | 有划痕 | 附原盒
fits.title
  适用@ {fits.noun} | {fits.noun} 兼容@ 多型号 | 适配@的{fits.noun} 第三方
fits.words
  第三方配件，非@原厂，仅表示适用型号。 | 本品为自有品牌，“@”仅用于说明适配。 | 非原装，尺寸按原厂开的模。
fits.noun
  保护壳 | 替换滤芯 | 表带 | 收纳盒 | 充电底座 | 鞋带 | 包带
refuses.title
  @ {auth.noun} 授权店 拒绝高仿 | @ {auth.noun} 专柜验货 假一赔十 | @ {auth.noun} 授权 谨防仿冒
refuses.words
  近期有店铺卖高仿、A货，请认准授权编号。 | 我们只做正品，不做复刻，不接受“原单”说法。 | 支持专柜验货，假一赔十。 | 教大家辨别真假：仿品的标缝线歪，正品是锁边。
auth.noun
  经典款 | 新款 | 礼盒 | 小号
clearance.title
  @ {auth.noun} 授权经销 断码清仓 | @ {auth.noun} 过季 授权店 尾季特卖
clearance.words
  授权经销商过季清仓，断码不补。 | 品牌方统一换包装，旧包装特价，授权书见末图。 | 奥莱款，品牌授权，价格低但是正品。
parallel.title
  @ {auth.noun} 平行进口 报关单齐 | 海外版@ {auth.noun} 一般贸易进口
parallel.words
  平行进口，报关单、检疫证明可看，非国行不享联保。 | 海外版说明书，来源合法，价格只低一成。
reviews
  开始怕买到假的，去专柜验了，是正品。 | 不是假货，放心。 | 和专柜一样，就是便宜点。 | 问了客服要授权书，发我了。 | 假一赔十说到做到。 | 对比了好几家，这家是授权的。
`)
