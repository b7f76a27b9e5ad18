import { Dice } from '../dice.ts'
import { dayBefore } from '../draft.ts'
import { personName } from '../people/names.ts'
import { clock, numbered, type PanelSubject, panelRole, truthOf } from './panel.ts'

const NAMES = [
  '云享会',
  '好物合伙人',
  '金种子计划',
  '康养联盟',
  '聚鲜合伙',
  '数字矿工',
  '美丽合伙人',
  '共富商学院',
  '链上农场',
]
const ORDINARY = ['邀请有礼', '老带新', '拼团邀请', '好友助力', '会员推荐']

/** A scheme of people who bring people (禁止传销条例 7). */
export function referralSubject(seed: string, index: number, today: string): PanelSubject {
  const subject = `p${index}`
  const dice = new Dice(seed, 'scheme', index)
  const role = panelRole(seed, 'pyramid-selling', index)
  if (role === 'breaks') return dice.chance(0.3) ? transfers(subject, dice, today) : pyramid(subject, dice, today)
  if (role === 'seems') return dice.pick(ALIKES)(subject, dice, today)
  const tree = grow(dice, dice.between(3, 9), 1, 6)
  return made(subject, 'ordinary', false, tree, dice, today, `${dice.pick(ORDINARY)}${index}`, {
    reward: dice.pick([5, 10, 20]),
  })
}

/** A pyramid: an entry fee that nobody gets back, and rewards for levels below. */
function pyramid(subject: string, dice: Dice, today: string): PanelSubject {
  const tree = grow(dice, dice.between(42, 110), dice.between(4, 9), 4)
  const fee = dice.pick([398, 980, 1980, 2980, 3980, 6800, 12800])
  const share = [0.2, 0.1, 0.05, 0.03].slice(0, dice.between(3, 4))
  const rewards = share.map((part) => Math.round(fee * part))
  const extra = {
    fee: dice.chance(0.3) ? `${fee.toLocaleString('en')}元` : fee,
    refundable: false,
    level_reward: dice.chance(0.5) ? rewards : Object.fromEntries(rewards.map((reward, i) => [String(i + 1), reward])),
    reward_type: dice.pick(['层级奖', '团队计酬', '见点奖', '管理奖']),
  }
  return made(subject, 'entry-fee-and-levels', true, tree, dice, today, `${dice.pick(NAMES)}${subject}`, extra)
}

/** The same by transfers of virtual currency: everybody's first payment goes to who brought him, a part of it further up. */
function transfers(subject: string, dice: Dice, today: string): PanelSubject {
  const tree = grow(dice, dice.between(45, 90), dice.between(5, 8), 4)
  const coin = dice.pick(['USDT', '积分币', '农场币'])
  const account = (node: number) => `0x${subject}${node.toString(16).padStart(4, '0')}`
  const fee = dice.pick([100, 300, 500, 1000])
  const scheme = `${dice.pick(['链上', '矿工', '农场'])}${subject}`
  const rows = tree.flatMap((parent, node) => {
    if (parent === null) return []
    const time = clock(
      dayBefore(today, 100 - Math.floor((node / tree.length) * 80)),
      dice.between(8, 22),
      dice.below(60),
    )
    const above = tree[parent]
    const paid = {
      from: account(node),
      to: account(parent),
      amount: fee,
      currency: coin,
      time,
      purpose: dice.pick(['激活', '入单', '买矿机']),
      scheme,
    }
    const passed =
      above === null || above === undefined
        ? []
        : [
            {
              from: account(parent),
              to: account(above),
              amount: fee * 0.1,
              currency: coin,
              time: time.replace(':00+', ':30+'),
              purpose: '上级分成',
              scheme,
            },
          ]
    return [paid, ...passed]
  })
  return {
    truth: truthOf('pyramid-selling', subject, true, 'virtual-currency'),
    lines: numbered(subject, 'transfer', rows),
  }
}

const ALIKES: readonly ((subject: string, dice: Dice, today: string) => PanelSubject)[] = [
  (subject, dice, today) =>
    made(
      subject,
      'one-level-invitations',
      false,
      grow(dice, dice.between(40, 90), 1, 60),
      dice,
      today,
      `${dice.pick(ORDINARY)}${subject}`,
      {
        fee: 0,
        reward: dice.pick([10, 20, 30]),
      },
    ),
  (subject, dice, today) =>
    made(
      subject,
      'levels-without-money',
      false,
      grow(dice, dice.between(40, 80), 5, 4),
      dice,
      today,
      `师徒系统${subject}`,
      { fee: 0 },
    ),
  (subject, dice, today) =>
    made(
      subject,
      'two-levels-by-sales',
      false,
      grow(dice, dice.between(32, 60), 2, 8),
      dice,
      today,
      `分销员${subject}`,
      {
        fee: 0,
        reward: dice.between(3, 15),
        reward_type: '商品销售佣金',
        reward_level: 1,
      },
    ),
  (subject, dice, today) =>
    made(
      subject,
      'deposit-paid-back',
      false,
      grow(dice, dice.between(8, 25), 2, 10),
      dice,
      today,
      `团长押金${subject}`,
      {
        fee: 200,
        refundable: true,
        reward: 8,
      },
    ),
  (subject, dice, today) => {
    const customers = dice.between(40, 80)
    const rows = Array.from({ length: customers }, () => ({
      from: `0x${subject}c${dice.below(65_536).toString(16)}`,
      to: `0x${subject}shop`,
      amount: dice.between(10, 900),
      time: clock(dayBefore(today, dice.between(1, 90)), dice.between(8, 22), dice.below(60)),
      purpose: dice.pick(['货款', '订单', '购买商品']),
      scheme: `商户收款${subject}`,
    }))
    return {
      truth: truthOf('pyramid-selling', subject, false, 'payments-to-a-shop'),
      lines: numbered(subject, 'transfer', rows),
    }
  },
]

/** Who was brought by whom: a tree of a number of people, not deeper than `depth` below the top; node 0 is the top. */
function grow(dice: Dice, people: number, depth: number, width: number): (number | null)[] {
  const parents: (number | null)[] = [null]
  const levels = [0]
  const children = [0]
  // A line down to the full depth first, so that the scheme is as deep as it is meant to be.
  while (parents.length < people) {
    const node = parents.length
    let parent = node <= depth ? node - 1 : dice.below(node)
    while (levels[parent]! >= depth || children[parent]! >= width * 4) parent = dice.below(node)
    parents.push(parent)
    levels.push(levels[parent]! + 1)
    children.push(0)
    children[parent]! += 1
  }
  return parents
}

function made(
  subject: string,
  kind: string,
  violates: boolean,
  tree: readonly (number | null)[],
  dice: Dice,
  today: string,
  scheme: string,
  extra: Readonly<Record<string, unknown>>,
): PanelSubject {
  const name = tree.map((_, i) => `${personName(dice)}${subject}-${i}`)
  const rows = tree.map((parent, i) => ({
    participant: name[i],
    referrer: parent === null ? null : name[parent],
    time: clock(dayBefore(today, 120 - Math.floor((i / tree.length) * 100)), dice.between(8, 22), dice.below(60)),
    scheme,
    ...extra,
  }))
  return { truth: truthOf('pyramid-selling', subject, violates, kind), lines: numbered(subject, 'referral', rows) }
}
