/** A parameter of a model by its name, and why it is as shipped, in the language of the moment. */
import type { ParameterView } from '@mingzheng/api'
import { useLanguage } from '../i18n/language.ts'
import { useWords } from '../i18n/words.ts'
import { reasonsInChinese } from './parameter-reasons.ts'
import { parameterWords } from './parameter-words.ts'

type Named = Pick<ParameterView, 'model' | 'name'>

export function useParameterWords() {
  const t = useWords(parameterWords)
  const language = useLanguage()
  const keyOf = ({ model, name }: Named) => `${model}.${name}`
  return {
    /** Its name; the one in the model's program where no other is known. */
    name: (one: Named) => {
      const key = keyOf(one)
      return key in parameterWords.zh ? t(key as keyof (typeof parameterWords)['zh']) : one.name
    },
    reason: (one: Pick<ParameterView, 'model' | 'name' | 'reason'>) =>
      language === 'zh' ? (reasonsInChinese[keyOf(one)] ?? one.reason) : one.reason,
  }
}

interface ParameterTextProps {
  parameter: Pick<ParameterView, 'model' | 'name' | 'reason' | 'shipped'> & { value: number }
  /** Said where another value is in force than what is shipped. */
  other: React.ReactNode
}

/** One line of a list of definitions: name, value in force, reason. */
export function ParameterText({ parameter, other }: ParameterTextProps) {
  const said = useParameterWords()
  return (
    <div>
      <dt>
        {said.name(parameter)} = <strong>{parameter.value}</strong> {parameter.value !== parameter.shipped && other}
      </dt>
      <dd className="second">
        {said.reason(parameter)} <span className="code quiet small">{parameter.name}</span>
      </dd>
    </div>
  )
}
