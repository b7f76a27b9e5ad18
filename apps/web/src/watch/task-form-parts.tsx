/** The three parts of a task's form. */
import { behaviourSchema, factFieldSchema } from '@mingzheng/api'
import { useQuery } from '@tanstack/react-query'
import { Button, Checkbox, Form, Input, InputNumber, Select, Switch } from 'antd'
import { useState } from 'react'
import { ask } from '../data/api.ts'
import { Card } from '../design/card.tsx'
import { Icon } from '../design/icon.tsx'
import { useWords } from '../i18n/words.ts'
import { leadWords } from '../leads/words.ts'
import { PlatformDialog } from './platform-dialog.tsx'
import { wordsOf } from './task-fields.ts'
import { watchWords } from './words.ts'

const CODE = /^\d{2,6}$/

export function ObjectiveFields() {
  const t = useWords(watchWords)
  const form = Form.useFormInstance()
  const platforms = useQuery(ask('platforms.list'))
  const [adding, setAdding] = useState(false)
  const tags = (name: 'shops' | 'brands' | 'categories') => (
    <Form.Item name={name} label={t(name)}>
      <Select mode="tags" open={false} suffixIcon={null} placeholder={t('anyHint')} tokenSeparators={[',', '，']} />
    </Form.Item>
  )
  return (
    <Card
      title={t('objectives')}
      aside={
        <Button size="small" icon={<Icon name="plus" size={14} />} onClick={() => setAdding(true)}>
          {t('addPlatform')}
        </Button>
      }
    >
      <Form.Item
        name="platforms"
        label={t('chosenPlatforms')}
        rules={[{ required: true, type: 'array', min: 1, message: t('platformsNeeded') }]}
      >
        <Select
          mode="multiple"
          showSearch={{ optionFilterProp: 'label' }}
          loading={platforms.isPending}
          options={(platforms.data?.platforms ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        />
      </Form.Item>
      <div className="task-form-row">
        {tags('shops')}
        {tags('brands')}
        {tags('categories')}
        <Form.Item
          name="regions"
          label={t('regionCodes')}
          rules={[
            {
              validator: (_, codes: string[] = []) =>
                codes.every((code) => CODE.test(code)) ? Promise.resolve() : Promise.reject(new Error(t('regionHint'))),
            },
          ]}
        >
          <Select mode="tags" open={false} suffixIcon={null} placeholder={t('regionHint')} />
        </Form.Item>
      </div>
      <div className="second small">{t('keywordGroups')}</div>
      <Form.List name="groups">
        {(groups, { add, remove }) => (
          <>
            {groups.map(({ key, name }) => (
              <div key={key} className="task-group">
                <Form.Item
                  name={[name, 'name']}
                  noStyle
                  rules={[{ required: true, whitespace: true, message: t('needed') }]}
                >
                  <Input placeholder={t('groupName')} aria-label={t('groupName')} maxLength={60} />
                </Form.Item>
                <Form.Item
                  name={[name, 'words']}
                  noStyle
                  rules={[
                    {
                      validator: (_, words = '') =>
                        wordsOf(words).length > 0 ? Promise.resolve() : Promise.reject(new Error(t('needed'))),
                    },
                  ]}
                >
                  <Input placeholder={t('groupWords')} aria-label={t('groupWords')} />
                </Form.Item>
                <Button icon={<Icon name="close" />} aria-label={t('remove')} onClick={() => remove(name)} />
              </div>
            ))}
            <Button size="small" onClick={() => add({ name: '', words: '' })}>
              {t('addGroup')}
            </Button>
          </>
        )}
      </Form.List>
      {adding && (
        <PlatformDialog
          onClose={() => setAdding(false)}
          onAdded={(id) => {
            const chosen = form.getFieldValue('platforms') as string[]
            form.setFieldValue('platforms', [...new Set([...chosen, id])])
          }}
        />
      )}
    </Card>
  )
}

export function WhatForFields() {
  const t = useWords(watchWords)
  const said = useWords(leadWords)
  const some = {
    validator: (_: unknown, of: string[]) =>
      of.length > 0 ? Promise.resolve() : Promise.reject(new Error(t('needed'))),
  }
  return (
    <Card title={t('elements')}>
      <Form.Item name="behaviours" label={t('behaviours')} rules={[some]}>
        <Checkbox.Group
          options={behaviourSchema.options.map((value) => ({ value, label: said(`behaviour-${value}`) }))}
        />
      </Form.Item>
      <Form.Item name="fields" label={t('fields')} style={{ marginBottom: 0 }} rules={[some]}>
        <Checkbox.Group options={factFieldSchema.options.map((value) => ({ value, label: said(`field-${value}`) }))} />
      </Form.Item>
    </Card>
  )
}

const DAYS = [1, 2, 3, 4, 5, 6, 7] as const
const HOUR = /^([01]\d|2[0-3]):[0-5]\d$/

export function FrequencyFields({ disguised }: { disguised: boolean }) {
  const t = useWords(watchWords)
  const number = (name: 'everyMinutes' | 'hostPaceMs' | 'depth' | 'pages', label: string, min: number, max: number) => (
    <Form.Item name={name} label={label} rules={[{ required: true, message: t('needed') }]}>
      <InputNumber min={min} max={max} precision={0} style={{ width: '100%' }} />
    </Form.Item>
  )
  const hour = (at: number, name: 'from' | 'to') => (
    <Form.Item name={[at, name]} noStyle rules={[{ required: true, pattern: HOUR, message: t('needed') }]}>
      <Input style={{ width: 84 }} placeholder={name === 'from' ? '22:00' : '06:00'} aria-label={name} />
    </Form.Item>
  )
  return (
    <Card title={t('frequency')}>
      <div className="task-form-row">
        {number('everyMinutes', t('interval'), 1, 43_200)}
        {number('hostPaceMs', t('pace'), 0, 600_000)}
        {number('depth', t('depth'), 0, 10)}
        {number('pages', t('mostPages'), 1, 10_000_000)}
      </div>
      <div className="second small">
        {t('windows')} · {t('windowsHint')}
      </div>
      <Form.List name="windows">
        {(windows, { add, remove }) => (
          <>
            {windows.map(({ key, name }) => (
              <div key={key} className="lead-filters">
                <Form.Item name={[name, 'days']} noStyle>
                  <Select
                    mode="multiple"
                    style={{ minWidth: 220, flex: 1 }}
                    aria-label={t('windows')}
                    options={DAYS.map((day) => ({ value: day, label: t(`day${day}`) }))}
                  />
                </Form.Item>
                {hour(name, 'from')}
                {hour(name, 'to')}
                <Button icon={<Icon name="close" />} aria-label={t('remove')} onClick={() => remove(name)} />
              </div>
            ))}
            <Button size="small" onClick={() => add({ days: [...DAYS], from: '22:00', to: '06:00' })}>
              {t('addWindow')}
            </Button>
          </>
        )}
      </Form.List>
      <Form.Item name="disguised" label={t('disguise')} extra={t('disguiseHint')} style={{ margin: '16px 0 0' }}>
        <Switch />
      </Form.Item>
      {disguised && (
        <div className="task-form-row" style={{ marginTop: 12 }}>
          <Form.Item
            name="userAgent"
            label={t('userAgent')}
            rules={[{ required: true, whitespace: true, message: t('needed') }]}
          >
            <Input maxLength={300} />
          </Form.Item>
          <Form.Item
            name="reason"
            label={t('disguiseReason')}
            rules={[{ required: true, min: 4, message: t('needed') }]}
          >
            <Input maxLength={500} />
          </Form.Item>
        </div>
      )}
    </Card>
  )
}
