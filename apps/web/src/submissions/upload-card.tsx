/** A file of one's own for a platform: chosen or dropped, sent, and its reading followed. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Select } from 'antd'
import { useState } from 'react'
import { ask } from '../data/api.ts'
import { sendFile } from '../data/send-file.ts'
import { Card } from '../design/card.tsx'
import { FormProblem } from '../design/form-problem.tsx'
import { Icon } from '../design/icon.tsx'
import { useWords } from '../i18n/words.ts'
import { submissionWords } from './words.ts'

export function UploadCard() {
  const t = useWords(submissionWords)
  const navigate = useNavigate()
  const queries = useQueryClient()
  const [platform, choosePlatform] = useState<string | null>(null)
  const [over, setOver] = useState(false)
  const platforms = useQuery(ask('platforms.list'))
  const send = useMutation({
    mutationFn: (file: File) =>
      sendFile('submissions.upload', { query: { platform: platform ?? '', name: file.name } }, file),
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries({ queryKey: ['submissions.list'] })
      await navigate({ to: '/submissions/$id', params: { id } })
    },
  })
  const isShut = platform === null || send.isPending
  const take = (file: File | undefined) => {
    if (file !== undefined && !isShut) send.mutate(file)
  }
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
      <label
        className={over && !isShut ? 'upload-place upload-over' : 'upload-place'}
        onDragOver={(event) => {
          event.preventDefault()
          setOver(true)
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault()
          setOver(false)
          take(event.dataTransfer.files[0])
        }}
      >
        <Icon name={send.isPending ? 'running' : 'upload'} size={26} />
        <strong>{send.isPending ? t('sending') : t('chooseFile')}</strong>
        <span className="second">{platform === null ? t('choosePlatform') : t('chooseText')}</span>
        <input
          type="file"
          accept=".jsonl,.ndjson,.json,.csv,.tsv,.txt,.xlsx"
          disabled={isShut}
          onChange={(event) => {
            take(event.target.files?.[0])
            event.target.value = ''
          }}
        />
      </label>
      <FormProblem error={send.error} />
    </Card>
  )
}
