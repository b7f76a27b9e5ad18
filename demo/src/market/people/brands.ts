import { Dice } from '../dice.ts'

/** An invented brand, with who may sell it. */
export interface Brand {
  readonly name: string
  readonly latin: string
  /** Kinds of goods that it makes. */
  readonly kinds: readonly string[]
  /** In yuan: what most shops ask for its usual article. */
  readonly usual: number
}

const ROWS = `
霁澜 JILANN skincare,makeup 420
洛禾黛 LOHEDAI skincare,makeup 680
安珀丽 AMPERLY skincare 560
沐曼仕 MUMANS makeup,wash 260
驰越 CHYUE shoes,sport 699
锐途 RUITOO shoes,sport,clothes 559
北纬纪 BEIVEI clothes,shoes 1280
絮棠 XUTANG clothes 880
芮格 RUIGER bags 2680
梵萝 VANLORA bags,jewel 5200
柏岸 BOANN bags,clothes 1990
铂晷 BOGUI jewel 8600
星屿 STARYU jewel 1380
澄光 CHENGGU phone,appliance 329
磐声 PANSON phone 899
云雀 YUNQ phoneset,phone 3299
擎易 QINEE appliance,tool 1299
晨灶 CHENZO appliance,kitchen 799
喜团团 HITUAN toy 399
积趣 JIQOO toy 469
贝芽嘟 BEYADU baby 329
山序 SHANXU sport,clothes 1180
鹿鸣坊 LUMING liquor 1299
醴川 LICHUAN liquor 980
汀白 TINBAI tea 420
禾谷堂 HEGUTA tonic,supplement 498
康黎 KANGLI supplement 369
斯睿 SRUI stationery 199
木几 MUJEE furniture 1680
锋匠 FENJAN tool 499
`

export const BRANDS: readonly Brand[] = ROWS.trim()
  .split('\n')
  .map((row) => {
    const [name, latin, kinds, usual] = row.split(' ') as [string, string, string, string]
    return { name, latin, kinds: kinds.split(','), usual: Number(usual) }
  })

/** Brands that make a kind of goods. */
export function brandsFor(kind: string): readonly Brand[] {
  return BRANDS.filter(({ kinds }) => kinds.includes(kind))
}

/** Whether an operator stands in the brand's register of dealers; one in twelve does. */
export function isAuthorised(seed: string, brand: Brand, operator: number): boolean {
  return new Dice(seed, `dealer ${brand.name}`, operator).chance(1 / 12)
}
