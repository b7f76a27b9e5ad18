import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Radio } from 'antd'
import { useState } from 'react'
import { api } from '../data/api.ts'
import { ActDialog } from '../design/act-dialog.tsx'
import { useWords } from '../i18n/words.ts'
import type { KeyCertificate } from './keys-page.tsx'
import { keysWords } from './words.ts'

const REASONS = ['key-compromise', 'superseded', 'cessation'] as const

export function RevokeDialog({ certificate, onClose }: { certificate: KeyCertificate; onClose: () => void }) {
  const t = useWords(keysWords)
  const queries = useQueryClient()
  const [reason, setReason] = useState<(typeof REASONS)[number]>('superseded')
  const revoke = useMutation({
    mutationFn: () => api.call('keys.revoke', { params: { serial: certificate.serial }, body: { reason } }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['keys.list'] })
      onClose()
    },
  })
  return (
    <ActDialog
      danger
      title={t('revokeTitle')}
      act={t('revoke')}
      work={revoke}
      onClose={onClose}
      onAct={() => revoke.mutate()}
    >
      <div style={{ display: 'grid', gap: 12, padding: '8px 0' }}>
        <p className="break">{certificate.subject}</p>
        <p className="second">{t('revokeText')}</p>
        <Radio.Group
          value={reason}
          onChange={(event) => setReason(event.target.value)}
          options={REASONS.map((value) => ({ value, label: t(value) }))}
        />
      </div>
    </ActDialog>
  )
}
