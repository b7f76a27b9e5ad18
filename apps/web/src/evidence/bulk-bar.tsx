/** What can be done to the selected evidence. */
import { addressOf } from '@mingzheng/api'
import { useNavigate } from '@tanstack/react-router'
import { App, Button } from 'antd'
import { may, useMe } from '../data/me.ts'
import { copyText } from '../design/copy-text.ts'
import { Icon } from '../design/icon.tsx'
import { useWords } from '../i18n/words.ts'
import { evidenceWords } from './words.ts'

/** Browsers ask before a page starts many downloads; one after the other keeps them in order. */
const DOWNLOAD_GAP_MS = 400

export function BulkBar({ numbers, onClear }: { numbers: string[]; onClear: () => void }) {
  const t = useWords(evidenceWords)
  const me = useMe()
  const navigate = useNavigate()
  const { message } = App.useApp()
  const [left, right] = numbers
  const download = async () => {
    for (const number of numbers) {
      const link = document.createElement('a')
      link.href = addressOf('evidence.package', { params: { number } })
      link.download = ''
      link.click()
      await new Promise((resolve) => setTimeout(resolve, DOWNLOAD_GAP_MS))
    }
  }
  const copy = async () => {
    await copyText(numbers.join('\n'))
    void message.success(t('copied'))
  }
  return (
    <div className="bulk-bar no-print" role="toolbar">
      <strong>{t('selected', { count: numbers.length })}</strong>
      {may(me, 'evidence.download') && (
        <Button icon={<Icon name="download" />} onClick={() => void download()}>
          {t('download')}
        </Button>
      )}
      {numbers.length === 2 && left !== undefined && right !== undefined && (
        <Button
          icon={<Icon name="compare" />}
          onClick={() => void navigate({ to: '/evidence/compare', search: { left, right } })}
        >
          {t('compare')}
        </Button>
      )}
      <Button icon={<Icon name="copy" />} onClick={() => void copy()}>
        {t('copyNumbers')}
      </Button>
      <Button type="text" icon={<Icon name="close" />} onClick={onClear} aria-label={t('clearSelection')} />
    </div>
  )
}
