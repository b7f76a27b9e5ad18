/** A dialog that does one thing: what it is, its fields, the refusal beside them, one button that does it and one that leaves. */
import { Modal } from 'antd'
import type { ReactNode } from 'react'
import { useWords } from '../i18n/words.ts'
import { FormProblem } from './form-problem.tsx'
import { designWords } from './words.ts'

interface ActDialogProps {
  title: ReactNode
  /** What the button says. */
  act: string
  onAct: () => void
  onClose: () => void
  /** What is being done: whether it is under way, and how it was refused. */
  work: { isPending: boolean; error: unknown }
  /** Whether it cannot be undone. */
  danger?: boolean
  children: ReactNode
}

export function ActDialog({ title, act, onAct, onClose, work, danger = false, children }: ActDialogProps) {
  const t = useWords(designWords)
  return (
    <Modal
      open
      title={title}
      okText={act}
      cancelText={t('cancel')}
      okButtonProps={{ danger }}
      confirmLoading={work.isPending}
      onCancel={onClose}
      onOk={onAct}
    >
      {children}
      <FormProblem error={work.error} />
    </Modal>
  )
}
