/** A dialog with a secret that is shown once and copied by one click. */
import { Alert, Modal } from 'antd'
import { useWords } from '../i18n/words.ts'
import { Digest } from './digest.tsx'
import { designWords } from './words.ts'

interface ShownOnceProps {
  title: string
  text: string
  secret: string
  onClose: () => void
}

export function ShownOnce({ title, text, secret, onClose }: ShownOnceProps) {
  const t = useWords(designWords)
  return (
    <Modal
      open
      title={title}
      onCancel={onClose}
      onOk={onClose}
      okText={t('close')}
      cancelButtonProps={{ hidden: true }}
    >
      <div style={{ display: 'grid', gap: 14, padding: '8px 0' }}>
        <Alert type="warning" showIcon title={text} />
        <div style={{ fontSize: 16 }}>
          <Digest value={secret} whole />
        </div>
      </div>
    </Modal>
  )
}
