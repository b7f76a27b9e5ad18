import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { api, ask } from '../data/api.ts'
import { Icon } from '../design/icon.tsx'
import { useConfirm } from '../design/use-confirm.ts'
import { useWords } from '../i18n/words.ts'
import { captureWords } from './words.ts'

export function CancelButton({ id }: { id: string }) {
  const t = useWords(captureWords)
  const confirm = useConfirm()
  const queries = useQueryClient()
  const cancel = useMutation({
    mutationFn: () => api.call('captures.cancel', { params: { id } }),
    onSuccess: (job) => queries.setQueryData(ask('captures.read', { params: { id } }).queryKey, job),
  })
  return (
    <Button
      danger
      icon={<Icon name="stop" />}
      loading={cancel.isPending}
      onClick={() =>
        confirm({
          title: t('cancelTitle'),
          text: t('cancelText'),
          act: t('cancelYes'),
          leave: t('cancelNo'),
          onAct: () => cancel.mutateAsync(),
        })
      }
    >
      {t('cancel')}
    </Button>
  )
}
