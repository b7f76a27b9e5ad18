/** Other ledgers that this one follows: how each is, what of it stands recorded here, and whom its policy believes. */
import { addressOf, type OtherChainView } from '@mingzheng/api'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ask } from '../data/api.ts'
import { Card, Facts, fact } from '../design/card.tsx'
import { Digest } from '../design/digest.tsx'
import { Icon } from '../design/icon.tsx'
import { Status } from '../design/status.tsx'
import { TimeText } from '../design/time-text.tsx'
import type { Meaning } from '../design/tokens.ts'
import { formatNumber } from '../i18n/formats.ts'
import { useBilingual, useLanguage } from '../i18n/language.ts'
import { useWords } from '../i18n/words.ts'
import { chainWords } from './chain-words.ts'
import './chains.css'
import { memberWords } from './member-words.ts'
import { useRoleWord } from './use-members.ts'

const MEANINGS: Readonly<Record<OtherChainView['state'], Meaning>> = {
  followed: 'proven',
  behind: 'watch',
  unreached: 'watch',
  unsigned: 'watch',
  inconsistent: 'must',
  equivocated: 'must',
  retired: 'plain',
}

export function ChainsCard() {
  const t = useWords(chainWords)
  const chains = useQuery({ ...ask('ledger.chains'), refetchInterval: 5000 }).data?.chains ?? []
  if (chains.length === 0) return null
  return (
    <Card title={t('title')}>
      <p className="second small">{t('text')}</p>
      {chains.map((chain) => (
        <Chain key={chain.origin} chain={chain} />
      ))}
    </Card>
  )
}

function Chain({ chain }: { chain: OtherChainView }) {
  const t = useWords(chainWords)
  const m = useWords(memberWords)
  const say = useBilingual()
  const role = useRoleWord()
  const language = useLanguage()
  const number = (value: number) => formatNumber(value, language)
  const { recorded, quorum, members, equivocations, seen } = chain
  const roles = quorum.anyOf.length === 0 ? '' : t('policyRoles', { roles: quorum.anyOf.map(role).join(m('or')) })
  const single = equivocations.length > 0 && chain.state !== 'equivocated'
  return (
    <section className="chain" data-testid="other-chain">
      <div className="chain-head">
        <div>
          <strong>{say(chain.name)}</strong>
          <div className="code quiet small break">{chain.origin}</div>
        </div>
        <Status meaning={MEANINGS[chain.state]} filled={MEANINGS[chain.state] === 'must'}>
          {t(chain.state)}
        </Status>
      </div>
      <p className="second small">
        {t(`${chain.state}Text`)}
        {chain.state !== 'followed' && chain.since !== null && (
          <>
            {' '}
            {t('since')} <TimeText time={chain.since} />
          </>
        )}
      </p>
      {single && <p className="meaning-must small">{t('membersOnly')}</p>}
      <Facts
        of={[
          fact(
            t('recorded'),
            recorded === null ? (
              t('recordedNone')
            ) : (
              <>
                <Link to="/ledger/$index" params={{ index: String(recorded.index) }}>
                  {t('recordedText', { size: number(recorded.size), index: number(recorded.index) })}
                </Link>{' '}
                <TimeText time={recorded.time} relative="only" />
              </>
            ),
          ),
          fact('SHA-256', recorded === null ? null : <Digest value={recorded.root} />),
          fact('SM3', recorded === null ? null : <Digest value={recorded.rootSm3} />),
          fact(t('seen'), seen === null ? null : t('entries', { size: number(seen) })),
          fact(
            t('policy'),
            <>
              {t('policyText', { atLeast: quorum.atLeast, count: members.length })}
              {roles}
              {chain.policyChanges > 0 && <div>{t('policyChanged', { count: chain.policyChanges })}</div>}
              <div>
                <Digest value={chain.policyId} />{' '}
                <a
                  href={addressOf('ledger.chainPolicy', { query: { origin: chain.origin } })}
                  download
                  className="small no-print"
                >
                  <Icon name="download" size={13} /> {t('download')}
                </a>
              </div>
            </>,
          ),
          fact(
            t('evidence'),
            equivocations.length === 0
              ? null
              : equivocations.map((index) => (
                  <Link key={index} to="/ledger/$index" params={{ index: String(index) }} className="chain-evidence">
                    #{number(index)}
                  </Link>
                )),
          ),
        ]}
      />
      <details>
        <summary>{t('members')}</summary>
        <ul className="chain-members">
          {members.map((member) => (
            <li key={member.id}>
              <span>
                {say(member.name)} <span className="quiet small">{role(member.role)}</span>
              </span>
              {member.shows !== null && (
                <Status meaning={member.shows === 'shown' ? 'proven' : 'watch'}>
                  {t(member.shows)}
                  {member.size !== null && ` · ${number(member.size)}`}
                </Status>
              )}
            </li>
          ))}
        </ul>
      </details>
    </section>
  )
}
