/** Adds a platform: its name and where watching begins. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Form, Input, Select } from 'antd'
import { api } from '../data/api.ts'
import { ActDialog } from '../design/act-dialog.tsx'
import { useWords } from '../i18n/words.ts'
import { watchWords } from './words.ts'

const KINDS = ['page', 'sitemap', 'feed', 'json', 'opinion'] as const

interface Fields {
  name: string
  kind: (typeof KINDS)[number]
  urls: string
}

interface PlatformDialogProps {
  onAdded: (id: string) => void
  onClose: () => void
}

export function PlatformDialog({ onAdded, onClose }: PlatformDialogProps) {
  const t = useWords(watchWords)
  const queries = useQueryClient()
  const [form] = Form.useForm<Fields>()
  const save = useMutation({
    mutationFn: ({ name, kind, urls }: Fields) =>
      api.call('platforms.save', {
        body: {
          name,
          entries: urls
            .split(/\s+/)
            .filter(Boolean)
            .map((url) => ({ kind, url })),
        },
      }),
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries({ queryKey: ['platforms.list'] })
      onAdded(id)
      onClose()
    },
  })
  return (
    <ActDialog title={t('addPlatform')} act={t('save')} work={save} onClose={onClose} onAct={() => form.submit()}>
      {/* Its name keeps the fields' ids apart from those of the form beneath. */}
      <Form
        form={form}
        name="platform"
        layout="vertical"
        requiredMark={false}
        initialValues={{ kind: 'page' }}
        onFinish={(fields) => save.mutate(fields)}
      >
        <Form.Item
          name="name"
          label={t('platformName')}
          rules={[{ required: true, whitespace: true, message: t('needed') }]}
        >
          <Input autoFocus maxLength={100} />
        </Form.Item>
        <Form.Item name="kind" label={t('entryKind')}>
          <Select options={KINDS.map((value) => ({ value, label: t(`kind-${value}`) }))} />
        </Form.Item>
        <Form.Item
          name="urls"
          label={t('platformEntries')}
          rules={[{ required: true, whitespace: true, message: t('needed') }]}
        >
          <Input.TextArea
            className="code"
            autoSize={{ minRows: 2, maxRows: 8 }}
            placeholder="https://"
            spellCheck={false}
          />
        </Form.Item>
      </Form>
    </ActDialog>
  )
}
