import { useMutation, useQueryClient } from '@tanstack/react-query'
import { App, Button } from 'antd'
import { api, ask } from '../data/api.ts'
import { Icon } from '../design/icon.tsx'
import { problemText } from '../design/problem-view.tsx'
import { designWords } from '../design/words.ts'
import { useWords } from '../i18n/words.ts'
import { captureWords } from './words.ts'

export function CancelButton({ id }: { id: string }) {
  const t = useWords(captureWords)
  const d = useWords(designWords)
  const { modal, message } = App.useApp()
  const queries = useQueryClient()
  const cancel = useMutation({
    mutationFn: () => api.call('captures.cancel', { params: { id } }),
    onSuccess: (job) => queries.setQueryData(ask('captures.read', { params: { id } }).queryKey, job),
    onError: (error) => void message.error(problemText(error, d).title),
  })
  return (
    <Button
      danger
      icon={<Icon name="stop" />}
      loading={cancel.isPending}
      onClick={() =>
        modal.confirm({
          title: t('cancelTitle'),
          content: t('cancelText'),
          okText: t('cancelYes'),
          cancelText: t('cancelNo'),
          okButtonProps: { danger: true },
          onOk: () => cancel.mutateAsync().catch(() => undefined),
        })
      }
    >
      {t('cancel')}
    </Button>
  )
}
