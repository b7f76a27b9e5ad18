/** The steps of a capture with their states and times. */
import type { CaptureJobView } from '@mingzheng/api'
import { Icon, type IconName } from '../design/icon.tsx'
import type { Meaning } from '../design/tokens.ts'
import { useSaid } from '../said/use-said.ts'
import { useStepWord } from './use-step-word.ts'

type Step = CaptureJobView['steps'][number]

const LOOKS: Record<Step['state'], [Meaning, IconName]> = {
  waiting: ['plain', 'waiting'],
  started: ['running', 'running'],
  done: ['proven', 'passed'],
  failed: ['must', 'failed'],
  skipped: ['plain', 'unknown'],
}

export function StepList({ steps }: { steps: Step[] }) {
  const stepWord = useStepWord()
  const said = useSaid()
  return (
    <ol className="steps">
      {steps.map((step) => {
        const [meaning, icon] = LOOKS[step.state]
        return (
          <li key={step.name} className={`step-${step.state}`}>
            <span className={`meaning-${meaning}`}>
              <Icon name={icon} size={18} />
            </span>
            <span>
              {stepWord(step.name)}
              {step.detail !== null && (
                <span className="quiet small step-detail break">{said.sentence(step.detail)}</span>
              )}
            </span>
            <span className="quiet small">{step.at === null ? '' : new Date(step.at).toTimeString().slice(0, 8)}</span>
          </li>
        )
      })}
    </ol>
  )
}
