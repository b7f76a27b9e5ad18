/** Importing a register: a file is sent, its columns are mapped, the import is followed to its end. */
import type { RegisterImportView, RegisterKindName } from '@mingzheng/api'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'
import { ask } from '../data/api.ts'
import { sendFile } from '../data/send-file.ts'
import { Bones } from '../design/bones.tsx'
import { Card } from '../design/card.tsx'
import { DropPlace } from '../design/drop-place.tsx'
import { FormProblem } from '../design/form-problem.tsx'
import { PageHeader } from '../design/page-header.tsx'
import { ProblemView } from '../design/problem-view.tsx'
import { useWords } from '../i18n/words.ts'
import { ImportProgress } from './import-progress.tsx'
import { MappingForm } from './mapping-form.tsx'
import './registers.css'
import { registerWords } from './words.ts'

const route = getRouteApi('/frame/inside/registers/$kind/import')
const FOLLOW_MS = 1000

export function ImportPage() {
  const t = useWords(registerWords)
  const { kind } = route.useParams()
  const { id } = route.useSearch()
  return (
    <>
      <PageHeader
        title={t('importTitle', { register: t(`kind-${kind}`) })}
        text={t(`about-${kind}`)}
        before={
          <Link to="/registers/$kind" params={{ kind }} className="small">
            {t(`kind-${kind}`)}
          </Link>
        }
      />
      {id === undefined ? <FilePlace kind={kind} /> : <OneImport id={id} />}
    </>
  )
}

function FilePlace({ kind }: { kind: RegisterKindName }) {
  const t = useWords(registerWords)
  const navigate = useNavigate()
  const send = useMutation({
    mutationFn: (file: File) => sendFile('registers.upload', { params: { kind }, query: { name: file.name } }, file),
    onSuccess: ({ id }) => navigate({ to: '/registers/$kind/import', params: { kind }, search: { id } }),
  })
  return (
    <Card>
      <DropPlace
        accept=".csv,.tsv,.txt,.xlsx"
        isBusy={send.isPending}
        name={send.isPending ? t('reading') : t('chooseFile')}
        hint={t('chooseText')}
        onFile={(file) => send.mutate(file)}
      />
      <FormProblem error={send.error} />
    </Card>
  )
}

function OneImport({ id }: { id: string }) {
  const one = useQuery({
    ...ask('registerImports.read', { params: { id } }),
    refetchInterval: ({ state }) => (isMoving(state.data) ? FOLLOW_MS : false),
  })
  const queries = useQueryClient()
  const state = one.data?.state
  // What other pages have seen of the register is old now.
  useEffect(() => {
    if (state !== 'done') return
    for (const name of ['registers.list', 'registers.entries', 'registers.imports', 'settings.read']) {
      void queries.invalidateQueries({ queryKey: [name] })
    }
  }, [state, queries])
  if (one.isError) return <ProblemView error={one.error} onRetry={() => void one.refetch()} />
  if (one.isPending) return <Bones height={240} />
  return one.data.state === 'uploaded' ? <MappingForm given={one.data} /> : <ImportProgress one={one.data} />
}

const isMoving = (one: RegisterImportView | undefined) => one?.state === 'waiting' || one?.state === 'reading'
