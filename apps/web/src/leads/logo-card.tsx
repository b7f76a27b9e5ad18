/** A listing's picture beside the registered logo that it shows. */
import { addressOf, type LeadDetail } from '@mingzheng/api'
import { Card } from '../design/card.tsx'
import { useWords } from '../i18n/words.ts'
import { leadWords } from './words.ts'

export function LogoCard({ logos }: { logos: LeadDetail['logos'] }) {
  const t = useWords(leadWords)
  if (logos.length === 0) return null
  return (
    <Card title={t('logos')}>
      <p className="second">{t('logosText')}</p>
      {logos.map(({ finding, picture, url, brand, logo, likeness, place: [x, y, width, height] }) => (
        <div className="logo-pair" key={picture}>
          <figure>
            <img
              src={addressOf('findings.picture', { params: { id: finding, sha256: picture } })}
              alt={t('logoPicture')}
            />
            <figcaption className="small">
              {t('logoPicture')}
              <span className="quiet break">{url}</span>
            </figcaption>
          </figure>
          <figure>
            {logo === null ? (
              <p className="quiet">{t('logoGone')}</p>
            ) : (
              <img
                src={addressOf('brandLogos.picture', { params: { id: logo } })}
                alt={t('logoRegistered', { brand })}
              />
            )}
            <figcaption className="small">
              {t('logoRegistered', { brand })}
              <span className="quiet">
                {t('logoLikeness', { likeness: `${(likeness * 100).toFixed(0)} %`, x, y, width, height })}
              </span>
            </figcaption>
          </figure>
        </div>
      ))}
    </Card>
  )
}
