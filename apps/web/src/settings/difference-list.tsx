/** What differs between two versions of the settings. */
import type { ParameterView, SettingsView } from '@mingzheng/api'
import { useWords } from '../i18n/words.ts'
import { BehaviourName } from '../leads/lead-words.tsx'
import { useParameterWords } from '../models/parameter-text.tsx'
import { differences, type GroupChange } from './draft.ts'
import { settingWords } from './words.ts'

interface DifferenceListProps {
  before: SettingsView
  after: SettingsView
  parameters: readonly ParameterView[]
}

export function DifferenceList({ before, after, parameters }: DifferenceListProps) {
  const t = useWords(settingWords)
  const said = useParameterWords()
  const found = differences(before, after, parameters)
  if (found.parameters.length + found.groups.length === 0) return <p className="second">{t('changesNone')}</p>
  return (
    <ul className="differences">
      {found.parameters.map(({ parameter, before: one, after: other }) => (
        <li key={`${parameter.model}-${parameter.name}`}>
          <BehaviourName behaviour={parameter.behaviour} /> · {said.name(parameter)}{' '}
          <span className="quiet">{one}</span> → <strong>{other}</strong>
          <div className="small second">{said.reason(parameter)}</div>
        </li>
      ))}
      {found.groups.map((change) => (
        <GroupDifference key={change.name} change={change} />
      ))}
    </ul>
  )
}

const KINDS = { added: 'groupAdded', removed: 'groupRemoved', changed: 'groupChanged' } as const
const MOST = 60

function GroupDifference({ change }: { change: GroupChange }) {
  const t = useWords(settingWords)
  const group = change.after ?? change.before!
  const some = (words: readonly string[]) =>
    words.slice(0, MOST).join('、') + (words.length > MOST ? ` … (${words.length})` : '')
  return (
    <li>
      {t(KINDS[change.kind])} <strong>{change.name}</strong> · <BehaviourName behaviour={group.behaviour} /> ·{' '}
      {group.law} {group.article} · {t('weight')} {group.weight}
      {change.wordsAdded.length > 0 && (
        <div>
          <span className="quiet">{t('wordsAdded')}</span> {some(change.wordsAdded)}
        </div>
      )}
      {change.wordsRemoved.length > 0 && (
        <div>
          <span className="quiet">{t('wordsRemoved')}</span> <s>{some(change.wordsRemoved)}</s>
        </div>
      )}
    </li>
  )
}
