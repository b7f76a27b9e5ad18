/**
 * Provinces on a grid, each one field about where it lies: a map on which small ones can be read and clicked. `code`: first two
 * digits of the division code (GB/T 2260). `short`: its letters in ISO 3166-2:CN, since English names are cut to the same beginnings.
 */
export interface Province {
  readonly code: string
  readonly zh: string
  readonly en: string
  readonly short: string
  readonly column: number
  readonly row: number
}

const at = (code: string, zh: string, en: string, short: string, column: number, row: number): Province => ({
  code,
  zh,
  en,
  short,
  column,
  row,
})

export const PROVINCES: readonly Province[] = [
  at('23', '黑龙江', 'Heilongjiang', 'HL', 8, 1),
  at('65', '新疆', 'Xinjiang', 'XJ', 1, 2),
  at('15', '内蒙古', 'Inner Mongolia', 'NM', 6, 2),
  at('22', '吉林', 'Jilin', 'JL', 8, 2),
  at('63', '青海', 'Qinghai', 'QH', 2, 3),
  at('62', '甘肃', 'Gansu', 'GS', 3, 3),
  at('64', '宁夏', 'Ningxia', 'NX', 4, 3),
  at('14', '山西', 'Shanxi', 'SX', 5, 3),
  at('13', '河北', 'Hebei', 'HE', 6, 3),
  at('11', '北京', 'Beijing', 'BJ', 7, 3),
  at('21', '辽宁', 'Liaoning', 'LN', 8, 3),
  at('54', '西藏', 'Xizang', 'XZ', 2, 4),
  at('51', '四川', 'Sichuan', 'SC', 3, 4),
  at('61', '陕西', 'Shaanxi', 'SN', 4, 4),
  at('41', '河南', 'Henan', 'HA', 5, 4),
  at('37', '山东', 'Shandong', 'SD', 6, 4),
  at('12', '天津', 'Tianjin', 'TJ', 7, 4),
  at('50', '重庆', 'Chongqing', 'CQ', 4, 5),
  at('42', '湖北', 'Hubei', 'HB', 5, 5),
  at('34', '安徽', 'Anhui', 'AH', 6, 5),
  at('32', '江苏', 'Jiangsu', 'JS', 7, 5),
  at('31', '上海', 'Shanghai', 'SH', 8, 5),
  at('53', '云南', 'Yunnan', 'YN', 3, 6),
  at('52', '贵州', 'Guizhou', 'GZ', 4, 6),
  at('43', '湖南', 'Hunan', 'HN', 5, 6),
  at('36', '江西', 'Jiangxi', 'JX', 6, 6),
  at('33', '浙江', 'Zhejiang', 'ZJ', 7, 6),
  at('45', '广西', 'Guangxi', 'GX', 4, 7),
  at('44', '广东', 'Guangdong', 'GD', 5, 7),
  at('35', '福建', 'Fujian', 'FJ', 6, 7),
  at('71', '台湾', 'Taiwan', 'TW', 8, 7),
  at('46', '海南', 'Hainan', 'HI', 4, 8),
  at('82', '澳门', 'Macao', 'MO', 5, 8),
  at('81', '香港', 'Hong Kong', 'HK', 6, 8),
]
