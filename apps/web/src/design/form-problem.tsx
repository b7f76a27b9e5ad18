/** A refusal beside the form that was sent. */
import { ProblemError } from '@mingzheng/api'
import { Alert } from 'antd'
import { useWords } from '../i18n/words.ts'
import { useSaid } from '../said/use-said.ts'
import { useProblemText } from './problem-view.tsx'
import { designWords } from './words.ts'

export function FormProblem({ error }: { error: unknown }) {
  const t = useWords(designWords)
  const said = useSaid()
  const textOf = useProblemText()
  if (error === null || error === undefined) return null
  // What is no answer of the server comes from the browser: the person stopped, or the device has no such key.
  if (!(error instanceof ProblemError)) {
    const isAddress = error instanceof Error && error.name === 'SecurityError'
    const { detail, remedy } = said.problem({ code: 'passkey-unavailable' })
    return isAddress ? (
      <Alert type="warning" showIcon title={detail} description={remedy} />
    ) : (
      <Alert type="warning" showIcon title={t('passkeyStopped')} />
    )
  }
  const { title, detail, remedy } = textOf(error)
  return (
    <Alert
      type="error"
      showIcon
      title={detail === '' ? title : detail}
      {...(remedy === '' ? {} : { description: remedy })}
    />
  )
}
