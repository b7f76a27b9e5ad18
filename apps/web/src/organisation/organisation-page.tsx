/** The organisation and the tree of its units. */
import type { AnswerOf } from '@mingzheng/api'
import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'
import { ask } from '../data/api.ts'
import { may, useMe } from '../data/me.ts'
import { BonesList } from '../design/bones.tsx'
import { Card, Facts, fact } from '../design/card.tsx'
import { Empty } from '../design/empty.tsx'
import { Icon } from '../design/icon.tsx'
import { PageHeader } from '../design/page-header.tsx'
import { ProblemView } from '../design/problem-view.tsx'
import { useWords } from '../i18n/words.ts'
import './organisation.css'
import { UnitDialog } from './unit-dialog.tsx'
import { organisationWords } from './words.ts'

type Unit = AnswerOf<'organisation.read'>['units'][number]

export function OrganisationPage() {
  const t = useWords(organisationWords)
  const me = useMe()
  const [adding, setAdding] = useState(false)
  const organisation = useQuery(ask('organisation.read'))
  const users = useQuery(ask('users.list'))
  if (organisation.isError)
    return <ProblemView error={organisation.error} onRetry={() => void organisation.refetch()} />
  const { data } = organisation
  const people = new Map<string, number>()
  for (const user of users.data?.users ?? []) {
    if (user.unit !== null) people.set(user.unit.id, (people.get(user.unit.id) ?? 0) + 1)
  }
  return (
    <>
      <PageHeader
        title={t('title')}
        text={t('text')}
        acts={
          may(me, 'organisation.manage') && (
            <Button type="primary" icon={<Icon name="plus" />} onClick={() => setAdding(true)}>
              {t('addUnit')}
            </Button>
          )
        }
      />
      {data === undefined ? (
        <BonesList rows={8} />
      ) : (
        <div className="organisation">
          <Card title={data.name}>
            <Facts
              of={[fact(t('province'), data.province), fact(t('units'), t('unitCount', { count: data.units.length }))]}
            />
          </Card>
          <Card title={t('units')} flush>
            {data.units.length === 0 ? (
              <Empty icon="organisation" title={t('none')} text={t('noneText')} />
            ) : (
              <UnitTree units={data.units} parent={null} people={people} />
            )}
          </Card>
        </div>
      )}
      {adding && data !== undefined && <UnitDialog units={data.units} onClose={() => setAdding(false)} />}
    </>
  )
}

function UnitTree({ units, parent, people }: { units: Unit[]; parent: string | null; people: Map<string, number> }) {
  const t = useWords(organisationWords)
  const here = units.filter((unit) => unit.parent === parent)
  if (here.length === 0) return null
  return (
    <ul className={parent === null ? 'units' : 'units units-under'}>
      {here.map((unit) => (
        <li key={unit.id}>
          <div className="unit">
            <Icon name="organisation" />
            <span>{unit.name}</span>
            <span className="quiet small">{t('people', { count: people.get(unit.id) ?? 0 })}</span>
          </div>
          <UnitTree units={units} parent={unit.id} people={people} />
        </li>
      ))}
    </ul>
  )
}
