/** Imports of a register, newest first. */
import type { RegisterImportView, RegisterKindName } from '@mingzheng/api'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { api, ask } from '../data/api.ts'
import { may, useMe } from '../data/me.ts'
import { Card } from '../design/card.tsx'
import { Status } from '../design/status.tsx'
import { TimeText } from '../design/time-text.tsx'
import type { Meaning } from '../design/tokens.ts'
import { useConfirm } from '../design/use-confirm.ts'
import { useWords } from '../i18n/words.ts'
import { registerWords } from './words.ts'

const MEANINGS: Record<RegisterImportView['state'], Meaning> = {
  uploaded: 'plain',
  waiting: 'running',
  reading: 'running',
  done: 'proven',
  cancelled: 'plain',
  failed: 'must',
}

export function ImportState({ state }: { state: RegisterImportView['state'] }) {
  const t = useWords(registerWords)
  return <Status meaning={MEANINGS[state]}>{t(`state-${state}`)}</Status>
}

/** What it came from: a file, the list for a start, an earlier version. */
export function ImportName({ one }: { one: RegisterImportView }) {
  const t = useWords(registerWords)
  if (one.format === 'seed') return <>{t('seed')}</>
  return <>{one.format === 'rollback' ? t('restored', { n: one.mapping.version ?? 0 }) : one.fileName}</>
}

function RestoreButton({ one: { kind, version }, newest }: { one: RegisterImportView; newest: number }) {
  const t = useWords(registerWords)
  const me = useMe()
  const confirm = useConfirm()
  const queries = useQueryClient()
  if (kind === 'keywords' || version === null || version >= newest || !may(me, 'monitoring.settings')) return null
  const restore = async () => {
    await api.call('registers.rollback', { params: { kind }, body: { version } })
    await queries.invalidateQueries({ queryKey: ['registers.imports'] })
  }
  return (
    <Button
      size="small"
      type="link"
      onClick={() =>
        confirm({
          title: t('restoreTitle', { n: version }),
          text: t('restoreText', { n: version }),
          act: t('restore'),
          onAct: restore,
        })
      }
    >
      {t('restore')}
    </Button>
  )
}

export function ImportList({ kind }: { kind: RegisterKindName }) {
  const t = useWords(registerWords)
  const list = useQuery({ ...ask('registers.imports', { params: { kind } }), refetchInterval: 10_000 })
  const imports = list.data?.imports ?? []
  const newest = Math.max(0, ...imports.map(({ version }) => version ?? 0))
  return (
    <Card title={t('imports')}>
      {list.isSuccess && imports.length === 0 && <p className="second">{t('importsNone')}</p>}
      <ul className="plain-list">
        {imports.map((one) => (
          <li key={one.id} className="import-line">
            <ImportState state={one.state} />{' '}
            <Link to="/registers/$kind/import" params={{ kind }} search={{ id: one.id }}>
              <ImportName one={one} />
            </Link>{' '}
            <span className="quiet small">
              {one.version !== null && t('version', { n: one.version })} {t('by', { by: one.by })}{' '}
              <TimeText time={one.at} relative="only" />
            </span>
            {one.state === 'done' && <RestoreButton one={one} newest={newest} />}
          </li>
        ))}
      </ul>
    </Card>
  )
}
