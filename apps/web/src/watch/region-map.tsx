/** Where the operators of leads are registered, by province; a field leads to its leads. */
import type { WatchDeskView } from '@mingzheng/api'
import { Link } from '@tanstack/react-router'
import { Card } from '../design/card.tsx'
import { useLanguage } from '../i18n/language.ts'
import { useWords } from '../i18n/words.ts'
import { PROVINCES, type Province } from './provinces.ts'
import './region-map.css'
import { watchWords } from './words.ts'

export function RegionMap({ regions }: { regions: WatchDeskView['regions'] }) {
  const t = useWords(watchWords)
  const leads = new Map<string, number>()
  for (const one of regions) {
    const code = one.region.slice(0, 2)
    leads.set(code, (leads.get(code) ?? 0) + one.leads)
  }
  const most = Math.max(1, ...leads.values())
  return (
    <Card title={t('regions')}>
      {leads.size === 0 && <p className="quiet">{t('regionsNone')}</p>}
      <div className="region-map">
        {PROVINCES.map((province) => (
          <Field key={province.code} province={province} leads={leads.get(province.code) ?? 0} most={most} />
        ))}
      </div>
    </Card>
  )
}

function Field({ province, leads, most }: { province: Province; leads: number; most: number }) {
  const language = useLanguage()
  const name = province[language]
  const place = {
    gridColumn: province.column,
    gridRow: province.row,
    '--share': `${leads === 0 ? 0 : 15 + (leads / most) * 60}%`,
  } as React.CSSProperties
  const words = (
    <>
      <span className="region-name">{language === 'zh' ? name : province.short}</span>
      {leads > 0 && <strong>{leads}</strong>}
    </>
  )
  if (leads === 0) {
    return (
      <span className="region" style={place} title={name}>
        {words}
      </span>
    )
  }
  return (
    <Link
      to="/leads"
      search={{ region: province.code }}
      className="region"
      style={place}
      title={`${name} · ${leads}`}
      aria-label={`${name} ${leads}`}
    >
      {words}
    </Link>
  )
}
