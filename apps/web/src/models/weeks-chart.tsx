/** A model's leads and scores by week, and whether the last whole week is out of the ordinary. */
import type { ModelPageView } from '@mingzheng/api'
import { useCallback } from 'react'
import { Card } from '../design/card.tsx'
import { Chart } from '../design/chart.tsx'
import { categoryAxis, chartLegend, valueAxis } from '../design/chart-parts.ts'
import { Status } from '../design/status.tsx'
import type { colours } from '../design/tokens.ts'
import { useWords } from '../i18n/words.ts'
import { modelWords } from './words.ts'

export function WeeksChart({ model: { weeks, drift } }: { model: ModelPageView }) {
  const t = useWords(modelWords)
  const option = useCallback(
    (c: (typeof colours)['light']) => ({
      legend: chartLegend(c),
      xAxis: categoryAxis(
        c,
        weeks.map(({ week }) => week.slice(5)),
      ),
      yAxis: [
        valueAxis(c, { min: 0 }),
        valueAxis(c, { min: 0, max: 1, position: 'right', splitLine: { show: false } }),
      ],
      series: [
        {
          name: t('rate'),
          type: 'bar',
          data: weeks.map(({ rate }) => (rate === null ? null : Math.round(rate * 10) / 10)),
          itemStyle: { color: c.accent },
        },
        {
          name: t('score'),
          type: 'line',
          yAxisIndex: 1,
          connectNulls: true,
          data: weeks.map(({ score }) => (score === null ? null : Math.round(score * 100) / 100)),
          itemStyle: { color: c.watch },
          lineStyle: { color: c.watch, width: 2 },
          symbolSize: 5,
        },
      ],
    }),
    [weeks, t],
  )
  const some = weeks.some(({ examined }) => examined > 0)
  const undecided = weeks.reduce((sum, week) => sum + week.undecided, 0)
  const n = (value: number) => (Math.round(value * 10) / 10).toString()
  return (
    <Card title={t('drift')}>
      <p className="second">{t('driftText')}</p>
      {some ? <Chart label={t('drift')} height={220} option={option} /> : <p className="quiet">{t('weeksNone')}</p>}
      {drift === null ? (
        <p className="quiet">{t('driftNone')}</p>
      ) : (
        <p>
          <Status meaning={drift.state === 'steady' ? 'proven' : 'watch'}>{t(`drift-${drift.state}`)}</Status>{' '}
          {t('driftRange', { rate: n(drift.rate), low: n(drift.low), high: n(drift.high) })}
        </p>
      )}
      {undecided > 0 && (
        <p className="small second">
          {t('undecided')} {undecided}
        </p>
      )}
    </Card>
  )
}
