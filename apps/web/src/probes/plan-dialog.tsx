/** The plan of a probe: whether it plants, how often, what share of honest look-alikes, how long the pipeline has. */
import type { AnswerOf, ProbeView } from '@mingzheng/api'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Form, InputNumber, Select, Switch } from 'antd'
import { api } from '../data/api.ts'
import { ActDialog } from '../design/act-dialog.tsx'
import { useWords } from '../i18n/words.ts'
import { leadWords } from '../leads/words.ts'
import { probeWords } from './words.ts'

interface Fields {
  running: boolean
  perDay: number
  honest: number
  answerMinutes: number
  behaviours: ProbeView['plan']['behaviours']
}

interface PlanDialogProps {
  probe: ProbeView
  plantable: AnswerOf<'probes.list'>['plantable']
  onClose: () => void
}

export function PlanDialog({ probe, plantable, onClose }: PlanDialogProps) {
  const t = useWords(probeWords)
  const tl = useWords(leadWords)
  const queries = useQueryClient()
  const [form] = Form.useForm<Fields>()
  const save = useMutation({
    mutationFn: ({ running, honest, ...plan }: Fields) =>
      api.call('probes.change', {
        params: { id: probe.id },
        body: { running, plan: { ...plan, honest: honest / 100 } },
      }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['probes.list'] })
      onClose()
    },
  })
  const needed = [{ required: true, message: t('needed') }]
  return (
    <ActDialog title={t('planTitle')} act={t('save')} work={save} onClose={onClose} onAct={() => form.submit()}>
      <p className="second">{t('planText')}</p>
      <Form
        form={form}
        name="plan"
        layout="vertical"
        requiredMark={false}
        initialValues={{ ...probe.plan, honest: Math.round(probe.plan.honest * 100), running: probe.running }}
        onFinish={(fields) => save.mutate(fields)}
      >
        <Form.Item name="running" label={t('planRunning')} valuePropName="checked">
          <Switch />
        </Form.Item>
        <Form.Item name="perDay" label={t('perDay')} rules={needed}>
          <InputNumber min={0} max={1000} />
        </Form.Item>
        <Form.Item name="honest" label={t('honest')} rules={needed}>
          <InputNumber min={0} max={100} />
        </Form.Item>
        <Form.Item name="answerMinutes" label={t('answerMinutes')} rules={needed}>
          <InputNumber min={1} max={43_200} precision={0} />
        </Form.Item>
        <Form.Item name="behaviours" label={t('behaviours')}>
          <Select mode="multiple" options={plantable.map((value) => ({ value, label: tl(`behaviour-${value}`) }))} />
        </Form.Item>
      </Form>
    </ActDialog>
  )
}
