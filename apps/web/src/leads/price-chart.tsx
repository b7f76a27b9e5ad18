/** Prices of a listing since it is watched, as steps: a price holds until another is seen. */
import type { LeadDetail } from '@mingzheng/api'
import { useCallback } from 'react'
import { Card } from '../design/card.tsx'
import { Chart } from '../design/chart.tsx'
import { axisLabel, chartLegend, valueAxis } from '../design/chart-parts.ts'
import type { colours } from '../design/tokens.ts'
import { useWords } from '../i18n/words.ts'
import { leadWords } from './words.ts'

export function PriceChart({ prices }: { prices: LeadDetail['prices'] }) {
  const t = useWords(leadWords)
  const option = useCallback(
    (c: (typeof colours)['light']) => {
      const series = (name: string, pick: (of: LeadDetail['prices'][number]) => string | null, color: string) => ({
        name,
        type: 'line',
        step: 'end',
        showSymbol: prices.length < 60,
        data: prices.flatMap((one) => {
          const value = pick(one)
          return value === null ? [] : [[one.at, Number(value)]]
        }),
        itemStyle: { color },
        lineStyle: { color, width: 2 },
      })
      return {
        legend: chartLegend(c),
        xAxis: {
          type: 'time',
          axisLine: { lineStyle: { color: c.line } },
          axisLabel: { ...axisLabel(c), hideOverlap: true },
        },
        yAxis: valueAxis(c, { scale: true }),
        series: [
          series(t('price'), ({ price }) => price, c.accent),
          series(t('originalPrice'), ({ originalPrice }) => originalPrice, c.watch),
        ],
      }
    },
    [prices, t],
  )
  const known = prices.filter(({ price }) => price !== null).length
  return (
    <Card title={t('prices')}>
      {known < 2 ? (
        <p className="quiet">{t('pricesNone')}</p>
      ) : (
        <Chart label={t('prices')} height={220} option={option} />
      )}
    </Card>
  )
}
