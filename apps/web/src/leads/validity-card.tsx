/** A lead's certificate of validity: made now, fixed like evidence, given as a package that anybody verifies. */
import { useMutation } from '@tanstack/react-query'
import { Button } from 'antd'
import { api } from '../data/api.ts'
import { Card } from '../design/card.tsx'
import { FormProblem } from '../design/form-problem.tsx'
import { Icon } from '../design/icon.tsx'
import { useWords } from '../i18n/words.ts'
import { leadWords } from './words.ts'

export function ValidityCard({ id }: { id: string }) {
  const t = useWords(leadWords)
  const make = useMutation({ mutationFn: () => api.call('leads.validity', { params: { id } }) })
  const made = make.data
  return (
    <Card title={t('validity')}>
      <p className="second small">{t('validityText')}</p>
      {made === undefined ? (
        <Button loading={make.isPending} onClick={() => make.mutate()}>
          {t('validityMake')}
        </Button>
      ) : (
        <>
          <p>{t('validityProbes', { count: made.probes })}</p>
          <p className="code small break">{made.number}</p>
          <p className="finding-head">
            <a href={`/api/leads/validity/${made.id}/package`} download>
              <Icon name="download" size={13} /> {t('validityPackage')}
            </a>
            <a href={`/api/leads/validity/${made.id}/certificate`} download>
              <Icon name="document" size={13} /> {t('validityCertificate')}
            </a>
          </p>
        </>
      )}
      <FormProblem error={make.error} />
    </Card>
  )
}
