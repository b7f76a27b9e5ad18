/** What the charts of every page have alike: legend, axes, in the tokens' colours. */
import type { colours } from './tokens.ts'

type Colours = (typeof colours)['light']

export const chartLegend = (c: Colours) => ({
  top: 0,
  right: 0,
  itemWidth: 10,
  itemHeight: 10,
  textStyle: { color: c.textSecond, fontSize: 12 },
})

export const axisLabel = (c: Colours) => ({ color: c.textThird, fontSize: 11 })

export const categoryAxis = (c: Colours, data: readonly string[]) => ({
  type: 'category',
  data,
  axisLine: { lineStyle: { color: c.line } },
  axisTick: { show: false },
  axisLabel: axisLabel(c),
})

export const valueAxis = (c: Colours, more: object) => ({
  type: 'value',
  splitLine: { lineStyle: { color: c.line } },
  axisLabel: axisLabel(c),
  ...more,
})
