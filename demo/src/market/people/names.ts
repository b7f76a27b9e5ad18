import type { Dice } from '../dice.ts'

const SURNAMES = [
  ...'赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗',
]
const GIVEN = [...'一乙山水木青禾田川明远文安宁静宜和平春秋林松柏石岩峰海洋波涛晨曦朗月星辰雨雪霜云露兰芳菊竹梅莲荷']

/** A person's name. */
export function personName(dice: Dice): string {
  return dice.pick(SURNAMES) + dice.pick(GIVEN) + (dice.chance(0.6) ? dice.pick(GIVEN) : '')
}

/** As platforms print a buyer: `沈**`. */
export function buyerName(dice: Dice): string {
  return dice.chance(0.3) ? `用户${dice.between(1000, 9999)}****` : `${dice.pick(SURNAMES)}**`
}

const FIRST = [...'云禾青川木溪棠霖墨岚楠舟暖晴谷渔朴素鹿雀栖汀简知拾稚荔柚棉麦栗']
const SECOND = [...'里舍坊集间野屿序物语记仓栈庭径渡岸町原光作选品铺']

/** The root of a firm's or shop's name, two characters, such as 禾坊. */
export function nameRoot(dice: Dice): string {
  return dice.pick(FIRST) + dice.pick(SECOND)
}

const TAILS = [
  '旗舰店',
  '专营店',
  '小店',
  '店',
  '优选',
  '生活馆',
  '工厂店',
  '铺子',
  '商行',
  '官方店',
  '直营店',
  '杂货',
  '好物',
  '企业店',
]

/** A shop's name made from its operator's root. */
export function shopName(root: string, dice: Dice): string {
  return root + dice.pick(['', '', '的', '家', '记']) + dice.pick(TAILS)
}
