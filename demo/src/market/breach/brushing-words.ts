import { grammar } from '../words/grammar.ts'

/** Reviews written to order: a text that is handed out and changed a little, and the words it is changed with. */
export const HANDED_OUT = grammar(`
text
  {a}收到{b}，{c}，{d}，{e}！ | {c}，{d}，{a}家人都说好，{e}。 | {a}第一次在{f}买，{c}，{e}，{d}。 | 质量{g}，{c}，{d}，{e}，{f}很靠谱。 | {b}拆开就{h}，{c}，{d}，以后就认准{f}。
a
  今天 | 宝贝 | 亲们， | 刚刚 | 终于
b
  宝贝 | 货 | 东西 | 快递 | 包裹
c
  做工精致 | 质量很棒 | 做工很好 | 质感满满 | 包装精美
d
  性价比超高 | 物超所值 | 值得购买 | 价格实惠 | 比想象的好
e
  强烈推荐 | 五星好评 | 下次还来 | 必须好评 | 闭眼入
f
  这家店 | 这家 | 他家 | 店家
g
  非常好 | 很好 | 超级好 | 特别好
h
  惊艳到了 | 爱上了 | 被圈粉了
`)

/** What platforms or buyers write again and again without being paid. */
export const REPEATED = grammar(`
default
  此用户没有填写评价。 | 系统默认好评 | 用户未及时评价，系统默认好评。
rush
  双十一抢的，{r}。 | 等了一年的活动，{r}。 | 凌晨付的尾款，{r}。 | 活动价入手，{r} | 凑单买的，{r}。
r
  发货比想的快 | 比平时便宜 | 快递爆仓慢了两天 | 东西没问题 | 包装有点挤压
company
  单位统一采购的，{r2}。 | 行政订的一批，{r2}。 | 公司年会用，{r2}。 | 部门发的福利，{r2}。
r2
  数量对 | 发票开得快 | 大家领完了 | 有两份破损补了 | 送货上楼
`)
