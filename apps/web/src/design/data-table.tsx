// biome-ignore-all lint/a11y/useSemanticElements: a real table cannot leave rows out of sight undrawn
// biome-ignore-all lint/a11y/useFocusableInteractive: the keys are handled for the whole table, rows and cells take no focus
/**
 * Tables of every list: dense rows, keyboard (j k or arrows, Enter, x to select), only the rows in sight are drawn, and on
 * narrow screens each row becomes a small card.
 */
import type { ReactNode } from 'react'
import './data-table.css'
import { Bones } from './bones.tsx'
import { fitColumns } from './fit-columns.ts'
import { sizes } from './tokens.ts'
import { useRowKeys } from './use-row-keys.ts'
import { useVisibleRows } from './use-visible-rows.ts'

export interface Column<R> {
  key: string
  title: ReactNode
  /** CSS grid track: `120px`, `minmax(160px, 2fr)`. */
  track: string
  align?: 'right'
  /** How readily the column gives way where there is no room: the highest goes first; without one it stays. */
  rank?: number
  render: (row: R) => ReactNode
}

export interface DataTableProps<R> {
  label: string
  columns: Column<R>[]
  rows: R[]
  keyOf: (row: R) => string
  onOpen?: (row: R) => void
  selected?: ReadonlySet<string>
  onSelect?: (key: string) => void
  loading?: boolean
  empty?: ReactNode
  /** Called when the last rows come into sight. */
  onEnd?: () => void
  /** A card for narrow screens. */
  renderNarrow?: (row: R) => ReactNode
}

const CHECK_WIDTH = 34

export function DataTable<R>(props: DataTableProps<R>) {
  const { rows, keyOf, onOpen, selected, onSelect } = props
  const { ref, from, to, narrow, width } = useVisibleRows(rows.length, props.onEnd)
  const columns = fitColumns(props.columns, width, onSelect === undefined ? 0 : CHECK_WIDTH)
  const rowHeight = narrow ? sizes.row * 2 : sizes.row
  const keys = useRowKeys({ rows, keyOf, onOpen, onSelect })
  const tracks = `${onSelect === undefined ? '' : '34px '}${columns.map((column) => column.track).join(' ')}`
  if (props.loading === true && rows.length === 0) return <TableBones tracks={tracks} count={columns.length} />
  if (rows.length === 0) return <>{props.empty}</>
  return (
    <div
      className="table"
      role="grid"
      aria-label={props.label}
      aria-rowcount={rows.length}
      style={{ '--tracks': tracks } as React.CSSProperties}
    >
      {!narrow && (
        <div className="table-head" role="row">
          {onSelect !== undefined && <span role="columnheader" />}
          {columns.map((column) => (
            <span key={column.key} role="columnheader" className={column.align === 'right' ? 'number' : ''}>
              {column.title}
            </span>
          ))}
        </div>
      )}
      <div ref={ref} className="table-body" style={{ height: rows.length * rowHeight }} role="rowgroup">
        {rows.slice(from, to).map((row, i) => {
          const key = keyOf(row)
          const index = from + i
          const state = `${keys.at === index ? ' table-at' : ''}${selected?.has(key) === true ? ' table-selected' : ''}`
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: keys are handled for the whole table
            <div
              key={key}
              role="row"
              tabIndex={-1}
              aria-rowindex={index + 1}
              aria-selected={selected?.has(key) ?? false}
              className={`table-row${onOpen === undefined ? '' : ' table-opens'}${state}`}
              style={{ top: index * rowHeight, height: rowHeight }}
              ref={keys.refOf(index)}
              onClick={(event) => {
                if ((event.target as HTMLElement).closest('a,button,input') !== null) return
                if (getSelection()?.toString() === '') onOpen?.(row)
              }}
            >
              {onSelect !== undefined && (
                <span role="gridcell" className="table-check">
                  <input
                    type="checkbox"
                    checked={selected?.has(key) ?? false}
                    onChange={() => onSelect(key)}
                    aria-label={key}
                  />
                </span>
              )}
              {narrow && props.renderNarrow !== undefined ? (
                <div role="gridcell" className="table-narrow">
                  {props.renderNarrow(row)}
                </div>
              ) : (
                columns.map((column) => (
                  <span
                    key={column.key}
                    role="gridcell"
                    className={column.align === 'right' ? 'table-cell number' : 'table-cell'}
                  >
                    {column.render(row)}
                  </span>
                ))
              )}
            </div>
          )
        })}
      </div>
    </div>
  )
}

function TableBones({ tracks, count }: { tracks: string; count: number }) {
  return (
    <div className="table" aria-busy="true" style={{ '--tracks': tracks } as React.CSSProperties}>
      {Array.from({ length: 9 }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows have no identity
        <div key={row} className="table-row table-bones" style={{ height: sizes.row }}>
          {Array.from({ length: count }, (_, cell) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the cells have no identity
            <span key={cell} className="table-cell">
              <Bones width={`${50 + ((row * 7 + cell * 13) % 45)}%`} height={12} />
            </span>
          ))}
        </div>
      ))}
    </div>
  )
}
