import type { UserView } from '@mingzheng/api'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Checkbox, Modal } from 'antd'
import { useState } from 'react'
import { api } from '../data/api.ts'
import { useWords } from '../i18n/words.ts'
import { FormProblem } from '../sign-in/form-problem.tsx'
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
    <Modal
      open
      title={`${t('changeRoles')} · ${user.name}`}
      okText={t('save')}
      cancelText={t('cancel')}
      confirmLoading={save.isPending}
      onCancel={onClose}
      onOk={() => save.mutate()}
    >
      <Checkbox.Group
        style={{ display: 'grid', gap: 10, padding: '8px 0 16px' }}
        value={roles}
        onChange={(next) => setRoles(next)}
        options={ROLES.map((role) => ({ value: role, label: t(roleWord(role)) }))}
      />
      <FormProblem error={save.error} />
    </Modal>
  )
}
