/** Keyword groups as they are edited: words with what makes them honest, the law, the weight. */
import { behaviourSchema, type KeywordGroupView, type SettingsView } from '@mingzheng/api'
import { Button, Input, InputNumber, Select, Switch } from 'antd'
import { type ReactNode, useId, useState } from 'react'
import { Icon } from '../design/icon.tsx'
import { useWords } from '../i18n/words.ts'
import { leadWords } from '../leads/words.ts'
import { NEW_GROUP, withGroup, wordsOf } from './draft.ts'
import { settingWords } from './words.ts'

interface GroupListProps {
  content: SettingsView
  onChange: (content: SettingsView) => void
}

export function GroupList({ content, onChange }: GroupListProps) {
  const t = useWords(settingWords)
  const { groups } = content
  return (
    <>
      {groups.length === 0 && <p className="second">{t('groupsNone')}</p>}
      {groups.map((group, i) => (
        <Group
          // biome-ignore lint/suspicious/noArrayIndexKey: a group's name is being written
          key={i}
          group={group}
          onChange={(next) => onChange(withGroup(content, i, next))}
        />
      ))}
      <Button icon={<Icon name="plus" />} onClick={() => onChange(withGroup(content, groups.length, NEW_GROUP))}>
        {t('addGroup')}
      </Button>
    </>
  )
}

function Field({ label, children }: { label: string; children: (id: string) => ReactNode }) {
  const id = useId()
  return (
    <div className="group-field">
      <label htmlFor={id} className="small second">
        {label}
      </label>
      {children(id)}
    </div>
  )
}

function Group({ group, onChange }: { group: KeywordGroupView; onChange: (group: KeywordGroupView | null) => void }) {
  const t = useWords(settingWords)
  const lead = useWords(leadWords)
  const set = (change: Partial<KeywordGroupView>) => onChange({ ...group, ...change })
  // Open while a new one is written, and not only until it has a name.
  const [begun] = useState(group.name === '')
  const day = (text: string) => (text === '' ? null : text)
  return (
    <details className="group" open={begun}>
      <summary>
        <strong>{group.name === '' ? t('groupName') : group.name}</strong>{' '}
        <span className="quiet small">
          {lead(`behaviour-${group.behaviour}`)} · {group.words.length} · {group.law} {group.article}
        </span>
      </summary>
      <div className="group-fields">
        <Field label={t('groupName')}>
          {(id) => (
            <Input id={id} value={group.name} maxLength={60} onChange={(event) => set({ name: event.target.value })} />
          )}
        </Field>
        <Field label={t('behaviour')}>
          {(id) => (
            <Select
              id={id}
              value={group.behaviour}
              onChange={(behaviour) => set({ behaviour })}
              options={behaviourSchema.options.map((value) => ({ value, label: lead(`behaviour-${value}`) }))}
            />
          )}
        </Field>
        <Field label={t('weight')}>
          {(id) => (
            <InputNumber
              id={id}
              value={group.weight}
              min={0}
              max={1}
              step={0.05}
              onChange={(weight) => set({ weight: weight ?? 0 })}
            />
          )}
        </Field>
        <WordField label={t('words')} words={group.words} onChange={(words) => set({ words })} />
        <WordField label={t('exempt')} words={group.exempt} onChange={(exempt) => set({ exempt })} />
        <Field label={t('law')}>
          {(id) => (
            <Input id={id} value={group.law} maxLength={200} onChange={(event) => set({ law: event.target.value })} />
          )}
        </Field>
        <Field label={t('article')}>
          {(id) => (
            <Input
              id={id}
              value={group.article}
              maxLength={100}
              onChange={(event) => set({ article: event.target.value })}
            />
          )}
        </Field>
        <Field label={t('from')}>
          {(id) => (
            <Input
              id={id}
              type="date"
              value={group.from ?? ''}
              onChange={(event) => set({ from: day(event.target.value) })}
            />
          )}
        </Field>
        <Field label={t('until')}>
          {(id) => (
            <Input
              id={id}
              type="date"
              value={group.until ?? ''}
              onChange={(event) => set({ until: day(event.target.value) })}
            />
          )}
        </Field>
        <Field label={t('enabled')}>
          {(id) => (
            <span>
              <Switch id={id} size="small" checked={group.enabled} onChange={(enabled) => set({ enabled })} />
            </span>
          )}
        </Field>
      </div>
      <Button size="small" danger onClick={() => onChange(null)}>
        {t('remove')}
      </Button>
    </details>
  )
}

/** Keeps what is being written as it is written, and tells the words in it. */
function WordField({
  label,
  words,
  onChange,
}: {
  label: string
  words: readonly string[]
  onChange: (words: string[]) => void
}) {
  const [text, setText] = useState(words.join(' '))
  return (
    <div className="group-wide">
      <Field label={label}>
        {(id) => (
          <Input.TextArea
            id={id}
            value={text}
            autoSize={{ minRows: 1, maxRows: 10 }}
            onChange={(event) => {
              setText(event.target.value)
              onChange(wordsOf(event.target.value).filter((word) => word.length >= 2))
            }}
          />
        )}
      </Field>
    </div>
  )
}
