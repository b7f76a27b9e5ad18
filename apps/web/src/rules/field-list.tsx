/** The fields of a rule: how each is read, whether it is found, and where to point for another. */
import {
  type FieldHealthView,
  type RuleContentView,
  type RuleFieldName,
  type RuleWayView,
  ruleFieldSchema,
} from '@mingzheng/api'
import { Button, Input } from 'antd'
import { Card } from '../design/card.tsx'
import { useWords } from '../i18n/words.ts'
import { ruleWords } from './words.ts'

interface FieldListProps {
  content: RuleContentView
  health: readonly FieldHealthView[]
  pointing: RuleFieldName | null
  mayChange: boolean
  onPoint: (field: RuleFieldName | null) => void
  onChange: (content: RuleContentView) => void
}

export function FieldList(props: FieldListProps) {
  const t = useWords(ruleWords)
  return (
    <Card title={t('fields')} flush>
      <ul className="rule-fields">
        {ruleFieldSchema.options.map((field) => (
          <Field key={field} field={field} {...props} />
        ))}
      </ul>
    </Card>
  )
}

function Field({
  field,
  content,
  health,
  pointing,
  mayChange,
  onPoint,
  onChange,
}: FieldListProps & { field: RuleFieldName }) {
  const t = useWords(ruleWords)
  const ways = content.fields[field]
  const seen = health.find((one) => one.field === field)
  const name = t(`field-${field}`)
  const change = (next: RuleWayView[] | null) => {
    const { [field]: _, ...others } = content.fields
    onChange({ ...content, fields: next === null || next.length === 0 ? others : { ...others, [field]: next } })
  }
  return (
    <li className={pointing === field ? 'rule-field rule-field-pointing' : 'rule-field'}>
      <div className="rule-field-head">
        <strong>{name}</strong>
        {seen !== undefined && seen.pages > 0 && (
          <span className={seen.alarm ? 'small meaning-must' : 'small quiet'} title={t('health')}>
            {t('healthOf', { found: seen.pages - seen.missing, of: seen.pages })}
          </span>
        )}
        {mayChange && (
          <Button
            size="small"
            aria-label={`${t('point')} ${name}`}
            aria-pressed={pointing === field}
            onClick={() => onPoint(pointing === field ? null : field)}
          >
            {ways === undefined ? t('point') : t('pointAgain')}
          </Button>
        )}
      </div>
      {ways === undefined && <span className="small quiet">{t('waysNone')}</span>}
      {ways?.map((way, i) => (
        <div key={way.select} className="rule-way">
          <code className="rule-selector">{way.select}</code>
          {way.attribute !== undefined && <code>@{way.attribute}</code>}
          {mayChange && (
            <>
              <Words
                label={t('after')}
                value={way.after}
                onChange={(after) => change(ways.with(i, cut({ ...way, after })))}
              />
              <Words
                label={t('before')}
                value={way.before}
                onChange={(before) => change(ways.with(i, cut({ ...way, before })))}
              />
              <Button size="small" type="text" danger onClick={() => change(ways.filter((other) => other !== way))}>
                {t('remove')}
              </Button>
            </>
          )}
        </div>
      ))}
    </li>
  )
}

function cut({
  select,
  attribute,
  after,
  before,
}: { [name in keyof RuleWayView]: RuleWayView[name] | undefined }): RuleWayView {
  return {
    select: select!,
    ...(attribute === undefined ? {} : { attribute }),
    ...(after === undefined ? {} : { after }),
    ...(before === undefined ? {} : { before }),
  }
}

function Words({
  label,
  value,
  onChange,
}: {
  label: string
  value: string | undefined
  onChange: (value: string | undefined) => void
}) {
  return (
    <Input
      size="small"
      className="rule-words"
      aria-label={label}
      placeholder={label}
      maxLength={60}
      value={value ?? ''}
      onChange={({ target }) => onChange(target.value === '' ? undefined : target.value)}
    />
  )
}
