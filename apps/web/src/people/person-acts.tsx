/** What an administrator may do to a person: state by the system administrator, roles and lockouts by the security one. */
import type { UserView } from '@mingzheng/api'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { App, Button, Dropdown } from 'antd'
import { api } from '../data/api.ts'
import { may, useMe } from '../data/me.ts'
import { Icon } from '../design/icon.tsx'
import { useProblemText } from '../design/problem-view.tsx'
import { useConfirm } from '../design/use-confirm.ts'
import { useWords } from '../i18n/words.ts'
import { peopleWords } from './words.ts'

interface PersonActsProps {
  user: UserView
  /** Opens the dialog of roles, which outlives the row: the table draws its rows anew at another width. */
  onRoles: (user: UserView) => void
}

export function PersonActs({ user, onRoles }: PersonActsProps) {
  const t = useWords(peopleWords)
  const textOf = useProblemText()
  const me = useMe()
  const { message } = App.useApp()
  const confirm = useConfirm()
  const queries = useQueryClient()
  const params = { id: user.id }
  const act = useMutation({
    mutationFn: (what: 'active' | 'disabled' | 'unlock') =>
      what === 'unlock'
        ? api.call('users.unlock', { params })
        : api.call('users.state', { params, body: { state: what } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['users.list'] }),
  })
  const perform = (what: 'active' | 'unlock') =>
    act.mutate(what, {
      onError: (error) => {
        const { title, detail } = textOf(error)
        void message.error(detail === '' ? title : detail)
      },
    })
  const disable = () =>
    confirm({
      title: t('disableTitle', { name: user.name }),
      text: t('disableText'),
      act: t('disable'),
      onAct: () => act.mutateAsync('disabled'),
    })
  const manage = may(me, 'organisation.manage')
  const secure = may(me, 'security.manage')
  const items = [
    ...(manage && user.state !== 'disabled'
      ? [{ key: 'disable', label: t('disable'), danger: true, onClick: disable }]
      : []),
    ...(manage && user.state === 'disabled'
      ? [{ key: 'enable', label: t('enable'), onClick: () => perform('active') }]
      : []),
    ...(secure && user.state === 'locked'
      ? [{ key: 'unlock', label: t('unlock'), onClick: () => perform('unlock') }]
      : []),
    ...(secure ? [{ key: 'roles', label: t('changeRoles'), onClick: () => onRoles(user) }] : []),
  ]
  if (items.length === 0) return null
  return (
    <Dropdown trigger={['click']} menu={{ items }} placement="bottomRight">
      <Button
        type="text"
        size="small"
        icon={<Icon name="more" />}
        aria-label={`${t('acts')} ${user.name}`}
        loading={act.isPending}
      />
    </Dropdown>
  )
}
