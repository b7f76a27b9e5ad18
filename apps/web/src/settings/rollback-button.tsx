/** Proposes anew what an earlier version said, with a reason. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { api } from '../data/api.ts'
import { may, useMe } from '../data/me.ts'
import { ActDialog } from '../design/act-dialog.tsx'
import { useWords } from '../i18n/words.ts'
import { settingWords } from './words.ts'

export function RollbackButton({ version }: { version: number }) {
  const t = useWords(settingWords)
  const me = useMe()
  const [open, setOpen] = useState(false)
  const [note, setNote] = useState('')
  const navigate = useNavigate()
  const queries = useQueryClient()
  const act = useMutation({
    mutationFn: () => api.call('settings.rollback', { params: { version }, body: { note } }),
    onSuccess: async (made) => {
      await queries.invalidateQueries({ queryKey: ['settings.read'] })
      setOpen(false)
      await navigate({ to: '/settings/$version', params: { version: String(made.version) } })
    },
  })
  if (!may(me, 'monitoring.settings')) return null
  const name = version === 0 ? t('rollbackShipped') : t('rollback')
  return (
    <>
      <Button onClick={() => setOpen(true)}>{name}</Button>
      {open && (
        <ActDialog
          title={version === 0 ? t('rollbackShipped') : t('rollbackTitle', { n: version })}
          act={name}
          work={act}
          onClose={() => setOpen(false)}
          onAct={() => act.mutate()}
        >
          <p className="second">{version === 0 ? t('rollbackShippedText') : t('rollbackText', { n: version })}</p>
          <Input
            value={note}
            aria-label={t('note')}
            placeholder={t('note')}
            onChange={(event) => setNote(event.target.value)}
          />
        </ActDialog>
      )}
    </>
  )
}
