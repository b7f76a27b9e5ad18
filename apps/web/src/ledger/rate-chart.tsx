import type { LedgerStatus } from '@mingzheng/api'
import { useCallback } from 'react'
import { Card } from '../design/card.tsx'
import { Chart } from '../design/chart.tsx'
import { axisLabel, categoryAxis, valueAxis } from '../design/chart-parts.ts'
import type { colours } from '../design/tokens.ts'
import { formatTime } from '../i18n/formats.ts'
import { useWords } from '../i18n/words.ts'
import { ledgerWords } from './words.ts'

export function RateChart({ rate }: { rate: LedgerStatus['rate'] }) {
  const t = useWords(ledgerWords)
  const option = useCallback(
    (c: (typeof colours)['light']) => ({
      grid: { left: 4, right: 8, top: 8, bottom: 2, outerBoundsMode: 'same' },
      xAxis: {
        ...categoryAxis(
          c,
          rate.map((hour) => formatTime(hour.hour, false).slice(5, 13)),
        ),
        axisLabel: { ...axisLabel(c), interval: 11, formatter: (text: string) => `${text.slice(6)}:00` },
      },
      yAxis: valueAxis(c, { minInterval: 1, splitNumber: 3 }),
      series: [
        {
          name: t('entries'),
          type: 'bar',
          barCategoryGap: '20%',
          data: rate.map((hour) => hour.entries),
          itemStyle: { color: c.accent, borderRadius: [2, 2, 0, 0] },
        },
      ],
    }),
    [rate, t],
  )
  if (rate.length === 0) return null
  return (
    <Card title={t('rate')}>
      <Chart label={t('rate')} height={150} option={option} />
    </Card>
  )
}
