/** A chart by echarts, drawn as SVG in the tokens' colours; the library is loaded when the first chart is. */
import type { EChartsCoreOption } from 'echarts/core'
import { useEffect, useRef } from 'react'
import { useAppearance } from './appearance.ts'
import { type Appearance, colours, fonts } from './tokens.ts'

type MakeOption = (c: (typeof colours)['light']) => EChartsCoreOption

interface ChartProps {
  label: string
  height: number
  option: MakeOption
}

export function Chart({ label, height, option }: ChartProps) {
  const place = useRef<HTMLDivElement>(null)
  const appearance = useAppearance()
  useEffect(() => {
    const node = place.current
    if (node === null) return
    let gone = false
    let end = () => {}
    void import('./chart-engine.ts').then(({ init }) => {
      if (gone) return
      const chart = init(node, null, { renderer: 'svg' })
      chart.setOption(withBase(appearance, option))
      const watch = new ResizeObserver(() => chart.resize())
      watch.observe(node)
      end = () => {
        watch.disconnect()
        chart.dispose()
      }
    })
    return () => {
      gone = true
      end()
    }
  }, [appearance, option])
  return <div ref={place} style={{ height }} role="img" aria-label={label} />
}

function withBase(appearance: Appearance, option: MakeOption): EChartsCoreOption {
  const c = colours[appearance]
  return {
    textStyle: { fontFamily: fonts.text, color: c.textThird },
    animationDuration: 250,
    grid: { left: 4, right: 8, top: 28, bottom: 2, outerBoundsMode: 'same' },
    tooltip: {
      trigger: 'axis',
      backgroundColor: c.raised,
      borderColor: c.line,
      textStyle: { color: c.text, fontSize: 12 },
      axisPointer: { type: 'shadow', shadowStyle: { color: c.accentSoft, opacity: 0.5 } },
    },
    ...option(c),
  }
}
