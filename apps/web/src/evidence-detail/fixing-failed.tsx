/** Evidence whose fixing ended for a reason that does not pass by itself: what happened, what was kept, trying again. */
import type { EvidenceDetail } from '@mingzheng/api'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Alert, Button } from 'antd'
import { api, ask } from '../data/api.ts'
import { may, useMe } from '../data/me.ts'
import { FormProblem } from '../design/form-problem.tsx'
import { useWords } from '../i18n/words.ts'
import { useSaid } from '../said/use-said.ts'
import { detailWords } from './words.ts'

export function FixingFailed({ evidence }: { evidence: EvidenceDetail }) {
  const t = useWords(detailWords)
  const me = useMe()
  const queries = useQueryClient()
  const params = { number: evidence.number }
  const { detail, remedy } = useSaid().problem(evidence.problem ?? { code: 'internal' })
  const again = useMutation({
    mutationFn: () => api.call('evidence.fixAgain', { params }),
    onSuccess: async (next) => {
      queries.setQueryData(ask('evidence.read', { params }).queryKey, next)
      await queries.invalidateQueries({ queryKey: ['evidence.timeline'] })
    },
  })
  return (
    <>
      <Alert
        type="error"
        showIcon
        className="detail-alert"
        title={t('fixingFailed')}
        description={
          <>
            <div>{detail}</div>
            {remedy !== '' && <div>{remedy}</div>}
            <div>{t('fixingFailedKept')}</div>
          </>
        }
        action={
          may(me, 'evidence.capture') && (
            <Button type="primary" loading={again.isPending} onClick={() => again.mutate()}>
              {t('fixAgain')}
            </Button>
          )
        }
      />
      <FormProblem error={again.error} />
    </>
  )
}
