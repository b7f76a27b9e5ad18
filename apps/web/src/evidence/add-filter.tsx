/** Choosing a filter and its value. */
import { useQuery } from '@tanstack/react-query'
import { Button, DatePicker, Input, Popover, Select } from 'antd'
import { useState } from 'react'
import { ask } from '../data/api.ts'
import { may, useMe } from '../data/me.ts'
import { Icon } from '../design/icon.tsx'
import { useWords } from '../i18n/words.ts'
import { type EvidenceSearch, FILTER_KEYS, type FilterKey } from './filters.ts'
import { evidenceWords } from './words.ts'

interface AddFilterProps {
  search: EvidenceSearch
  onGo: (search: EvidenceSearch) => void
}

export function AddFilter({ search, onGo }: AddFilterProps) {
  const t = useWords(evidenceWords)
  const [open, setOpen] = useState(false)
  const [key, setKey] = useState<FilterKey>('state')
  const set = (value: string | undefined) => {
    setOpen(false)
    onGo({ ...search, [key]: value })
  }
  return (
    <Popover
      trigger="click"
      placement="bottomLeft"
      open={open}
      onOpenChange={setOpen}
      content={
        <div className="add-filter">
          <Select
            value={key}
            onChange={setKey}
            options={FILTER_KEYS.map((name) => ({ value: name, label: t(`f-${name}`) }))}
            style={{ width: 130 }}
          />
          <span className="quiet">{t('is')}</span>
          <FilterValue key={key} name={key} value={search[key]} onSet={set} />
        </div>
      }
    >
      <Button icon={<Icon name="filter" />}>{t('filter')}</Button>
    </Popover>
  )
}

interface FilterValueProps {
  name: FilterKey
  value: string | undefined
  onSet: (value: string | undefined) => void
}

function FilterValue({ name, value, onSet }: FilterValueProps) {
  const t = useWords(evidenceWords)
  const me = useMe()
  const officers = useQuery({ ...ask('officers.list'), enabled: name === 'officer' && may(me, 'evidence.capture') })
  const organisation = useQuery({
    ...ask('organisation.read'),
    enabled: name === 'unit' && may(me, 'organisation.read'),
  })
  const [text, setText] = useState(value ?? '')
  const choices: Partial<Record<FilterKey, { value: string; label: string }[]>> = {
    state: (['fixed', 'fixing', 'failed', 'voided'] as const).map((state) => ({ value: state, label: t(state) })),
    complete: (['yes', 'no'] as const).map((answer) => ({ value: answer, label: t(answer) })),
    demo: [
      { value: 'yes', label: t('demoYes') },
      { value: 'no', label: t('demoNo') },
    ],
    officer: (officers.data?.officers ?? []).map((officer) => ({ value: officer.id, label: officer.name })),
    unit: (organisation.data?.units ?? []).map((unit) => ({ value: unit.id, label: unit.name })),
  }
  const options = choices[name]
  if (options !== undefined) {
    return (
      <Select
        style={{ width: 200 }}
        options={options}
        showSearch={{ optionFilterProp: 'label' }}
        onChange={(chosen: string) => onSet(chosen)}
        {...(value === undefined ? {} : { value })}
      />
    )
  }
  if (name === 'from' || name === 'to') {
    return <DatePicker showTime={{ format: 'HH:mm' }} onChange={(day) => onSet(day?.toISOString())} />
  }
  return (
    <>
      <Input value={text} onChange={(event) => setText(event.target.value)} onPressEnter={() => onSet(text.trim())} />
      <Button type="primary" disabled={text.trim() === ''} onClick={() => onSet(text.trim())}>
        {t('apply')}
      </Button>
    </>
  )
}
