/** Tries the models before they are used; nothing of what is tried is kept. */
import type { AnswerOf } from '@mingzheng/api'
import { useMutation } from '@tanstack/react-query'
import { Button, Input, Segmented } from 'antd'
import { useState } from 'react'
import { api } from '../data/api.ts'
import { Card, Facts, fact } from '../design/card.tsx'
import { Empty } from '../design/empty.tsx'
import { FileButton } from '../design/file-button.tsx'
import { FormProblem } from '../design/form-problem.tsx'
import { useWords } from '../i18n/words.ts'
import { FindingText } from '../leads/finding-facts.tsx'
import { useSaid } from '../said/use-said.ts'
import '../leads/leads.css'
import { leadWords } from '../leads/words.ts'
import { watchWords } from './words.ts'

type Kind = 'text' | 'address' | 'lines'
type Answer = AnswerOf<'models.try'>['answers'][number]
const KINDS: readonly Kind[] = ['text', 'address', 'lines']

export function ModelTrial() {
  const t = useWords(watchWords)
  const [kind, setKind] = useState<Kind>('text')
  const [given, setGiven] = useState('')
  const run = useMutation({ mutationFn: () => api.call('models.try', { body: { subject: subjectOf(kind, given) } }) })
  const hint = kind === 'text' ? t('tryTextHint') : kind === 'address' ? t('tryAddressHint') : t('tryLinesHint')
  const take = async (file: File | undefined) => {
    if (file === undefined) return
    setKind('lines')
    setGiven(await file.text())
    run.reset()
  }
  const answers = run.data?.answers ?? []
  return (
    <Card title={t('tryTitle')}>
      <div className="trial">
        <p className="second">{t('tryText')}</p>
        <div>
          <Segmented
            value={kind}
            options={KINDS.map((value) => ({ value, label: t(`try-${value}`) }))}
            onChange={(next) => {
              setKind(next)
              run.reset()
            }}
          />
        </div>
        <Input.TextArea
          value={given}
          placeholder={hint}
          aria-label={hint}
          autoSize={{ minRows: kind === 'address' ? 1 : 3, maxRows: 14 }}
          {...(kind === 'text' ? {} : { className: 'code', spellCheck: false })}
          onChange={(event) => setGiven(event.target.value)}
          onDrop={(event) => {
            const [file] = event.dataTransfer.files
            if (file === undefined) return
            event.preventDefault()
            void take(file)
          }}
          onDragOver={(event) => event.preventDefault()}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && given.trim() !== '') run.mutate()
          }}
        />
        <div className="trial-acts">
          <Button type="primary" disabled={given.trim() === ''} loading={run.isPending} onClick={() => run.mutate()}>
            {t('run')}
          </Button>
          {kind === 'lines' && (
            <FileButton name={t('chooseFile')} accept=".jsonl,.ndjson,.json,.txt" onFile={(file) => void take(file)} />
          )}
        </div>
        <FormProblem error={run.error} />
      </div>
      {run.isSuccess && (
        <div className="trial-answers" aria-live="polite">
          {answers.map((answer, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: answers stand in the order of the lines
            <TrialAnswer key={i} answer={answer} line={answers.length > 1 ? i + 1 : null} />
          ))}
        </div>
      )}
    </Card>
  )
}

function subjectOf(kind: Kind, given: string) {
  if (kind === 'text') return { kind, text: given }
  return kind === 'address' ? { kind, url: given.trim() } : { kind, lines: given }
}

function TrialAnswer({ answer, line }: { answer: Answer; line: number | null }) {
  const t = useWords(watchWords)
  const said = useSaid()
  const field = useWords(leadWords)
  const { facts } = answer
  return (
    <section>
      {line !== null && (
        <h3 className="small second">
          {t('tryLine', { n: line })} {answer.id !== null && <span className="code">{answer.id}</span>}
        </h3>
      )}
      {answer.error !== null && <p className="meaning-must">{said.problem(answer.error).detail}</p>}
      {facts !== null && (
        <Facts
          of={(['title', 'price', 'original_price', 'brand', 'shop', 'operator', 'licence'] as const).map((name) =>
            fact(field(`field-${name}`), facts[name]),
          )}
        />
      )}
      {answer.error === null && answer.findings.length === 0 && line === null && (
        <Empty icon="search" title={t('tryNone')} text={t('tryNoneText')} />
      )}
      {answer.error === null && answer.findings.length === 0 && line !== null && (
        <p className="quiet">{t('tryNone')}</p>
      )}
      {answer.findings.map((finding) => (
        <div key={`${finding.behaviour}-${finding.model.name}-${finding.reason}`} className="finding">
          <FindingText finding={finding} />
        </div>
      ))}
    </section>
  )
}
