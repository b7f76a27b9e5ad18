/** One lead: why, what was seen, whose it is, what happened, and what can be done now. */
import type { LeadDetail, LeadView } from '@mingzheng/api'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { ask } from '../data/api.ts'
import { BonesList } from '../design/bones.tsx'
import { Card, Facts, fact } from '../design/card.tsx'
import { Digest } from '../design/digest.tsx'
import { Icon } from '../design/icon.tsx'
import { PageHeader } from '../design/page-header.tsx'
import { ProblemView } from '../design/problem-view.tsx'
import { Standing } from '../design/states.tsx'
import { TimeText } from '../design/time-text.tsx'
import { formatBytes } from '../i18n/formats.ts'
import { useWords } from '../i18n/words.ts'
import { FindingFacts } from './finding-facts.tsx'
import { LeadActs } from './lead-acts.tsx'
import { LeadTimeline } from './lead-timeline.tsx'
import { BehaviourName, LeadState } from './lead-words.tsx'
import './leads.css'
import { LogoCard } from './logo-card.tsx'
import { PriceChart } from './price-chart.tsx'
import { ValidityCard } from './validity-card.tsx'
import { leadWords } from './words.ts'

const route = getRouteApi('/frame/inside/leads/$id')

export function LeadPage() {
  const t = useWords(leadWords)
  const { id } = route.useParams()
  const asked = useQuery({ ...ask('leads.read', { params: { id } }), refetchInterval: 15_000 })
  const lead = asked.data
  if (asked.isError) return <ProblemView error={asked.error} onRetry={() => void asked.refetch()} />
  if (lead === undefined) return <BonesList rows={8} />
  return (
    <>
      <PageHeader
        title={lead.title}
        before={
          <Link to="/leads" className="small">
            <Icon name="back" size={13} /> {t('back')}
          </Link>
        }
        text={
          <span className="finding-head">
            <LeadState state={lead.state} />
            <span>
              <BehaviourName behaviour={lead.behaviour} />
            </span>
            <span>{lead.platform.name}</span>
            <span>{t('seenTimes', { count: lead.seen })}</span>
            {lead.dismissedFor !== null && (
              <span>{t('dismissedFor', { reason: t(`reason-${lead.dismissedFor}`) })}</span>
            )}
            {lead.demo && <span className="quiet">{t('demo')}</span>}
          </span>
        }
        acts={<LeadActs lead={lead} />}
      />
      <div className="lead">
        <div className="lead-main">
          <Card title={t('why')}>
            {lead.findings.map((finding) => (
              <FindingFacts key={finding.id} finding={finding} />
            ))}
          </Card>
          <LogoCard logos={lead.logos} />
          <PriceChart prices={lead.prices} />
          <LeadTimeline events={lead.timeline} />
        </div>
        <div className="lead-side">
          <WhereCard lead={lead} />
          <ValidityCard id={lead.id} />
          <FactsCard facts={lead.facts} />
          <ShopCard lead={lead} />
          <Card title={t('lookAlikes')} flush>
            <SmallLeads leads={lead.lookAlikes} none={t('lookAlikesNone')} />
          </Card>
        </div>
      </div>
    </>
  )
}

function WhereCard({ lead }: { lead: LeadDetail }) {
  const t = useWords(leadWords)
  const { snapshot } = lead
  return (
    <Card title={t('where')}>
      <p className="code small break">{lead.url}</p>
      <p>
        <a href={lead.url} target="_blank" rel="noreferrer noopener">
          <Icon name="external" size={13} /> {t('openPage')}
        </a>
      </p>
      {snapshot === null ? (
        <p className="quiet">{t('snapshotNone')}</p>
      ) : (
        <Facts
          of={[
            fact(t('snapshot'), <TimeText time={snapshot.at} />),
            fact('', <Standing standing={snapshot.standing} />),
            ...(snapshot.sha256 === null
              ? []
              : [
                  fact(t('snapshotDigest'), <Digest value={snapshot.sha256} />),
                  fact(
                    '',
                    <a href={`/api/snapshots/${snapshot.sha256}`} target="_blank" rel="noreferrer noopener">
                      {t('snapshotOpen')} {snapshot.bytes === null ? '' : `(${formatBytes(snapshot.bytes)})`}
                    </a>,
                  ),
                ]),
          ]}
        />
      )}
    </Card>
  )
}

const SHOWN = ['title', 'brand', 'category', 'price', 'original_price', 'shop', 'operator', 'licence', 'sales'] as const

function FactsCard({ facts }: { facts: LeadDetail['facts'] }) {
  const t = useWords(leadWords)
  if (facts === null) return null
  return (
    <Card title={t('facts')}>
      <Facts of={SHOWN.map((name) => fact(t(`field-${name}`), facts[name]))} />
    </Card>
  )
}

function ShopCard({ lead }: { lead: LeadDetail }) {
  const t = useWords(leadWords)
  const shop = lead.shopHistory
  const others = shop?.leads.filter(({ id }) => id !== lead.id) ?? []
  return (
    <Card title={t('shopHistory')}>
      {shop === null ? (
        <p className="quiet">{t('shopNone')}</p>
      ) : (
        <>
          <Facts
            of={[
              fact(t('shop'), shop.name),
              fact(t('operator'), shop.operator),
              fact(t('licence'), shop.licence),
              fact(t('firstAt'), <TimeText time={shop.firstAt} seconds={false} />),
            ]}
          />
          {others.length > 0 && (
            <>
              <h3 className="small second">{t('shopOthers')}</h3>
              <SmallLeads leads={others} none="" />
            </>
          )}
        </>
      )}
    </Card>
  )
}

function SmallLeads({ leads, none }: { leads: readonly LeadView[]; none: string }) {
  if (leads.length === 0)
    return none === '' ? null : (
      <p className="quiet" style={{ padding: '0 16px 12px' }}>
        {none}
      </p>
    )
  return (
    <ul className="small-leads">
      {leads.map((one) => (
        <li key={one.id}>
          <Link to="/leads/$id" params={{ id: one.id }} className="small-lead">
            <span className="ellipsis">{one.title}</span>
            <LeadState state={one.state} />
            <span className="small quiet">
              <BehaviourName behaviour={one.behaviour} /> · {one.platform.name}
            </span>
            <span className="small quiet">
              <TimeText time={one.lastAt} relative="only" />
            </span>
          </Link>
        </li>
      ))}
    </ul>
  )
}
