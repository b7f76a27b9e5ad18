/** Beside the form: the way in for pages behind a sign-in, and what a capture yields. */
import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Button } from 'antd'
import { api } from '../data/api.ts'
import { Card } from '../design/card.tsx'
import { FormProblem } from '../design/form-problem.tsx'
import { Icon } from '../design/icon.tsx'
import { useWords } from '../i18n/words.ts'
import { captureWords } from './words.ts'

export function CaptureAside({ url }: { url: string | undefined }) {
  const t = useWords(captureWords)
  const navigate = useNavigate()
  const open = useMutation({
    mutationFn: (address: string) => api.call('live.open', { body: { url: address } }),
    onSuccess: ({ id }, address) => navigate({ to: '/live/$id', params: { id }, search: { url: address } }),
  })
  return (
    <div className="new-capture-aside">
      <Card title={t('what')}>
        <ul className="ticks">
          {(['what1', 'what2', 'what3'] as const).map((key) => (
            <li key={key}>
              <Icon name="check" />
              <span>{t(key)}</span>
            </li>
          ))}
        </ul>
      </Card>
      <Card title={t('liveStart')}>
        <p className="second">{t('liveText')}</p>
        <Button
          style={{ marginTop: 12 }}
          disabled={url === undefined}
          loading={open.isPending}
          onClick={() => url !== undefined && open.mutate(url)}
          icon={<Icon name="globe" />}
        >
          {t('liveStart')}
        </Button>
        <FormProblem error={open.error} />
      </Card>
    </div>
  )
}
