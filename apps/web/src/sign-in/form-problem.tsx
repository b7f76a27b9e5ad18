/** A refusal beside the form that was sent. */
import { ProblemError } from '@mingzheng/api'
import { Alert } from 'antd'
import { problemText } from '../design/problem-view.tsx'
import { designWords } from '../design/words.ts'
import { useWords } from '../i18n/words.ts'
import { signInWords } from './words.ts'

export function FormProblem({ error }: { error: unknown }) {
  const t = useWords(signInWords)
  const d = useWords(designWords)
  if (error === null || error === undefined) return null
  if (!(error instanceof ProblemError)) return <Alert type="warning" showIcon title={t('passkeyStopped')} />
  const { title, detail, remedy } = problemText(error, d)
  return (
    <Alert
      type="error"
      showIcon
      title={detail === '' ? title : detail}
      {...(remedy === '' ? {} : { description: remedy })}
    />
  )
}
