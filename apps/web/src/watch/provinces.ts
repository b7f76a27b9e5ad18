/**
 * Provinces on a grid, each one field about where it lies: a map on which small ones can be read and clicked. `code`: first two
 * digits of the division code (GB/T 2260).
 */
export interface Province {
  readonly code: string
  readonly zh: string
  readonly en: string
  readonly column: number
  readonly row: number
}

const at = (code: string, zh: string, en: string, column: number, row: number): Province => ({
  code,
  zh,
  en,
  column,
  row,
})

export const PROVINCES: readonly Province[] = [
  at('23', '黑龙江', 'Heilongjiang', 8, 1),
  at('65', '新疆', 'Xinjiang', 1, 2),
  at('15', '内蒙古', 'Inner Mongolia', 6, 2),
  at('22', '吉林', 'Jilin', 8, 2),
  at('63', '青海', 'Qinghai', 2, 3),
  at('62', '甘肃', 'Gansu', 3, 3),
  at('64', '宁夏', 'Ningxia', 4, 3),
  at('14', '山西', 'Shanxi', 5, 3),
  at('13', '河北', 'Hebei', 6, 3),
  at('11', '北京', 'Beijing', 7, 3),
  at('21', '辽宁', 'Liaoning', 8, 3),
  at('54', '西藏', 'Xizang', 2, 4),
  at('51', '四川', 'Sichuan', 3, 4),
  at('61', '陕西', 'Shaanxi', 4, 4),
  at('41', '河南', 'Henan', 5, 4),
  at('37', '山东', 'Shandong', 6, 4),
  at('12', '天津', 'Tianjin', 7, 4),
  at('50', '重庆', 'Chongqing', 4, 5),
  at('42', '湖北', 'Hubei', 5, 5),
  at('34', '安徽', 'Anhui', 6, 5),
  at('32', '江苏', 'Jiangsu', 7, 5),
  at('31', '上海', 'Shanghai', 8, 5),
  at('53', '云南', 'Yunnan', 3, 6),
  at('52', '贵州', 'Guizhou', 4, 6),
  at('43', '湖南', 'Hunan', 5, 6),
  at('36', '江西', 'Jiangxi', 6, 6),
  at('33', '浙江', 'Zhejiang', 7, 6),
  at('45', '广西', 'Guangxi', 4, 7),
  at('44', '广东', 'Guangdong', 5, 7),
  at('35', '福建', 'Fujian', 6, 7),
  at('71', '台湾', 'Taiwan', 8, 7),
  at('46', '海南', 'Hainan', 4, 8),
  at('82', '澳门', 'Macao', 5, 8),
  at('81', '香港', 'Hong Kong', 6, 8),
]
