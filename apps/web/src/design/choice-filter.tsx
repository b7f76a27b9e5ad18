/** One choice by which a list is narrowed; `undefined` is every one. */
import { Select } from 'antd'

interface ChoiceFilterProps<Value extends string> {
  readonly value: Value | undefined
  /** Of what it is a choice, for those who hear it. */
  readonly label: string
  /** What stands where nothing is chosen. */
  readonly every: string
  readonly options: readonly { readonly value: Value; readonly label: string }[]
  onChoose(value: Value | undefined): void
}

export function ChoiceFilter<Value extends string>({
  value,
  label,
  every,
  options,
  onChoose,
}: ChoiceFilterProps<Value>) {
  return (
    <Select<Value | ''>
      value={value ?? ''}
      aria-label={label}
      popupMatchSelectWidth={false}
      onChange={(next) => onChoose(next === '' ? undefined : next)}
      options={[{ value: '', label: every }, ...options]}
    />
  )
}
