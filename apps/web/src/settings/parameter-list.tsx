/** The parameters of the models: value, bounds, what is shipped, and why. */
import { type BehaviourName as Behaviour, behaviourSchema, type ParameterView, type SettingsView } from '@mingzheng/api'
import { Button, InputNumber, Select } from 'antd'
import { useId, useState } from 'react'
import { Status } from '../design/status.tsx'
import { useWords } from '../i18n/words.ts'
import { leadWords } from '../leads/words.ts'
import { useParameterWords } from '../models/parameter-text.tsx'
import { settingOf, withValue } from './draft.ts'
import { settingWords } from './words.ts'

interface ParameterListProps {
  parameters: readonly ParameterView[]
  content: SettingsView
  active: SettingsView
  /** Whose parameters are shown first. */
  first: Behaviour | undefined
  onChange: (content: SettingsView) => void
}

export function ParameterList({ parameters, content, active, first, onChange }: ParameterListProps) {
  const t = useWords(settingWords)
  const lead = useWords(leadWords)
  const [shown, setShown] = useState<Behaviour>(first ?? 'banned-goods')
  const changedIn = (behaviour: Behaviour) =>
    parameters.filter((one) => one.behaviour === behaviour && settingOf(content, one) !== settingOf(active, one)).length
  return (
    <>
      <Select
        value={shown}
        aria-label={t('behaviour')}
        popupMatchSelectWidth={false}
        onChange={setShown}
        options={behaviourSchema.options.map((value) => {
          const changed = changedIn(value)
          return {
            value,
            label: `${lead(`behaviour-${value}`)}${changed === 0 ? '' : ` · ${t('changed')} ${changed}`}`,
          }
        })}
      />
      <ul className="parameters">
        {parameters
          .filter(({ behaviour }) => behaviour === shown)
          .map((one) => (
            <Parameter
              key={`${one.model}-${one.name}`}
              one={one}
              value={settingOf(content, one)}
              isChanged={settingOf(content, one) !== settingOf(active, one)}
              onChange={(value) => onChange(withValue(content, one, value))}
            />
          ))}
      </ul>
    </>
  )
}

interface ParameterProps {
  one: ParameterView
  value: number
  isChanged: boolean
  onChange: (value: number) => void
}

function Parameter({ one, value, isChanged, onChange }: ParameterProps) {
  const t = useWords(settingWords)
  const said = useParameterWords()
  const id = useId()
  return (
    <li className="parameter">
      <label htmlFor={id}>{said.name(one)}</label>
      <span className="parameter-value">
        <InputNumber
          id={id}
          value={value}
          min={one.least}
          max={one.most}
          step={one.whole ? 1 : 0.01}
          {...(one.whole ? { precision: 0 } : {})}
          onChange={(next) => {
            if (next !== null) onChange(next)
          }}
        />
        {isChanged && <Status meaning="watch">{t('changed')}</Status>}
        {value !== one.shipped && (
          <Button size="small" type="link" onClick={() => onChange(one.shipped)}>
            {t('reset')}
          </Button>
        )}
      </span>
      <span className="small second">
        {t('shippedValue', { n: one.shipped })} · {said.reason(one)} <span className="code quiet">{one.name}</span>
      </span>
    </li>
  )
}
