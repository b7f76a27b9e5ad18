/** Look-up by index, certificate number or commitment: the three that need no secret. */
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Input } from 'antd'
import { useState } from 'react'
import { ask } from '../data/api.ts'
import { Card } from '../design/card.tsx'
import { Empty } from '../design/empty.tsx'
import { ProblemView } from '../design/problem-view.tsx'
import { useWords } from '../i18n/words.ts'
import { EntryTable } from './entry-list.tsx'
import { readLookUp } from './read-look-up.ts'
import { ledgerWords } from './words.ts'

export function LookUp({ find }: { find: string | undefined }) {
  const t = useWords(ledgerWords)
  const navigate = useNavigate()
  const [text, setText] = useState(find ?? '')
  const [wrong, setWrong] = useState(false)
  const start = (value: string) => {
    const asked = readLookUp(value)
    setWrong(asked === null && value.trim() !== '')
    if (value.trim() === '') return void navigate({ to: '/ledger', search: {} })
    if (asked?.kind === 'index') {
      return void navigate({ to: '/ledger/$index', params: { index: String(asked.index) } })
    }
    if (asked !== null) void navigate({ to: '/ledger', search: { find: asked.value } })
  }
  return (
    <>
      <div className="no-print">
        <Input.Search
          size="large"
          value={text}
          onChange={(event) => setText(event.target.value)}
          onSearch={start}
          allowClear
          enterButton={t('findButton')}
          placeholder={t('findHint')}
          aria-label={t('findHint')}
          spellCheck={false}
          {...(wrong ? { status: 'error' as const } : {})}
        />
        {wrong && (
          <p className="meaning-must small" role="alert">
            {t('findWrong')}
          </p>
        )}
      </div>
      {find !== undefined && <Found find={find} />}
    </>
  )
}

function Found({ find }: { find: string }) {
  const t = useWords(ledgerWords)
  const asked = readLookUp(find)
  const query = asked?.kind === 'commitment' ? { commitment: asked.value } : { number: find }
  const found = useQuery(ask('ledger.lookup', { query }))
  if (found.isError) return <ProblemView error={found.error} onRetry={() => void found.refetch()} />
  return (
    <Card title={t('find')} flush>
      {found.data?.entries.length === 0 ? (
        <Empty icon="search" title={t('findNone')} text={t('findNoneText')} />
      ) : (
        <EntryTable entries={found.data?.entries} {...('number' in query ? { number: query.number } : {})} />
      )}
    </Card>
  )
}
