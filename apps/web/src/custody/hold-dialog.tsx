/** Laying a legal hold on a package, in the store and at every custodian. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { App, Form, Input } from 'antd'
import { api, ask } from '../data/api.ts'
import { ActDialog } from '../design/act-dialog.tsx'
import { useWords } from '../i18n/words.ts'
import { custodyWords } from './words.ts'

export function HoldDialog({ number, onClose }: { number: string; onClose: () => void }) {
  const t = useWords(custodyWords)
  const { message } = App.useApp()
  const queries = useQueryClient()
  const [form] = Form.useForm<{ reason: string }>()
  const lay = useMutation({
    mutationFn: (body: { reason: string }) => api.call('custody.hold', { params: { number }, body }),
    onSuccess: async (answer) => {
      queries.setQueryData(ask('custody.ofEvidence', { params: { number } }).queryKey, answer)
      await queries.invalidateQueries({ queryKey: ['evidence.timeline'] })
      await queries.invalidateQueries({ queryKey: ['evidence.keeping'] })
      void message.success(t('placed'))
      onClose()
    },
  })
  return (
    <ActDialog title={t('holdTitle')} act={t('holdAct')} work={lay} onClose={onClose} onAct={() => form.submit()}>
      <p className="second" style={{ marginBottom: 14 }}>
        {t('holdText')}
      </p>
      <Form form={form} layout="vertical" requiredMark={false} onFinish={(fields) => lay.mutate(fields)}>
        <Form.Item
          name="reason"
          label={t('reason')}
          rules={[{ required: true, whitespace: true, message: t('needed') }]}
        >
          <Input.TextArea rows={2} maxLength={500} placeholder={t('reasonHint')} />
        </Form.Item>
      </Form>
    </ActDialog>
  )
}
