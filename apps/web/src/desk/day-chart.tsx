import type { AnswerOf } from '@mingzheng/api'
import { useCallback } from 'react'
import { Bones } from '../design/bones.tsx'
import { Card } from '../design/card.tsx'
import { Chart } from '../design/chart.tsx'
import type { colours } from '../design/tokens.ts'
import { useWords } from '../i18n/words.ts'
import { deskWords } from './words.ts'

export function DayChart({ days }: { days: AnswerOf<'desk.read'>['days'] | undefined }) {
  const t = useWords(deskWords)
  const option = useCallback(
    (c: (typeof colours)['light']) => ({
      legend: { top: 0, right: 0, itemWidth: 10, itemHeight: 10, textStyle: { color: c.textSecond, fontSize: 12 } },
      xAxis: {
        type: 'category',
        data: (days ?? []).map((day) => day.day.slice(5)),
        axisLine: { lineStyle: { color: c.line } },
        axisTick: { show: false },
        axisLabel: { color: c.textThird, fontSize: 11 },
      },
      yAxis: {
        type: 'value',
        minInterval: 1,
        splitLine: { lineStyle: { color: c.line } },
        axisLabel: { color: c.textThird, fontSize: 11 },
      },
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
