/** The thing itself: picture, replay, text, record, certificate; which one stands in the address bar. */
import type { EvidenceDetail } from '@mingzheng/api'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { Segmented, Select } from 'antd'
import { useWords } from '../i18n/words.ts'
import { DocumentView } from './document-view.tsx'
import { PictureView } from './picture-view.tsx'
import { ReplayView } from './replay-view.tsx'
import { TextView } from './text-view.tsx'
import { detailWords } from './words.ts'

const route = getRouteApi('/frame/inside/evidence/$number')

export type ViewName = 'picture' | 'replay' | 'text' | 'record' | 'certificate'

export function Viewer({ evidence }: { evidence: EvidenceDetail }) {
  const t = useWords(detailWords)
  const navigate = useNavigate()
  const { view = 'picture', page: pageNumber = 1 } = route.useSearch()
  const page = evidence.pagesCaptured[Math.min(pageNumber, evidence.pagesCaptured.length) - 1]
  const go = (next: { view?: ViewName; page?: number }) =>
    void navigate({
      to: '/evidence/$number',
      params: { number: evidence.number },
      search: { view, page: pageNumber, ...next },
      replace: true,
      resetScroll: false,
    })
  return (
    <section className="card viewer">
      <header className="viewer-head no-print">
        <Segmented<ViewName>
          value={view}
          onChange={(next) => go({ view: next })}
          options={[
            { value: 'picture', label: t('viewPicture') },
            { value: 'replay', label: t('viewReplay') },
            { value: 'text', label: t('viewText') },
            { value: 'record', label: t('viewRecord') },
            { value: 'certificate', label: t('viewCertificate') },
          ]}
        />
        {evidence.pagesCaptured.length > 1 && (view === 'picture' || view === 'text') && (
          <Select
            value={pageNumber}
            onChange={(next: number) => go({ page: next })}
            className="viewer-page"
            options={evidence.pagesCaptured.map((one, i) => ({
              value: i + 1,
              label: `${t('page', { n: i + 1 })}　${one.title === '' ? one.url : one.title}`,
            }))}
          />
        )}
      </header>
      {view === 'picture' && <PictureView number={evidence.number} page={page} />}
      {view === 'replay' && <ReplayView number={evidence.number} />}
      {view === 'text' && <TextView number={evidence.number} path={page?.text ?? null} />}
      {view === 'record' && <DocumentView evidence={evidence} path="documents/record.pdf" name={t('viewRecord')} />}
      {view === 'certificate' && (
        <DocumentView evidence={evidence} path="documents/certificate.pdf" name={t('viewCertificate')} />
      )}
    </section>
  )
}
