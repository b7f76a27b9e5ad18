/** An import under way or at its end: how far it is, what came of it, which rows it could not read. */
import { addressOf, type RegisterImportView } from '@mingzheng/api'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Alert, Button, Progress } from 'antd'
import { api, ask } from '../data/api.ts'
import { may, useMe } from '../data/me.ts'
import { Card, Facts, fact } from '../design/card.tsx'
import { Digest } from '../design/digest.tsx'
import { FormProblem } from '../design/form-problem.tsx'
import { Icon } from '../design/icon.tsx'
import { TimeText } from '../design/time-text.tsx'
import { formatNumber } from '../i18n/formats.ts'
import { useLanguage } from '../i18n/language.ts'
import { useWords } from '../i18n/words.ts'
import { useFieldName } from './field-text.tsx'
import { ImportName, ImportState } from './import-list.tsx'
import { registerWords } from './words.ts'

export function ImportProgress({ one }: { one: RegisterImportView }) {
  const t = useWords(registerWords)
  const language = useLanguage()
  const { kind, progress, state } = one
  const n = (value: number) => formatNumber(value, language)
  const isMoving = state === 'waiting' || state === 'reading'
  return (
    <div className="register-page">
      <Card title={<ImportState state={state} />}>
        {isMoving && <Progress percent={Math.floor(progress.share * 100)} aria-label={t(`state-${state}`)} />}
        <p aria-live="polite">{t('progress', { read: n(progress.read), bad: n(progress.bad) })}</p>
        {state === 'done' && kind !== 'keywords' && (
          <p>{t('result', { added: n(one.added), changed: n(one.changed), ended: n(one.ended), same: n(one.same) })}</p>
        )}
        {state === 'done' && kind === 'keywords' && one.version !== null && (
          <Alert
            type="info"
            showIcon
            title={t('proposed', { n: one.version })}
            action={
              <Link to="/settings/$version" params={{ version: String(one.version) }} className="button">
                {t('openProposal')}
              </Link>
            }
          />
        )}
        {one.problem !== null && <Alert type={state === 'done' ? 'info' : 'error'} showIcon title={one.problem} />}
        <Facts
          of={[
            fact(t('file'), <ImportName one={one} />),
            fact('SHA-256', <Digest value={one.sha256} />),
            fact(t('by', { by: one.by }), <TimeText time={one.at} />),
          ]}
        />
        <Acts one={one} isMoving={isMoving} />
      </Card>
      {progress.bad > 0 && !isMoving && <BadRows one={one} />}
    </div>
  )
}

function Acts({ one, isMoving }: { one: RegisterImportView; isMoving: boolean }) {
  const t = useWords(registerWords)
  const me = useMe()
  const queries = useQueryClient()
  const { kind } = one
  const params = { id: one.id }
  const cancel = useMutation({
    mutationFn: () => api.call('registerImports.cancel', { params }),
    onSuccess: (next) => queries.setQueryData(ask('registerImports.read', { params }).queryKey, next),
  })
  return (
    <>
      <div className="import-acts">
        {isMoving && may(me, 'monitoring.settings') && (
          <Button danger loading={cancel.isPending} onClick={() => cancel.mutate()}>
            {t('cancel')}
          </Button>
        )}
        {!isMoving && (
          <>
            <Link to="/registers/$kind" params={{ kind }} className="button button-primary">
              {t('openRegister')}
            </Link>
            <Link to="/registers/$kind/import" params={{ kind }} className="button">
              {t('again')}
            </Link>
          </>
        )}
      </div>
      <FormProblem error={cancel.error} />
    </>
  )
}

function BadRows({ one }: { one: RegisterImportView }) {
  const t = useWords(registerWords)
  const nameOf = useFieldName()
  const language = useLanguage()
  const params = { id: one.id }
  const problems = useQuery(ask('registerImports.problems', { params, query: { limit: 50 } }))
  return (
    <Card
      title={t('badRows', { n: formatNumber(one.progress.bad, language) })}
      aside={
        <a className="button" download href={addressOf('registerImports.report', { params, query: { format: 'csv' } })}>
          <Icon name="download" /> {t('report')}
        </a>
      }
    >
      <p className="second">{t('badText')}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a pane that scrolls must be reached by keys */}
      <section className="sheet-pane" tabIndex={0} aria-label={t('problems')}>
        <table className="sheet">
          <tbody>
            {(problems.data?.problems ?? []).map(({ line, field, code, value }) => (
              <tr key={`${line}-${field}`}>
                <td className="number">{line}</td>
                <td>{nameOf(field)}</td>
                <td className="meaning-must">{t(`problem-${code}`)}</td>
                <td className="code">{value}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </Card>
  )
}
