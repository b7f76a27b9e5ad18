/** One line a member; on narrow screens one card a member. */
import type { LedgerMembers } from '@mingzheng/api'
import type { ReactNode } from 'react'
import { Digest } from '../design/digest.tsx'
import { Status } from '../design/status.tsx'
import { TimeText } from '../design/time-text.tsx'
import { formatNumber } from '../i18n/formats.ts'
import { useBilingual, useLanguage } from '../i18n/language.ts'
import { useWords } from '../i18n/words.ts'
import { MEANINGS, memberState } from './member-state.ts'
import { memberWords } from './member-words.ts'
import { useMemberSaid, useRoleWord } from './use-members.ts'
import { ledgerWords } from './words.ts'

export function MembersTable({ of }: { of: LedgerMembers }) {
  const t = useWords(memberWords)
  const l = useWords(ledgerWords)
  const say = useBilingual()
  const language = useLanguage()
  const role = useRoleWord()
  const said = useMemberSaid()
  const number = (value: number | null) => (value === null ? <None word={t('none')} /> : formatNumber(value, language))
  const appHash = t('appHash', { block: of.blockHeight === null ? '' : formatNumber(of.blockHeight, language) })
  const titles = [t('member'), t('state'), t('entries'), t('root'), t('rootSm3'), t('height'), appHash, t('witnessed')]
  return (
    <table className="members-table">
      <thead>
        <tr>
          {titles.map((title) => (
            <th key={title} scope="col">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {of.members.map((member) => {
          const { word, text } = said(member, of)
          const state = memberState(member, of)
          const independence = member.independent
            ? l('independent')
            : of.consortium
              ? t('notIndependent')
              : l('operator')
          const cells: ReactNode[] = [
            <div key="state">
              <Status meaning={MEANINGS[state]}>{word}</Status>
              <div className="second small members-why">{text}</div>
            </div>,
            number(member.size),
            member.root === null ? <None key="root" word={t('none')} /> : <Digest key="root" value={member.root} />,
            member.rootSm3 === null ? <None key="sm3" word={t('none')} /> : <Digest key="sm3" value={member.rootSm3} />,
            number(member.height),
            member.appHash === null ? (
              <None key="app" word={of.consortium ? t('notKept') : t('none')} />
            ) : (
              <Digest key="app" value={member.appHash} />
            ),
            <div key="witnessed">
              {formatNumber(member.witnessedSize, language)}
              {member.witnessedAt !== null && (
                <div className="small quiet">
                  <TimeText time={member.witnessedAt} />
                </div>
              )}
            </div>,
          ]
          return (
            <tr key={member.id}>
              <th scope="row">
                {say(member.name)}
                <div className="quiet small">
                  {role(member.role)} · {independence}
                </div>
              </th>
              {cells.map((cell, i) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the columns stand still
                <td key={i} data-name={titles[i + 1]}>
                  {cell}
                </td>
              ))}
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}

function None({ word }: { word: string }) {
  return <span className="quiet">{word}</span>
}
