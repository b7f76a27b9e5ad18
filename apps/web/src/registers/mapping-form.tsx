/** Which column of the file is which field, with what the first rows become. */
import type { AnswerOf, RegisterFieldView, RegisterImportView } from '@mingzheng/api'
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Radio, Select } from 'antd'
import { useId, useState } from 'react'
import { api, ask } from '../data/api.ts'
import { Card } from '../design/card.tsx'
import { FormProblem } from '../design/form-problem.tsx'
import { useWords } from '../i18n/words.ts'
import { FieldText, useFieldName } from './field-text.tsx'
import { registerWords } from './words.ts'

type Mapping = RegisterImportView['mapping']
type Checked = AnswerOf<'registerImports.check'>['rows']

export function MappingForm({ given }: { given: RegisterImportView }) {
  const t = useWords(registerWords)
  const queries = useQueryClient()
  const [mapping, setMapping] = useState<Mapping>(given.mapping)
  const [mode, setMode] = useState<RegisterImportView['mode']>('merge')
  const registers = useQuery(ask('registers.list'))
  const fields = registers.data?.registers.find(({ kind }) => kind === given.kind)?.fields ?? []
  const params = { id: given.id }
  const isWhole = fields.every(({ name, required }) => !required || mapping[name] !== undefined)
  const check = useQuery({
    queryKey: ['registerImports.check', given.id, mapping],
    queryFn: ({ signal }) => api.call('registerImports.check', { params, body: { mapping }, signal }),
    enabled: isWhole && fields.length > 0,
    placeholderData: keepPreviousData,
  })
  const shown = (next: RegisterImportView) =>
    queries.setQueryData(ask('registerImports.read', { params }).queryKey, next)
  const start = useMutation({
    mutationFn: () => api.call('registerImports.start', { params, body: { mapping, mode } }),
    onSuccess: shown,
  })
  const cancel = useMutation({
    mutationFn: () => api.call('registerImports.cancel', { params }),
    onSuccess: shown,
  })
  return (
    <div className="register-page">
      <Card title={t('mapping')} aside={<span className="quiet ellipsis">{given.fileName}</span>}>
        <p className="second">{t('mappingText')}</p>
        {fields.map((field) => (
          <ColumnChoice
            key={field.name}
            field={field}
            given={given}
            column={mapping[field.name]}
            onChoose={(column) => {
              const { [field.name]: _, ...rest } = mapping
              setMapping(column === null ? rest : { ...rest, [field.name]: column })
            }}
          />
        ))}
      </Card>
      <Card title={t('preview')}>
        <Preview fields={fields} rows={check.data?.rows ?? []} />
        <FormProblem error={check.error} />
      </Card>
      <Card>
        <Radio.Group
          value={mode}
          aria-label={t('mode')}
          onChange={(event) => setMode(event.target.value as RegisterImportView['mode'])}
          options={(['merge', 'replace'] as const).map((value) => ({ value, label: t(`mode-${value}`) }))}
        />
        <div className="import-acts">
          <Button type="primary" disabled={!isWhole} loading={start.isPending} onClick={() => start.mutate()}>
            {t('start')}
          </Button>
          <Button loading={cancel.isPending} onClick={() => cancel.mutate()}>
            {t('cancel')}
          </Button>
        </div>
        <FormProblem error={start.error ?? cancel.error} />
      </Card>
    </div>
  )
}

interface ColumnChoiceProps {
  field: RegisterFieldView
  given: RegisterImportView
  column: number | undefined
  onChoose: (column: number | null) => void
}

const NONE = -1

function ColumnChoice({ field, given, column, onChoose }: ColumnChoiceProps) {
  const t = useWords(registerWords)
  const nameOf = useFieldName()
  const id = useId()
  const example = (i: number) => given.sample.map((row) => row[i] ?? '').find((cell) => cell !== '') ?? ''
  return (
    <div className="mapping-row">
      <label htmlFor={id}>
        {nameOf(field.name)} {field.required && <span className="quiet small">{t('required')}</span>}
      </label>
      <Select
        id={id}
        value={column ?? NONE}
        {...(field.required && column === undefined ? { status: 'error' as const } : {})}
        onChange={(value) => onChoose(value === NONE ? null : value)}
        options={[
          { value: NONE, label: t('noColumn') },
          ...given.columns.map((heading, i) => ({
            value: i,
            label: `${heading}${example(i) === '' ? '' : `（${example(i).slice(0, 24)}）`}`,
          })),
        ]}
      />
    </div>
  )
}

function Preview({ fields, rows }: { fields: readonly RegisterFieldView[]; rows: Checked }) {
  const t = useWords(registerWords)
  const nameOf = useFieldName()
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a pane that scrolls must be reached by keys
    <section className="sheet-pane" tabIndex={0} aria-label={t('preview')}>
      <table className="sheet">
        <thead>
          <tr>
            <th>{t('line')}</th>
            {fields.map(({ name }) => (
              <th key={name}>{nameOf(name)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ line, fields: values, problems }) => (
            <tr key={line} className={values === null ? 'sheet-bad' : ''}>
              <td className="number">{line}</td>
              {values === null ? (
                <td colSpan={fields.length}>
                  {problems.map(({ field, code, value }) => (
                    <div key={field} className="meaning-must">
                      {nameOf(field)}：{t(`problem-${code}`)} <span className="code">{value}</span>
                    </div>
                  ))}
                </td>
              ) : (
                fields.map(({ name }) => (
                  <td key={name}>
                    <FieldText name={name} value={values[name]} />
                  </td>
                ))
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
