/** The editions of a piece of evidence, and making the next. */
import { addressOf, type EvidenceDetail } from '@mingzheng/api'
import { Button } from 'antd'
import { useState } from 'react'
import { may, useMe } from '../data/me.ts'
import { Card } from '../design/card.tsx'
import { Digest } from '../design/digest.tsx'
import { Icon } from '../design/icon.tsx'
import { Standing } from '../design/states.tsx'
import { TimeText } from '../design/time-text.tsx'
import { formatBytes } from '../i18n/formats.ts'
import { useWords } from '../i18n/words.ts'
import { useSaid } from '../said/use-said.ts'
import { EditionDialog } from './edition-dialog.tsx'
import { detailWords } from './words.ts'

export function EditionsCard({ evidence }: { evidence: EvidenceDetail }) {
  const t = useWords(detailWords)
  const me = useMe()
  const said = useSaid()
  const [adding, setAdding] = useState(false)
  const { number } = evidence
  return (
    <Card
      title={t('editions')}
      aside={
        may(me, 'evidence.edit') &&
        evidence.state === 'fixed' && (
          <Button size="small" icon={<Icon name="pen" />} onClick={() => setAdding(true)}>
            {t('addEdition')}
          </Button>
        )
      }
    >
      <ol className="editions">
        {evidence.editions.toReversed().map((edition) => (
          <li key={edition.edition}>
            <div className="timeline-line">
              <strong>
                {t('editionN', { n: edition.edition })} · {t(`kind-${edition.kind}`)}
              </strong>
              <Standing standing={edition.standing} />
            </div>
            {edition.detail !== '' && <div className="second break">{said.sentence(edition.detail)}</div>}
            <div className="quiet small">
              {edition.by} · <TimeText time={edition.at} />
            </div>
            <div className="small timeline-line">
              <Digest value={edition.manifestSha256} />
              {may(me, 'evidence.download') && (
                <a
                  href={addressOf('evidence.package', { params: { number }, query: { edition: edition.edition } })}
                  download
                >
                  <Icon name="download" size={13} /> {formatBytes(edition.bytes)}
                </a>
              )}
            </div>
          </li>
        ))}
      </ol>
      {adding && <EditionDialog number={number} onClose={() => setAdding(false)} />}
    </Card>
  )
}
