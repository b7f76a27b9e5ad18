import { creditCode } from './credit-code.ts'

/** A shop of the marketplace. All names, people, numbers and addresses are invented. */
export interface Shop {
  readonly id: string
  readonly name: string
  readonly slogan: string
  /** Hue of the shop's sign. */
  readonly hue: number
  readonly city: string
  readonly rating: number
  readonly followers: number
  /** The licence as the shop shows it; `null`: it shows none. */
  readonly licence: Licence | null
  readonly breaks: readonly ShopBreach[]
}

export interface Licence {
  readonly company: string
  readonly code: string
  readonly representative: string
  readonly address: string
  readonly scope: string
  readonly established: string
}

/** What a shop does against the rules, on purpose, for demonstrations. */
export type ShopBreach = 'licence-not-shown' | 'credit-code-wrong'

function licence(serial: string, company: string, representative: string, address: string, scope: string): Licence {
  return { company, code: creditCode(serial), representative, address, scope, established: '2019-03-18' }
}

export const SHOPS: readonly Shop[] = [
  {
    id: 'longjing',
    name: '雨前茶庄',
    slogan: '一叶一芽，明前雨前',
    hue: 105,
    city: '杭州',
    rating: 4.9,
    followers: 12840,
    licence: licence(
      '91330106MADEM0001',
      '杭州雨前茶叶有限公司（演示）',
      '沈一叶',
      '浙江省杭州市西湖区演示路 1 号',
      '茶叶销售；食品互联网销售',
    ),
    breaks: [],
  },
  {
    id: 'hetao',
    name: '临安山货铺',
    slogan: '山里来的，今年的',
    hue: 28,
    city: '杭州',
    rating: 4.8,
    followers: 6203,
    licence: licence(
      '91330112MADEM0002',
      '杭州临安山货商贸有限公司（演示）',
      '方核桃',
      '浙江省杭州市临安区演示路 2 号',
      '食用农产品零售；食品互联网销售',
    ),
    breaks: [],
  },
  {
    id: 'huangjiu',
    name: '鉴湖老酒坊',
    slogan: '冬酿春开，一坛慢酒',
    hue: 8,
    city: '绍兴',
    rating: 4.7,
    followers: 9127,
    licence: licence(
      '91330602MADEM0003',
      '绍兴鉴湖酒业有限公司（演示）',
      '陈陶',
      '浙江省绍兴市越城区演示路 3 号',
      '酒类经营；食品互联网销售',
    ),
    breaks: [],
  },
  {
    id: 'sichou',
    name: '湖丝行',
    slogan: '一根丝，从湖州来',
    hue: 320,
    city: '湖州',
    rating: 4.9,
    followers: 20418,
    licence: licence(
      '91330502MADEM0004',
      '湖州湖丝纺织品有限公司（演示）',
      '钱素',
      '浙江省湖州市吴兴区演示路 4 号',
      '针纺织品销售；服装服饰零售',
    ),
    breaks: [],
  },
  {
    id: 'qingci',
    name: '越窑青瓷坊',
    slogan: '类玉，类冰',
    hue: 200,
    city: '龙泉',
    rating: 4.8,
    followers: 4310,
    licence: licence(
      '91331181MADEM0005',
      '龙泉越窑陶瓷有限公司（演示）',
      '叶青',
      '浙江省丽水市龙泉市演示路 5 号',
      '工艺美术品零售；日用陶瓷制品销售',
    ),
    breaks: [],
  },
  {
    id: 'bencao',
    name: '康养本草堂',
    slogan: '草本养生，口口相传',
    hue: 140,
    city: '金华',
    rating: 4.6,
    followers: 31877,
    licence: licence(
      '91330702MADEM0006',
      '金华康养本草健康管理有限公司（演示）',
      '胡仁',
      '浙江省金华市婺城区演示路 6 号',
      '食品互联网销售（仅销售预包装食品）',
    ),
    breaks: [],
  },
  {
    id: 'shuma',
    name: '极速数码城',
    slogan: '全网最低，错过再无',
    hue: 262,
    city: '温州',
    rating: 4.4,
    followers: 58209,
    licence: {
      ...licence(
        '91330302MADEM0007',
        '温州极速数码科技有限公司（演示）',
        '林速',
        '浙江省温州市鹿城区演示路 7 号',
        '电子产品销售',
      ),
      code: '91330302MADEM00070',
    },
    breaks: ['credit-code-wrong'],
  },
  {
    id: 'yejia',
    name: '渔家小灶',
    slogan: '江鲜直达，凌晨起网',
    hue: 190,
    city: '舟山',
    rating: 4.5,
    followers: 1508,
    licence: null,
    breaks: ['licence-not-shown'],
  },
]

/** The shop of that id, or `null`. */
export function shopOf(id: string): Shop | null {
  return SHOPS.find((shop) => shop.id === id) ?? null
}
