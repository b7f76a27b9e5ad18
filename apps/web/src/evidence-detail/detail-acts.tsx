/** What I may do next: one primary button, the rest beside it. */
import { addressOf, type EvidenceDetail } from '@mingzheng/api'
import { Link } from '@tanstack/react-router'
import { Button, Dropdown, Space } from 'antd'
import { may, useMe } from '../data/me.ts'
import { Icon } from '../design/icon.tsx'
import { useWords } from '../i18n/words.ts'
import { detailWords } from './words.ts'

export function DetailActs({ evidence }: { evidence: EvidenceDetail }) {
  const t = useWords(detailWords)
  const me = useMe()
  const { number } = evidence
  const packageOf = (variant: 'original' | 'masked') =>
    addressOf('evidence.package', { params: { number }, query: { variant } })
  const others = [...(evidence.recaptureOf === null ? [] : [evidence.recaptureOf]), ...evidence.recapturedBy]
  return (
    <>
      {may(me, 'evidence.capture') && (
        <Link to="/capture" search={{ urls: evidence.url, recaptureOf: number }} className="button">
          <Icon name="refresh" size={14} /> {t('recapture')}
        </Link>
      )}
      <Dropdown
        trigger={['click']}
        menu={{
          items: [
            {
              key: 'public',
              icon: <Icon name="verify" />,
              label: <a href={`/verify/${number}`}>{t('publicPage')}</a>,
            },
            ...others.map((other) => ({
              key: other,
              icon: <Icon name="compare" />,
              label: (
                <Link to="/evidence/compare" search={{ left: other, right: number }}>
                  {t('compareWith', { number: other.slice(0, 23) })}
                </Link>
              ),
            })),
            { key: 'print', icon: <Icon name="print" />, label: t('print'), onClick: () => print() },
          ],
        }}
      >
        <Button icon={<Icon name="more" />} aria-label={t('more')} />
      </Dropdown>
      {may(me, 'evidence.download') && evidence.editions.length > 0 && (
        <Space.Compact>
          <Button type="primary" icon={<Icon name="download" />} href={packageOf('original')} download>
            {t('download')}
          </Button>
          <Dropdown
            trigger={['click']}
            placement="bottomRight"
            menu={{
              items: [
                {
                  key: 'original',
                  label: (
                    <a href={packageOf('original')} download>
                      {t('downloadOriginal')}
                    </a>
                  ),
                },
                {
                  key: 'masked',
                  label: (
                    <a href={packageOf('masked')} download>
                      {t('downloadMasked')}
                    </a>
                  ),
                },
              ],
            }}
          >
            <Button type="primary" icon={<Icon name="down" />} aria-label={t('more')} />
          </Dropdown>
        </Space.Compact>
      )}
    </>
  )
}
