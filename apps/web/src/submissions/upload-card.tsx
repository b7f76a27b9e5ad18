/** A file of one's own for a platform: chosen or dropped, sent, and its reading followed. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Select } from 'antd'
import { useState } from 'react'
import { ask } from '../data/api.ts'
import { sendFile } from '../data/send-file.ts'
import { Card } from '../design/card.tsx'
import { DropPlace } from '../design/drop-place.tsx'
import { FormProblem } from '../design/form-problem.tsx'
import { useWords } from '../i18n/words.ts'
import { submissionWords } from './words.ts'

export function UploadCard() {
  const t = useWords(submissionWords)
  const navigate = useNavigate()
  const queries = useQueryClient()
  const [platform, choosePlatform] = useState<string | null>(null)
  const platforms = useQuery(ask('platforms.list'))
  const send = useMutation({
    mutationFn: (file: File) =>
      sendFile('submissions.upload', { query: { platform: platform ?? '', name: file.name } }, file),
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries({ queryKey: ['submissions.list'] })
      await navigate({ to: '/submissions/$id', params: { id } })
    },
  })
  return (
    <Card title={t('upload')}>
      <p className="upload-platform">
        <Select
          value={platform}
          aria-label={t('platform')}
          placeholder={t('platform')}
          showSearch={{ optionFilterProp: 'label' }}
          popupMatchSelectWidth={false}
          onChange={choosePlatform}
          options={(platforms.data?.platforms ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        />
      </p>
      <DropPlace
        accept=".jsonl,.ndjson,.json,.csv,.tsv,.txt,.xlsx"
        isBusy={send.isPending}
        isShut={platform === null || send.isPending}
        name={send.isPending ? t('sending') : t('chooseFile')}
        hint={platform === null ? t('choosePlatform') : t('chooseText')}
        onFile={(file) => send.mutate(file)}
      />
      <FormProblem error={send.error} />
    </Card>
  )
}
