/** Acts on the list as it is: jump to a time, columns, export as CSV or JSON. */
import { addressOf } from '@mingzheng/api'
import { Button, Checkbox, DatePicker, Dropdown, Popover } from 'antd'
import { useState } from 'react'
import { may, useMe } from '../data/me.ts'
import { Icon } from '../design/icon.tsx'
import { useWords } from '../i18n/words.ts'
import { COLUMN_KEYS, type ColumnKey } from './columns.tsx'
import { type EvidenceSearch, searchText } from './filters.ts'
import { evidenceWords } from './words.ts'

interface ListActsProps {
  search: EvidenceSearch
  onGo: (search: EvidenceSearch) => void
  chosen: ColumnKey[]
  onChoose: (keys: ColumnKey[]) => void
}

export function ListActs({ search, onGo, chosen, onChoose }: ListActsProps) {
  const t = useWords(evidenceWords)
  const me = useMe()
  const [jumping, setJumping] = useState(false)
  const filters = Object.fromEntries(new URLSearchParams(searchText(search)))
  return (
    <>
      <Popover
        trigger="click"
        open={jumping}
        onOpenChange={setJumping}
        content={
          <div style={{ display: 'grid', gap: 8 }}>
            <span className="second small">{t('jumpHint')}</span>
            <DatePicker
              showTime={{ format: 'HH:mm' }}
              onChange={(day) => {
                setJumping(false)
                onGo({ ...search, at: day?.toISOString() })
              }}
            />
          </div>
        }
      >
        <Button icon={<Icon name="history" />}>{t('jump')}</Button>
      </Popover>
      <Popover
        trigger="click"
        placement="bottomRight"
        content={
          <Checkbox.Group
            className="columns-choice"
            value={chosen}
            onChange={(keys) => onChoose(keys)}
            options={COLUMN_KEYS.map((key) => ({ value: key, label: t(`c-${key}`), disabled: key === 'title' }))}
          />
        }
      >
        <Button icon={<Icon name="columns" />}>{t('columns')}</Button>
      </Popover>
      {may(me, 'evidence.download') && (
        <Dropdown
          trigger={['click']}
          placement="bottomRight"
          menu={{
            items: (['csv', 'json'] as const).map((format) => ({
              key: format,
              label: (
                <a href={addressOf('evidence.export', { query: { ...filters, format } })} download>
                  {t(`export-${format}`)}
                </a>
              ),
            })),
          }}
        >
          <Button icon={<Icon name="download" />}>{t('export')}</Button>
        </Dropdown>
      )}
    </>
  )
}
