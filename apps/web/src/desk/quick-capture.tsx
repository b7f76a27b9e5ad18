/** One address, one key: the fastest way to a capture. */
import { useNavigate } from '@tanstack/react-router'
import { Button, Input, Space } from 'antd'
import { useState } from 'react'
import { useRequestCapture } from '../capture/use-request-capture.ts'
import { FormProblem } from '../design/form-problem.tsx'
import { useWords } from '../i18n/words.ts'
import { deskWords } from './words.ts'

export function QuickCapture() {
  const t = useWords(deskWords)
  const navigate = useNavigate()
  const [url, setUrl] = useState('')
  const request = useRequestCapture()
  const start = () => {
    const urls = url.split(/\s+/).filter((part) => part !== '')
    if (urls.length === 0) return
    // Several addresses deserve the whole form: together or each?
    if (urls.length > 1) return void navigate({ to: '/capture', search: { urls: urls.join('\n') } })
    request.mutate({ urls })
  }
  return (
    <div className="quick">
      <Space.Compact block>
        <Input
          size="large"
          value={url}
          onChange={(event) => setUrl(event.target.value)}
          onPressEnter={start}
          placeholder={t('quickPlaceholder')}
          aria-label={t('quick')}
          inputMode="url"
          spellCheck={false}
        />
        <Button size="large" type="primary" onClick={start} loading={request.isPending}>
          {t('quick')}
        </Button>
      </Space.Compact>
      <FormProblem error={request.error} />
    </div>
  )
}
