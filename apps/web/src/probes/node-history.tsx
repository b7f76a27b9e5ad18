/** What the nodes did in the last day: passed and failed of the node that is chosen. */
import type { ProbeView } from '@mingzheng/api'
import { useQuery } from '@tanstack/react-query'
import { Select } from 'antd'
import { useCallback, useState } from 'react'
import { ask } from '../data/api.ts'
import { Bones } from '../design/bones.tsx'
import { Card } from '../design/card.tsx'
import { Chart } from '../design/chart.tsx'
import { categoryAxis, chartLegend, valueAxis } from '../design/chart-parts.ts'
import type { colours } from '../design/tokens.ts'
import { formatTime } from '../i18n/formats.ts'
import { useWords } from '../i18n/words.ts'
import { useNodeName } from './node-name.ts'
import { probeWords } from './words.ts'

export function NodeHistory({ probe }: { probe: ProbeView }) {
  const t = useWords(probeWords)
  const nodeName = useNodeName()
  const [chosen, setChosen] = useState('')
  const asked = ask('probes.readings', { params: { id: probe.id }, query: { hours: 24 } })
  const readings = useQuery({ ...asked, refetchInterval: 60_000 })
  const node = probe.nodes.includes(chosen) ? chosen : (probe.nodes[1] ?? probe.nodes[0] ?? '')
  const points = readings.data?.nodes.find((one) => one.node === node)?.points
  const option = useCallback(
    (c: (typeof colours)['light']) => {
      const series = (name: string, data: number[], color: string) => ({
        name,
        type: 'bar',
        stack: 'all',
        data,
        itemStyle: { color },
      })
      const shown = points ?? []
      return {
        legend: chartLegend(c),
        xAxis: categoryAxis(
          c,
          shown.map(({ at }) => formatTime(at, false).slice(-5)),
        ),
        yAxis: valueAxis(c, { minInterval: 1 }),
        series: [
          series(
            nodeName(node),
            shown.map(({ through }) => through),
            c.accent,
          ),
          series(
            t('errors'),
            shown.map(({ errors }) => errors),
            c.must,
          ),
        ],
      }
    },
    [points, node, nodeName, t],
  )
  return (
    <Card
      title={t('history')}
      aside={
        <Select
          size="small"
          aria-label={t('history')}
          value={node}
          onChange={setChosen}
          popupMatchSelectWidth={false}
          options={probe.nodes.map((value) => ({ value, label: nodeName(value) }))}
        />
      }
    >
      {readings.isPending && <Bones height={200} />}
      {points?.length === 0 && <p className="quiet">{t('historyNone')}</p>}
      {points !== undefined && points.length > 0 && (
        <>
          <Chart label={t('history')} height={200} option={option} />
          <p className="small quiet">{t('historyStep', { minutes: readings.data?.stepMinutes ?? 1 })}</p>
        </>
      )}
    </Card>
  )
}
