import { creditCode } from '../catalogue/credit-code.ts'
import { PLATFORMS } from '../market/people/platforms.ts'

type Rows = readonly (readonly [name: string, value: string])[]

const SERIALS: Readonly<Record<string, string>> = { shanhe: '91330110MADEM9998', xiaoman: '91330106MADEM9997' }

/** The licence of who runs the platform (电子商务法 15). */
export function platformRows(platform: string): Rows {
  return [
    ['名称', PLATFORMS.find(({ id }) => id === platform)!.company],
    ['统一社会信用代码', creditCode(SERIALS[platform]!)],
    ['住所', '浙江省杭州市演示路 98 号'],
    ['经营范围', '互联网信息服务；第二类增值电信业务'],
  ]
}

export const operatorRows = (rows: Rows): { name: string; value: string }[] =>
  rows.map(([name, value]) => ({ name, value }))
