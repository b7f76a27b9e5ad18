/** A secret that is shown once and copied by one click. */
import { Alert } from 'antd'
import { Digest } from './digest.tsx'

export function ShownOnce({ text, secret }: { text: string; secret: string }) {
  return (
    <div style={{ display: 'grid', gap: 14, padding: '8px 0' }}>
      <Alert type="warning" showIcon title={text} />
      <div style={{ fontSize: 16 }}>
        <Digest value={secret} whole />
      </div>
    </div>
  )
}
