/** Words by which counterfeits are offered. Sources: ../cases/sources.tsv, the tuning part; 商标法 57, 电子商务法 41-45. */
import { readFileSync } from 'node:fs'
import { list, type TermGroup } from '../text/term-group.ts'

export interface Brand {
  readonly name: string
  readonly aliases: readonly string[]
}

/** The seed register (SOURCE.txt). */
export const BRANDS: readonly Brand[] = readFileSync(new URL('brands.tsv', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => {
    const [name = '', aliases = ''] = line.split('\t')
    return { name, aliases: [...new Set([name.toLowerCase(), ...aliases.split('|')])] }
  })

const BRAND = 'brand/'

export function brandKey(name: string): string {
  return `${BRAND}${name}`
}

export function brandOfKey(key: string): string | null {
  return key.startsWith(BRAND) ? key.slice(BRAND.length) : null
}

export const FAKE_TERMS: readonly TermGroup[] = [
  {
    key: 'fake/strong',
    words:
      list(`高仿 精仿 超a a货 aaa货 超a货 顶级复刻 复刻版包 复刻包 复刻鞋 复刻机芯 n厂 vs厂 zf厂 clean厂 gf厂 3k厂 莆田鞋 莆田纯原 莆田复刻 莆田工厂 莆田包包 莆田货 s2纯原 og纯原版 纯原鞋 纯原版 顶级纯原 真标鞋 真标 公司级 真标公司级 纯原版本 原版皮 顶级原版皮
      过验 过毒 得物过验 华强北 华强北顶配 假名牌 仿品 山寨 仿牌 仿货 仿a 1比1复刻 一比一复刻 1:1复刻 1:1高仿 一比一高仿 大牌复刻 仿大牌 原厂加单 原版复刻 完美复刻 支持过机场 终端版本 市面终端 og纯原 特供渠道仿 专柜对比无差别 一比一还原 1:1还原 1比1还原 1：1还原 以假乱真 过毒版 ljr版 h12版 通货版 顶级通货 复刻表 复刻手表 复刻机 悦虎 a+货 aaa级 高仿表 高仿鞋 高仿包 高仿手表 高仿机 同款高仿 原厂流出 工厂流出 代工厂流出 大牌原单 海外原单 站西鞋 桂花岗皮具 正品级复刻 同源厂复刻 原版一比一 原版1:1 顶级仿 高版本复刻 可过专柜 过专柜 专柜验不出 看不出真假 真假难辨 分不出真假 与正品无异 和正品无差 和正品一样 跟正品一样 与正品一致`),
  },
  {
    key: 'fake/weak',
    words:
      list(`复刻 1:1 1比1 一比一 原单 尾单 外贸原单 原单尾货 外贸尾单 尾货 莆田 外贸渠道 工厂渠道 跑量 同厂同料 专柜同厂 同厂 剪标 大牌同款 大牌平替 高品质版本 顶级版本 版本最好 渠道货 内部渠道 小票齐全 全套包装 带全套
      不支持专柜验货 可走专柜 无授权 未授权 无防伪 支持扫码 兼容 同款香味 香港代购版 公模 改名定位 懂的都懂 懂的来 质量和专柜一样 代工厂 同源厂 同源工厂 源头同厂 出口余单 出口尾单 余单 裸鞋 裸包 无小票 剪吊牌 无吊牌 介意勿拍 不支持鉴定 不支持验货 不接受鉴定 洛达 海关罚没 细节还原 钢印齐全 防伪可扫 市面最高版本 最高版本 复刻版 外贸货 内部货 支持鉴定不过退`),
  },
  ...BRANDS.map(({ name, aliases }) => ({ key: brandKey(name), words: [...aliases] })),
]
