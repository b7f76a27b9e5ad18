import { addressOf, type LedgerStatus } from '@mingzheng/api'
import { Card, Facts, fact } from '../design/card.tsx'
import { Digest } from '../design/digest.tsx'
import { Icon } from '../design/icon.tsx'
import { TimeText } from '../design/time-text.tsx'
import { formatNumber } from '../i18n/formats.ts'
import { useLanguage } from '../i18n/language.ts'
import { useWords } from '../i18n/words.ts'
import { ledgerWords } from './words.ts'

export function CheckpointCard({ status }: { status: LedgerStatus }) {
  const t = useWords(ledgerWords)
  const language = useLanguage()
  return (
    <Card
      title={t('checkpoint')}
      aside={
        <a href={addressOf('instance.policy')} download className="small">
          <Icon name="download" size={13} /> {t('policyDownload')}
        </a>
      }
    >
      <p className="ledger-size">
        <strong>{formatNumber(status.size, language)}</strong> <span className="quiet">{t('size')}</span>
      </p>
      <Facts
        of={[
          fact(t('origin'), <span className="code">{status.origin}</span>),
          fact(t('root'), <Digest value={status.root} />),
          fact(t('rootSm3'), <Digest value={status.rootSm3} />),
          fact(t('lastTime'), status.lastTime === null ? null : <TimeText time={status.lastTime} />),
          fact(t('waiting'), formatNumber(status.waiting, language)),
        ]}
      />
    </Card>
  )
}
