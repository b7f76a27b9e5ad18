/** What one may do with a lead: capture it in full, hand it over, dismiss it with a reason, take it up again. */
import { type AnswerOf, dismissalSchema, type LeadDetail } from '@mingzheng/api'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Button, Form, Input, Select } from 'antd'
import { useState } from 'react'
import { api } from '../data/api.ts'
import { may, useMe } from '../data/me.ts'
import { ActDialog } from '../design/act-dialog.tsx'
import { Icon } from '../design/icon.tsx'
import { useWords } from '../i18n/words.ts'
import { leadWords } from './words.ts'

type Dismissal = NonNullable<LeadDetail['dismissedFor']>

export function LeadActs({ lead }: { lead: LeadDetail }) {
  const t = useWords(leadWords)
  const me = useMe()
  const [open, setOpen] = useState<'capture' | 'dismiss' | 'hand-over' | null>(null)
  const close = () => setOpen(null)
  const reopen = useLeadAct(() => api.call('leads.reopen', { params: { id: lead.id }, body: { note: '' } }), close)
  const judges = may(me, 'monitoring.lead')
  return (
    <>
      {judges && lead.state !== 'new' && (
        <Button loading={reopen.isPending} onClick={() => reopen.mutate(undefined)}>
          {t('reopen')}
        </Button>
      )}
      {judges && lead.state === 'new' && (
        <>
          <Button onClick={() => setOpen('dismiss')}>{t('dismiss')}</Button>
          <Button icon={<Icon name="arrow" />} onClick={() => setOpen('hand-over')}>
            {t('handOver')}
          </Button>
        </>
      )}
      {may(me, 'evidence.capture') && (
        <Button type="primary" icon={<Icon name="capture" />} onClick={() => setOpen('capture')}>
          {t('capture')}
        </Button>
      )}
      {open === 'capture' && <CaptureDialog lead={lead} onClose={close} />}
      {open === 'dismiss' && <DismissDialog lead={lead} onClose={close} />}
      {open === 'hand-over' && <HandOverDialog lead={lead} onClose={close} />}
    </>
  )
}

/** Does it, and lets every list of leads be asked again. */
function useLeadAct<Fields>(act: (fields: Fields) => Promise<AnswerOf<'leads.dismiss'>>, onDone: () => void) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: act,
    onSuccess: async () => {
      await Promise.all(
        ['leads.read', 'leads.list', 'watch.desk', 'models.list'].map((name) =>
          queries.invalidateQueries({ queryKey: [name] }),
        ),
      )
      onDone()
    },
  })
}

interface DialogProps {
  lead: LeadDetail
  onClose: () => void
}

function CaptureDialog({ lead, onClose }: DialogProps) {
  const t = useWords(leadWords)
  const navigate = useNavigate()
  const [caseReference, setReference] = useState('')
  const capture = useMutation({
    mutationFn: () => api.call('leads.capture', { params: { id: lead.id }, body: { caseReference } }),
    onSuccess: (job) => navigate({ to: '/capture/$id', params: { id: job.id } }),
  })
  return (
    <ActDialog
      title={t('captureTitle')}
      act={t('capture')}
      work={capture}
      onClose={onClose}
      onAct={() => capture.mutate()}
    >
      <p className="second">{t('captureText')}</p>
      <p className="code small break">{lead.url}</p>
      <Input
        value={caseReference}
        maxLength={100}
        placeholder={t('caseReference')}
        aria-label={t('caseReference')}
        onChange={(event) => setReference(event.target.value)}
      />
    </ActDialog>
  )
}

function DismissDialog({ lead, onClose }: DialogProps) {
  const t = useWords(leadWords)
  const [form] = Form.useForm<{ reason: Dismissal; note?: string }>()
  const dismiss = useLeadAct(
    ({ reason, note }: { reason: Dismissal; note?: string }) =>
      api.call('leads.dismiss', { params: { id: lead.id }, body: { reason, note: note ?? '' } }),
    onClose,
  )
  return (
    <ActDialog
      title={t('dismissTitle')}
      act={t('dismiss')}
      work={dismiss}
      onClose={onClose}
      onAct={() => form.submit()}
    >
      <p className="second">{t('dismissText')}</p>
      <Form form={form} layout="vertical" requiredMark={false} onFinish={(fields) => dismiss.mutate(fields)}>
        <Form.Item name="reason" label={t('dismissReason')} rules={[{ required: true, message: t('needed') }]}>
          <Select options={dismissalSchema.options.map((value) => ({ value, label: t(`reason-${value}`) }))} />
        </Form.Item>
        <Form.Item name="note" label={t('note')}>
          <Input.TextArea maxLength={1000} autoSize={{ minRows: 2, maxRows: 6 }} />
        </Form.Item>
      </Form>
    </ActDialog>
  )
}

function HandOverDialog({ lead, onClose }: DialogProps) {
  const t = useWords(leadWords)
  const [note, setNote] = useState('')
  const handOver = useLeadAct(() => api.call('leads.handOver', { params: { id: lead.id }, body: { note } }), onClose)
  return (
    <ActDialog
      title={t('handOverTitle')}
      act={t('handOver')}
      work={handOver}
      onClose={onClose}
      onAct={() => handOver.mutate(undefined)}
    >
      <p className="second">{t('handOverText')}</p>
      <Input.TextArea
        value={note}
        maxLength={1000}
        placeholder={t('note')}
        aria-label={t('note')}
        autoSize={{ minRows: 2, maxRows: 6 }}
        onChange={(event) => setNote(event.target.value)}
      />
    </ActDialog>
  )
}
