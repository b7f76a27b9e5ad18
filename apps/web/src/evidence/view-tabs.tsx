/** Saved views: one click to a search one uses every day. */
import type { AnswerOf } from '@mingzheng/api'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Input, Popover, Space } from 'antd'
import { useState } from 'react'
import { api, ask } from '../data/api.ts'
import { Icon } from '../design/icon.tsx'
import { designWords } from '../design/words.ts'
import { useWords } from '../i18n/words.ts'
import { type EvidenceSearch, searchOf, searchText } from './filters.ts'
import { evidenceWords } from './words.ts'

type SavedView = AnswerOf<'views.list'>['views'][number]

/** How long a removal can be taken back. */
const UNDO_SECONDS = 8

interface ViewTabsProps {
  search: EvidenceSearch
  onGo: (search: EvidenceSearch) => void
}

export function ViewTabs({ search, onGo }: ViewTabsProps) {
  const t = useWords(evidenceWords)
  const queries = useQueryClient()
  const views = useQuery(ask('views.list'))
  const now = searchText(search)
  const reload = () => queries.invalidateQueries({ queryKey: ['views.list'] })
  const d = useWords(designWords)
  const { message } = App.useApp()
  const restore = useMutation({
    mutationFn: ({ name, query }: SavedView) => api.call('views.save', { body: { name, query } }),
    onSuccess: reload,
  })
  const remove = useMutation({
    mutationFn: ({ id }: SavedView) => api.call('views.remove', { params: { id } }),
    onSuccess: (_, view) => {
      void message.open({
        type: 'success',
        key: view.id,
        duration: UNDO_SECONDS,
        content: (
          <>
            {t('viewRemoved', { name: view.name })}{' '}
            <Button
              size="small"
              type="link"
              onClick={() => {
                message.destroy(view.id)
                restore.mutate(view)
              }}
            >
              {d('undo')}
            </Button>
          </>
        ),
      })
      return reload()
    },
  })
  const saved = views.data?.views ?? []
  const isSaved = now === '' || saved.some((view) => view.query === now)
  return (
    <nav className="view-tabs no-print" aria-label={t('views')}>
      <button type="button" className={`bare view-tab${now === '' ? ' view-now' : ''}`} onClick={() => onGo({})}>
        {t('viewAll')}
      </button>
      {saved.map((view) => (
        <span key={view.id} className={`view-tab${now === view.query ? ' view-now' : ''}`}>
          <button type="button" className="bare" onClick={() => onGo(searchOf(view.query))}>
            {view.name}
          </button>
          {now === view.query && (
            <button
              type="button"
              className="bare quiet"
              aria-label={t('viewRemove', { name: view.name })}
              onClick={() => remove.mutate(view)}
            >
              <Icon name="close" size={12} />
            </button>
          )}
        </span>
      ))}
      {!isSaved && <SaveView query={now} onSaved={() => void reload()} />}
    </nav>
  )
}

function SaveView({ query, onSaved }: { query: string; onSaved: () => void }) {
  const t = useWords(evidenceWords)
  const [open, setOpen] = useState(false)
  const [name, setName] = useState('')
  const save = useMutation({
    mutationFn: () => api.call('views.save', { body: { name: name.trim(), query } }),
    onSuccess: () => {
      setOpen(false)
      setName('')
      onSaved()
    },
  })
  const start = () => name.trim() !== '' && save.mutate()
  return (
    <Popover
      trigger="click"
      open={open}
      onOpenChange={setOpen}
      content={
        <Space.Compact>
          <Input
            autoFocus
            maxLength={60}
            value={name}
            placeholder={t('viewName')}
            onChange={(event) => setName(event.target.value)}
            onPressEnter={start}
          />
          <Button type="primary" loading={save.isPending} onClick={start}>
            {t('save')}
          </Button>
        </Space.Compact>
      }
    >
      <button type="button" className="bare view-tab view-save">
        <Icon name="star" size={14} /> {t('viewSave')}
      </button>
    </Popover>
  )
}
