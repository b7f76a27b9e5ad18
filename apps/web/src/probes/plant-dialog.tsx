/** Plants a lead now: where, which behaviour, a violation or an honest look-alike; a case of the stock or one's own words. */
import type { AnswerOf, ProbeView } from '@mingzheng/api'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { App, Form, Input, Radio, Select } from 'antd'
import { api } from '../data/api.ts'
import { ActDialog } from '../design/act-dialog.tsx'
import { formatTime } from '../i18n/formats.ts'
import { useWords } from '../i18n/words.ts'
import { leadWords } from '../leads/words.ts'
import { probeWords } from './words.ts'

type Probes = AnswerOf<'probes.list'>

interface Fields {
  platform: string | null
  behaviour: Probes['plantable'][number]
  expects: 'lead' | 'nothing'
  words: 'stock' | 'own'
  title?: string
  description?: string
}

interface PlantDialogProps {
  probe: ProbeView
  probes: Probes
  onClose: () => void
}

export function PlantDialog({ probe, probes, onClose }: PlantDialogProps) {
  const t = useWords(probeWords)
  const tl = useWords(leadWords)
  const { message } = App.useApp()
  const queries = useQueryClient()
  const [form] = Form.useForm<Fields>()
  const words = Form.useWatch('words', form) ?? 'stock'
  const foreign = probe.kind === 'foreign'
  const plant = useMutation({
    mutationFn: ({ platform, behaviour, expects, title, description, words: which }: Fields) =>
      api.call('probes.plant', {
        params: { id: probe.id },
        body: {
          platform: foreign ? null : platform,
          behaviour,
          expects,
          content: which === 'own' ? { title: title ?? '', description: description ?? '', category: null } : null,
        },
      }),
    onSuccess: async ({ dueAt }) => {
      await queries.invalidateQueries({ queryKey: ['probes.list'] })
      void message.success(t('plantDone', { time: formatTime(dueAt, false) }))
      onClose()
    },
  })
  const required = [{ required: true, whitespace: true, message: t('needed') }]
  return (
    <ActDialog title={t('plantTitle')} act={t('plantOk')} work={plant} onClose={onClose} onAct={() => form.submit()}>
      <p className="second">{t('plantText')}</p>
      <Form
        form={form}
        name="plant"
        layout="vertical"
        requiredMark={false}
        initialValues={{
          platform: probes.platforms[0]?.id ?? null,
          behaviour: probes.plantable[0],
          expects: 'lead',
          words: 'stock',
        }}
        onFinish={(fields) => plant.mutate(fields)}
      >
        {!foreign && (
          <Form.Item name="platform" label={t('platform')} rules={[{ required: true, message: t('needed') }]}>
            <Select options={probes.platforms.map(({ id, name }) => ({ value: id, label: name }))} />
          </Form.Item>
        )}
        <Form.Item name="behaviour" label={t('behaviour')}>
          <Select options={probes.plantable.map((value) => ({ value, label: tl(`behaviour-${value}`) }))} />
        </Form.Item>
        <Form.Item name="expects" label={t('expects')}>
          <Radio.Group
            options={(['lead', 'nothing'] as const).map((value) => ({ value, label: t(`expects-${value}`) }))}
          />
        </Form.Item>
        {!foreign && (
          <Form.Item name="words" label={t('words')}>
            <Radio.Group
              options={(['stock', 'own'] as const).map((value) => ({ value, label: t(`words-${value}`) }))}
            />
          </Form.Item>
        )}
        {words === 'own' && !foreign && (
          <>
            <Form.Item name="title" label={t('contentTitle')} rules={required}>
              <Input maxLength={300} />
            </Form.Item>
            <Form.Item name="description" label={t('contentDescription')} rules={required}>
              <Input.TextArea maxLength={5000} autoSize={{ minRows: 2, maxRows: 8 }} />
            </Form.Item>
          </>
        )}
      </Form>
    </ActDialog>
  )
}
