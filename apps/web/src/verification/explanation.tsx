/** What is checked, and the verifier that works without this site. */
import type { Instance } from '@mingzheng/api'
import { Card } from '../design/card.tsx'
import { Digest } from '../design/digest.tsx'
import { Icon } from '../design/icon.tsx'
import { useWords } from '../i18n/words.ts'
import { verificationWords } from './words.ts'

export function Explanation({ instance }: { instance: Instance | null }) {
  const t = useWords(verificationWords)
  return (
    <div className="explanation">
      <Card title={t('how')}>
        <ul className="explanation-list second">
          {(['how1', 'how2', 'how3'] as const).map((key) => (
            <li key={key}>
              <Icon name="check" size={15} /> <span>{t(key)}</span>
            </li>
          ))}
        </ul>
      </Card>
      <Card title={t('offline')}>
        <p className="second">{t('offlineText')}</p>
        <p className="explanation-get">
          <a href="/verifier.html" download="mingzheng-verifier.html" className="button">
            <Icon name="download" size={14} /> {t('offlineGet')}
          </a>
        </p>
        {instance?.verifierSha256 != null && (
          <p className="small quiet">
            {t('offlineDigest')} <Digest value={instance.verifierSha256} />
          </p>
        )}
      </Card>
    </div>
  )
}
