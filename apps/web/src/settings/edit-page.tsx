/** Editing the settings: parameters with their reasons, keyword groups with their law; tried, then proposed. */
import type { AnswerOf, SettingsView } from '@mingzheng/api'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { api, ask } from '../data/api.ts'
import { ActDialog } from '../design/act-dialog.tsx'
import { Bones } from '../design/bones.tsx'
import { Card } from '../design/card.tsx'
import { PageHeader } from '../design/page-header.tsx'
import { ProblemView } from '../design/problem-view.tsx'
import { useWords } from '../i18n/words.ts'
import { DifferenceList } from './difference-list.tsx'
import { isSame, withValue } from './draft.ts'
import { GroupList } from './group-list.tsx'
import { ParameterList } from './parameter-list.tsx'
import { PreviewPart } from './preview-part.tsx'
import './settings.css'
import { settingWords } from './words.ts'

const route = getRouteApi('/frame/inside/settings/edit')

type Settings = AnswerOf<'settings.read'>

export function EditPage() {
  // What is being edited stays while the active version changes elsewhere; proposing then says so.
  const settings = useQuery({
    ...ask('settings.read'),
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  })
  if (settings.isError) return <ProblemView error={settings.error} onRetry={() => void settings.refetch()} />
  if (settings.isPending) return <Bones height={240} />
  return <Editor settings={settings.data} key={settings.data.active} />
}

/** Where the page was opened with a value to try, it is set already. */
function startOf(settings: Settings, behaviour: string | undefined, lead: number | undefined): SettingsView {
  const own = settings.parameters.filter((one) => one.behaviour === behaviour && one.name === 'lead')
  return lead === undefined
    ? settings.content
    : own.reduce((content, one) => withValue(content, one, lead), settings.content)
}

function Editor({ settings }: { settings: Settings }) {
  const t = useWords(settingWords)
  const { behaviour, lead } = route.useSearch()
  const [draft, setDraft] = useState<SettingsView>(() => startOf(settings, behaviour, lead))
  const [proposing, setProposing] = useState(false)
  const same = isSame(settings.content, draft, settings.parameters)
  const isWhole = draft.groups.every(
    ({ name, words, law }) => name.trim() !== '' && words.length > 0 && law.trim() !== '',
  )
  return (
    <>
      <PageHeader
        title={t('editTitle')}
        text={t('editText')}
        before={
          <Link to="/settings" className="small">
            {t('title')}
          </Link>
        }
        acts={
          <>
            <Button disabled={same} onClick={() => setDraft(settings.content)}>
              {t('undo')}
            </Button>
            <Button type="primary" disabled={same || !isWhole} onClick={() => setProposing(true)}>
              {t('propose')}
            </Button>
          </>
        }
      />
      <div className="setting-grid">
        <div className="setting-page">
          <Card title={t('parameters')}>
            <p className="second">{t('parametersText')}</p>
            <ParameterList
              parameters={settings.parameters}
              content={draft}
              active={settings.content}
              first={behaviour}
              onChange={setDraft}
            />
          </Card>
          <Card title={t('groups')}>
            <p className="second">{t('groupsText')}</p>
            <GroupList content={draft} onChange={setDraft} />
          </Card>
        </div>
        <div className="setting-page">
          <Card title={settings.active === 0 ? t('changesShipped') : t('changes', { n: settings.active })}>
            <DifferenceList before={settings.content} after={draft} parameters={settings.parameters} />
          </Card>
          {!same && isWhole && <PreviewPart content={draft} />}
        </div>
      </div>
      {proposing && <ProposeDialog content={draft} basedOn={settings.active} onClose={() => setProposing(false)} />}
    </>
  )
}

function ProposeDialog({ content, basedOn, onClose }: { content: SettingsView; basedOn: number; onClose: () => void }) {
  const t = useWords(settingWords)
  const navigate = useNavigate()
  const queries = useQueryClient()
  const [note, setNote] = useState('')
  const [missing, setMissing] = useState(false)
  const propose = useMutation({
    mutationFn: () => api.call('settings.propose', { body: { content, basedOn, note } }),
    onSuccess: async ({ version }) => {
      await queries.invalidateQueries({ queryKey: ['settings.read'] })
      await navigate({ to: '/settings/$version', params: { version: String(version) } })
    },
  })
  return (
    <ActDialog
      title={t('proposeTitle')}
      act={t('propose')}
      work={propose}
      onClose={onClose}
      onAct={() => (note.trim() === '' ? setMissing(true) : propose.mutate())}
    >
      <p className="second">{t('proposeText')}</p>
      <Input.TextArea
        value={note}
        aria-label={t('note')}
        {...(missing ? { status: 'error' as const } : {})}
        autoSize={{ minRows: 2, maxRows: 6 }}
        onChange={(event) => {
          setNote(event.target.value)
          setMissing(false)
        }}
      />
      {missing && <p className="meaning-must">{t('noteNeeded')}</p>}
    </ActDialog>
  )
}
