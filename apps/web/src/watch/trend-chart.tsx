/** Fetched pages and new leads of each day. */
import type { WatchDeskView } from '@mingzheng/api'
import { useCallback } from 'react'
import { Bones } from '../design/bones.tsx'
import { Card } from '../design/card.tsx'
import { Chart } from '../design/chart.tsx'
import { categoryAxis, chartLegend, valueAxis } from '../design/chart-parts.ts'
import type { colours } from '../design/tokens.ts'
import { useWords } from '../i18n/words.ts'
import { watchWords } from './words.ts'

export function TrendChart({ days }: { days: WatchDeskView['days'] | undefined }) {
  const t = useWords(watchWords)
  const option = useCallback(
    (c: (typeof colours)['light']) => {
      const bars = (name: string, pick: (day: WatchDeskView['days'][number]) => number, color: string) => ({
        name,
        type: 'bar',
        stack: 'fetches',
        data: (days ?? []).map(pick),
        itemStyle: { color },
      })
      return {
        legend: chartLegend(c),
        xAxis: categoryAxis(
          c,
          (days ?? []).map((day) => day.day.slice(5)),
        ),
        yAxis: [
          valueAxis(c, { minInterval: 1 }),
          valueAxis(c, { minInterval: 1, position: 'right', splitLine: { show: false } }),
        ],
        series: [
          bars(t('trendFetched'), (day) => day.fetched - day.refused, c.accent),
          bars(t('trendRefused'), (day) => day.refused, c.lineStrong),
          {
            name: t('trendLeads'),
            type: 'line',
            yAxisIndex: 1,
            data: (days ?? []).map((day) => day.leads),
            itemStyle: { color: c.must },
            lineStyle: { color: c.must, width: 2 },
            symbolSize: 5,
          },
        ],
      }
    },
    [days, t],
  )
  const some = days?.some((day) => day.fetched > 0) === true
  return (
    <Card title={t('trend')}>
      {days === undefined && <Bones height={240} />}
      {days !== undefined && !some && <p className="second">{t('trendNone')}</p>}
      {some && <Chart label={t('trend')} height={260} option={option} />}
    </Card>
  )
}
