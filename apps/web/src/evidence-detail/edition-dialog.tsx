/** A signature, refusal, correction or voiding as a new edition. */
import { type EditionRequest, editionRequestSchema } from '@mingzheng/api'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Alert, App, Form, Input, Radio, Segmented } from 'antd'
import { useState } from 'react'
import { api, ask } from '../data/api.ts'
import { ActDialog } from '../design/act-dialog.tsx'
import { useWords } from '../i18n/words.ts'
import { detailWords } from './words.ts'

type Kind = EditionRequest['kind']

export function EditionDialog({ number, onClose }: { number: string; onClose: () => void }) {
  const t = useWords(detailWords)
  const { message } = App.useApp()
  const queries = useQueryClient()
  const [kind, setKind] = useState<Kind>('signature')
  const [form] = Form.useForm<Record<string, string>>()
  const make = useMutation({
    mutationFn: (body: EditionRequest) => api.call('evidence.edition', { params: { number }, body }),
    onSuccess: async (evidence) => {
      queries.setQueryData(ask('evidence.read', { params: { number } }).queryKey, evidence)
      await queries.invalidateQueries({ queryKey: ['evidence.timeline'] })
      await queries.invalidateQueries({ queryKey: ['evidence.keeping'] })
      void message.success(t('made', { n: evidence.edition }))
      onClose()
    },
  })
  const send = (fields: Record<string, string>) => {
    const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
    make.mutate(editionRequestSchema.parse({ ...given, kind }))
  }
  const text = (name: string, label: string, rows = 1, placeholder?: string, required = true) => (
    <Form.Item
      name={name}
      label={label}
      rules={required ? [{ required: true, whitespace: true, message: t('needed') }] : []}
    >
      {rows === 1 ? (
        <Input maxLength={100} placeholder={placeholder} />
      ) : (
        <Input.TextArea rows={rows} maxLength={1000} placeholder={placeholder} />
      )}
    </Form.Item>
  )
  return (
    <ActDialog
      title={t('editionTitle')}
      act={t('make')}
      work={make}
      danger={kind === 'voiding'}
      onClose={onClose}
      onAct={() => form.submit()}
    >
      <p className="second" style={{ marginBottom: 14 }}>
        {t('editionText')}
      </p>
      <Segmented<Kind>
        block
        className="edition-kinds"
        value={kind}
        onChange={setKind}
        style={{ marginBottom: 16 }}
        options={(['signature', 'refusal', 'correction', 'voiding'] as const).map((value) => ({
          value,
          label: t(`kind-${value}`),
        }))}
      />
      <Form
        key={kind}
        form={form}
        layout="vertical"
        requiredMark={false}
        preserve={false}
        initialValues={{ role: 'officer' }}
        onFinish={send}
      >
        {kind === 'signature' && (
          <>
            <Form.Item name="role" label={t('signerRole')}>
              <Radio.Group
                options={(['officer', 'party', 'witness'] as const).map((role) => ({
                  value: role,
                  label: t(`signer-${role}`),
                }))}
              />
            </Form.Item>
            {text('name', t('name'))}
            {text('statement', t('statement'), 2, t('statementHint'), false)}
          </>
        )}
        {kind === 'refusal' && (
          <>
            {text('name', t('name'))}
            {text('reason', t('reason'), 3)}
          </>
        )}
        {kind === 'correction' && (
          <>
            {text('field', t('field'), 1, t('fieldHint'))}
            {text('text', t('text'), 3)}
          </>
        )}
        {kind === 'voiding' && (
          <>
            <Alert type="warning" showIcon title={t('voidWarning')} style={{ marginBottom: 14 }} />
            {text('reason', t('reason'), 3)}
          </>
        )}
      </Form>
    </ActDialog>
  )
}
