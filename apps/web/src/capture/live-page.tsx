/** The controlled browser: the officer signs in to a site, then captures what is shown, in that session. */
import { useMutation } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { Alert, Button, Input, Space } from 'antd'
import { useState } from 'react'
import { api } from '../data/api.ts'
import { useEvents } from '../data/events.ts'
import { FormProblem } from '../design/form-problem.tsx'
import { Icon } from '../design/icon.tsx'
import { PageHeader } from '../design/page-header.tsx'
import { useWords } from '../i18n/words.ts'
import { useSaid } from '../said/use-said.ts'
import './capture.css'
import { LiveScreen } from './live-screen.tsx'
import { useLiveInput } from './use-live-input.ts'
import { captureWords } from './words.ts'

const route = getRouteApi('/frame/inside/live/$id')

export function LivePage() {
  const t = useWords(captureWords)
  const said = useSaid()
  const navigate = useNavigate()
  const { id } = route.useParams()
  const [frame, setFrame] = useState<{ src: string; width: number; height: number } | null>(null)
  const [address, setAddress] = useState(route.useSearch().url ?? '')
  const [title, setTitle] = useState('')
  const [told, setTold] = useState<string | null>(null)
  const send = useLiveInput(id)
  const connection = useEvents('live.events', { params: { id } }, told === null, (event) => {
    if (event.kind === 'frame') setFrame({ ...event, src: `data:image/jpeg;base64,${event.jpeg}` })
    else if (event.kind === 'address') {
      setAddress(event.url)
      setTitle(event.title)
    } else setTold(event.reason)
  })
  // Closed before this page came, or by a restart of the server: nobody tells a reason then.
  const closed = told ?? (connection === 'refused' ? 'closed' : null)
  const capture = useMutation({
    mutationFn: () => api.call('live.capture', { params: { id }, body: {} }),
    onSuccess: (job) => navigate({ to: '/capture/$id', params: { id: job.id } }),
  })
  const close = useMutation({
    mutationFn: () => api.call('live.close', { params: { id } }),
    onSettled: () => navigate({ to: '/capture' }),
  })
  return (
    <>
      <PageHeader
        title={t('liveTitle')}
        text={t('liveHint')}
        acts={
          <>
            {closed === null && (
              <Button onClick={() => close.mutate()} loading={close.isPending}>
                {t('liveClose')}
              </Button>
            )}
            <Button
              type="primary"
              icon={<Icon name="capture" />}
              disabled={closed !== null || frame === null}
              loading={capture.isPending}
              onClick={() => capture.mutate()}
            >
              {t('liveCapture')}
            </Button>
          </>
        }
      />
      <FormProblem error={capture.error} />
      {closed !== null && (
        <Alert
          type="warning"
          showIcon
          className="live-closed"
          title={closed === 'closed' ? t('liveClosed') : t('liveClosedFor', { reason: said.sentence(closed) })}
          action={
            <Link to="/capture" search={{ urls: address }} className="button">
              {t('liveAgain')}
            </Link>
          }
        />
      )}
      <div className="live">
        <div className="live-bar">
          <Button
            icon={<Icon name="back" />}
            aria-label={t('liveBack')}
            onClick={() => send({ kind: 'back' })}
            disabled={closed !== null}
          />
          <Space.Compact block>
            <Input
              value={address}
              onChange={(event) => setAddress(event.target.value)}
              onPressEnter={() => send({ kind: 'navigate', url: address })}
              aria-label={t('liveAddress')}
              className="code"
              spellCheck={false}
            />
            <Button onClick={() => send({ kind: 'navigate', url: address })} disabled={closed !== null}>
              {t('liveGo')}
            </Button>
          </Space.Compact>
        </div>
        <p className="live-title second small ellipsis" aria-live="polite">
          {title}
        </p>
        <LiveScreen frame={frame} closed={closed !== null} send={send} />
      </div>
    </>
  )
}
