/** Imports of a register, newest first. */
import type { RegisterImportView, RegisterKindName } from '@mingzheng/api'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ask } from '../data/api.ts'
import { Card } from '../design/card.tsx'
import { Status } from '../design/status.tsx'
import { TimeText } from '../design/time-text.tsx'
import type { Meaning } from '../design/tokens.ts'
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

export function ImportList({ kind }: { kind: RegisterKindName }) {
  const t = useWords(registerWords)
  const list = useQuery({ ...ask('registers.imports', { params: { kind } }), refetchInterval: 10_000 })
  const imports = list.data?.imports ?? []
  return (
    <Card title={t('imports')}>
      {list.isSuccess && imports.length === 0 && <p className="second">{t('importsNone')}</p>}
      <ul className="plain-list">
        {imports.map((one) => (
          <li key={one.id} className="import-line">
            <ImportState state={one.state} />{' '}
            <Link to="/registers/$kind/import" params={{ kind }} search={{ id: one.id }}>
              {one.format === 'seed' ? t('seed') : one.fileName}
            </Link>{' '}
            <span className="quiet small">
              {one.version !== null && t('version', { n: one.version })} {t('by', { by: one.by })}{' '}
              <TimeText time={one.at} relative="only" />
            </span>
          </li>
        ))}
      </ul>
    </Card>
  )
}
