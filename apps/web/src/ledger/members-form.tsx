/** Where to compare: a number of entries, and a block; the newest of both when left empty. */
import { useNavigate } from '@tanstack/react-router'
import { Button, InputNumber } from 'antd'
import { useId, useState } from 'react'
import { formatNumber } from '../i18n/formats.ts'
import { useLanguage } from '../i18n/language.ts'
import { useWords } from '../i18n/words.ts'
import { memberWords } from './member-words.ts'

interface MembersFormProps {
  size: number | undefined
  block: number | undefined
  /** Entries of the ledger now. */
  newest: number | undefined
}

export function MembersForm({ size, block, newest }: MembersFormProps) {
  const t = useWords(memberWords)
  const language = useLanguage()
  const navigate = useNavigate()
  const [wantedSize, setSize] = useState<number | null>(size ?? null)
  const [wantedBlock, setBlock] = useState<number | null>(block ?? null)
  const ids = { size: useId(), block: useId() }
  const tooMuch = wantedSize !== null && newest !== undefined && wantedSize > newest
  const go = (to: { size?: number; block?: number }) => void navigate({ to: '/ledger/members', search: to })
  return (
    <form
      className="members-form no-print"
      onSubmit={(event) => {
        event.preventDefault()
        if (tooMuch) return
        go({
          ...(wantedSize === null ? {} : { size: wantedSize }),
          ...(wantedBlock === null ? {} : { block: wantedBlock }),
        })
      }}
    >
      <div>
        <label htmlFor={ids.size}>{t('size')}</label>
        <InputNumber
          id={ids.size}
          min={0}
          precision={0}
          value={wantedSize}
          onChange={setSize}
          placeholder={t('newest')}
          {...(tooMuch ? { status: 'error' as const } : {})}
        />
      </div>
      <div>
        <label htmlFor={ids.block}>{t('block')}</label>
        <InputNumber
          id={ids.block}
          min={1}
          precision={0}
          value={wantedBlock}
          onChange={setBlock}
          placeholder={t('newest')}
        />
      </div>
      <Button type="primary" htmlType="submit">
        {t('compare')}
      </Button>
      {(size !== undefined || block !== undefined) && <Button onClick={() => go({})}>{t('newest')}</Button>}
      {tooMuch && (
        <p className="meaning-must small" role="alert">
          {t('sizeWrong', { size: formatNumber(newest, language) })}
        </p>
      )}
    </form>
  )
}
