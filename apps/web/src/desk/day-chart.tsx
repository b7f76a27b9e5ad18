import type { AnswerOf } from '@mingzheng/api'
import { useCallback } from 'react'
import { Bones } from '../design/bones.tsx'
import { Card } from '../design/card.tsx'
import { Chart } from '../design/chart.tsx'
import { categoryAxis, chartLegend, valueAxis } from '../design/chart-parts.ts'
import type { colours } from '../design/tokens.ts'
import { useWords } from '../i18n/words.ts'
import { deskWords } from './words.ts'

export function DayChart({ days }: { days: AnswerOf<'desk.read'>['days'] | undefined }) {
  const t = useWords(deskWords)
  const option = useCallback(
    (c: (typeof colours)['light']) => ({
      legend: chartLegend(c),
      xAxis: categoryAxis(
        c,
        (days ?? []).map((day) => day.day.slice(5)),
      ),
      yAxis: valueAxis(c, { minInterval: 1 }),
      series: [
        {
          name: t('captures'),
          type: 'bar',
          data: (days ?? []).map((day) => day.captures),
          itemStyle: { color: c.accent, borderRadius: [2, 2, 0, 0] },
          barGap: '10%',
        },
        {
          name: t('fixed'),
          type: 'bar',
          data: (days ?? []).map((day) => day.fixed),
          itemStyle: { color: c.proven, borderRadius: [2, 2, 0, 0] },
        },
      ],
    }),
    [days, t],
  )
  return (
    <Card title={t('days')}>
      {days === undefined && <Bones height={220} />}
      {days?.every((day) => day.captures === 0) === true && <p className="second">{t('daysNone')}</p>}
      {days?.some((day) => day.captures > 0) === true && <Chart label={t('days')} height={240} option={option} />}
    </Card>
  )
}
