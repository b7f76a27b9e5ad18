/** Checking a receipt that a person holds in files. */
import { useMutation } from '@tanstack/react-query'
import { Button } from 'antd'
import { useRef } from 'react'
import { Card } from '../design/card.tsx'
import { Icon } from '../design/icon.tsx'
import { useWords } from '../i18n/words.ts'
import { checkReceipts } from './check-receipt.ts'
import { ReceiptResults } from './receipt-result.tsx'
import { ledgerWords } from './words.ts'

/** Entries are some hundred bytes and proofs a few kilobytes; more is no receipt. */
const MOST_BYTES = 1 << 20

export function ReceiptFiles() {
  const t = useWords(ledgerWords)
  const field = useRef<HTMLInputElement>(null)
  const check = useMutation({
    mutationFn: async (files: File[]) => {
      const entry = files.find((file) => file.name.endsWith('.cbor'))
      const proofs = files.filter((file) => file.name.endsWith('.tlog-proof'))
      if (entry === undefined || proofs.length === 0 || files.some((file) => file.size > MOST_BYTES)) return null
      const texts = await Promise.all(proofs.map((file) => file.text()))
      return checkReceipts(new Uint8Array(await entry.arrayBuffer()), texts)
    },
  })
  return (
    <Card title={t('checkReceipt')}>
      <p className="second" style={{ marginBottom: 12 }}>
        {t('checkReceiptText')}
      </p>
      <input
        ref={field}
        type="file"
        multiple
        hidden
        accept=".cbor,.tlog-proof"
        onChange={(event) => {
          check.mutate([...(event.target.files ?? [])])
          event.target.value = ''
        }}
      />
      <Button icon={<Icon name="upload" />} onClick={() => field.current?.click()} loading={check.isPending}>
        {t('chooseFiles')}
      </Button>
      {check.data === null && <p className="meaning-must small">{t('filesNeeded')}</p>}
      {check.data !== undefined && check.data !== null && <ReceiptResults results={check.data} />}
      {check.isError && <p className="meaning-must small break">{check.error.message}</p>}
    </Card>
  )
}
