/** New capture: addresses, what the case is, start; or sign in to the site first. */
import type { CaptureRequestBody } from '@mingzheng/api'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { Alert, Button, Form, Input, Radio, Select } from 'antd'
import { useMemo, useState } from 'react'
import { ask } from '../data/api.ts'
import { useMe } from '../data/me.ts'
import { Card } from '../design/card.tsx'
import { FormProblem } from '../design/form-problem.tsx'
import { Icon } from '../design/icon.tsx'
import { PageHeader } from '../design/page-header.tsx'
import { useWords } from '../i18n/words.ts'
import './capture.css'
import { CaptureAside } from './capture-aside.tsx'
import { findAddresses } from './find-addresses.ts'
import { useRequestCapture } from './use-request-capture.ts'
import { captureWords } from './words.ts'

const route = getRouteApi('/frame/inside/capture')
const MOST = 1000

type Details = Pick<CaptureRequestBody, 'cause' | 'caseReference' | 'secondOfficer' | 'witness' | 'arrangement'>

export function NewCapturePage() {
  const t = useWords(captureWords)
  const me = useMe()
  const { urls: given = '', recaptureOf } = route.useSearch()
  const [text, setText] = useState(given)
  const [shown, setShown] = useState(false)
  const found = useMemo(() => findAddresses(text), [text])
  const officers = useQuery(ask('officers.list'))
  const request = useRequestCapture()
  const wrong = found.urls.length === 0 ? t('addressesNone') : found.urls.length > MOST ? t('addressesMany') : null
  const start = (details: Details) => {
    setShown(true)
    if (wrong !== null) return
    request.mutate({ ...details, urls: found.urls, recaptureOf: recaptureOf ?? null })
  }
  return (
    <>
      <PageHeader title={t('newTitle')} text={t('newText')} />
      <Form<Details> layout="vertical" className="new-capture" onFinish={start} initialValues={{ arrangement: 'each' }}>
        <div className="new-capture-main">
          {recaptureOf !== undefined && <Alert type="info" showIcon title={t('recapture', { number: recaptureOf })} />}
          <Card title={t('addresses')}>
            <Input.TextArea
              autoFocus
              value={text}
              onChange={(event) => setText(event.target.value)}
              autoSize={{ minRows: 4, maxRows: 14 }}
              placeholder={`https://\n${t('addressesHint')}`}
              aria-label={t('addresses')}
              className="code"
              spellCheck={false}
              {...(shown && wrong !== null ? { status: 'error' as const } : {})}
              onKeyDown={(event) => {
                if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
                  event.currentTarget.form?.requestSubmit()
                }
              }}
            />
            <p className="new-capture-found small" aria-live="polite">
              {shown && wrong !== null ? (
                <span className="meaning-must">{wrong}</span>
              ) : found.urls.length > 0 ? (
                <span className="second">
                  {t('found', { count: found.urls.length })}
                  {found.duplicates > 0 && ` · ${t('duplicate', { count: found.duplicates })}`}
                </span>
              ) : (
                <span className="quiet">{t('addressesHint')}</span>
              )}
            </p>
            {found.urls.length > 1 && (
              <Form.Item name="arrangement" label={t('arrangement')} style={{ marginBottom: 0 }}>
                <Radio.Group
                  className="new-capture-arrangement"
                  options={[
                    { value: 'each', label: t('each') },
                    { value: 'together', label: t('together') },
                  ]}
                />
              </Form.Item>
            )}
          </Card>
          <Card title={t('more')}>
            <div className="new-capture-fields">
              <Form.Item name="cause" label={t('cause')}>
                <Input placeholder={t('causeHint')} maxLength={500} />
              </Form.Item>
              <Form.Item name="caseReference" label={t('caseReference')}>
                <Input maxLength={100} />
              </Form.Item>
              <Form.Item name="secondOfficer" label={t('secondOfficer')} tooltip={t('secondHint')}>
                <Select
                  allowClear
                  showSearch={{ optionFilterProp: 'label' }}
                  loading={officers.isPending}
                  options={(officers.data?.officers ?? [])
                    .filter((officer) => officer.cardNumber !== me?.user.cardNumber)
                    .map((officer) => ({ value: officer.id, label: `${officer.name}　${officer.cardNumber}` }))}
                />
              </Form.Item>
              <Form.Item name="witness" label={t('witness')}>
                <Input maxLength={100} />
              </Form.Item>
            </div>
          </Card>
          <FormProblem error={request.error} />
          <div className="new-capture-start">
            <Button
              type="primary"
              size="large"
              htmlType="submit"
              icon={<Icon name="capture" />}
              loading={request.isPending}
            >
              {t('start')}
            </Button>
            <span className="quiet small">
              <kbd>Ctrl</kbd> <kbd>Enter</kbd>
            </span>
          </div>
        </div>
        <CaptureAside url={found.urls[0]} />
      </Form>
    </>
  )
}
