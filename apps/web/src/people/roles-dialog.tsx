import type { UserView } from '@mingzheng/api'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Checkbox } from 'antd'
import { useState } from 'react'
import { api } from '../data/api.ts'
import { ActDialog } from '../design/act-dialog.tsx'
import { useWords } from '../i18n/words.ts'
import { ROLES, roleWord } from './role-word.ts'
import { peopleWords } from './words.ts'

export function RolesDialog({ user, onClose }: { user: UserView; onClose: () => void }) {
  const t = useWords(peopleWords)
  const queries = useQueryClient()
  const [roles, setRoles] = useState(user.roles)
  const save = useMutation({
    mutationFn: () => api.call('users.roles', { params: { id: user.id }, body: { roles } }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['users.list'] })
      onClose()
    },
  })
  return (
    <ActDialog
      title={`${t('changeRoles')} · ${user.name}`}
      act={t('save')}
      work={save}
      onClose={onClose}
      onAct={() => save.mutate()}
    >
      <Checkbox.Group
        style={{ display: 'grid', gap: 10, padding: '8px 0 16px' }}
        value={roles}
        onChange={(next) => setRoles(next)}
        options={ROLES.map((role) => ({ value: role, label: t(roleWord(role)) }))}
      />
    </ActDialog>
  )
}
