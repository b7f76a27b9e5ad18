/** The files of the package, each with both digests. */
import { addressOf, type EvidenceDetail } from '@mingzheng/api'
import { Card } from '../design/card.tsx'
import { type Column, DataTable } from '../design/data-table.tsx'
import { Digest } from '../design/digest.tsx'
import { Icon } from '../design/icon.tsx'
import { formatBytes } from '../i18n/formats.ts'
import { useWords } from '../i18n/words.ts'
import { KeepingLine } from './keeping-line.tsx'
import { detailWords } from './words.ts'

type File = EvidenceDetail['files'][number]

export function FilesCard({ evidence }: { evidence: EvidenceDetail }) {
  const t = useWords(detailWords)
  const total = evidence.files.reduce((sum, file) => sum + file.bytes, 0)
  const address = (file: File) =>
    addressOf('evidence.file', { params: { number: evidence.number }, query: { path: file.path } })
  const role = (file: File) => {
    const key = `role-${file.role}`
    return key in detailWords.zh ? t(key as 'role-text') : file.role
  }
  const columns: Column<File>[] = [
    {
      key: 'path',
      title: t('path'),
      track: 'minmax(140px, 2fr)',
      render: (file) => (
        <a href={address(file)} download title={`${file.path}\n${file.mediaType}`}>
          <Icon name="file" size={14} /> {file.path}
        </a>
      ),
    },
    { key: 'role', title: t('role'), track: '96px', render: role },
    { key: 'bytes', title: t('size'), track: '76px', align: 'right', render: (file) => formatBytes(file.bytes) },
    { key: 'sha256', title: 'SHA-256', track: '166px', render: (file) => <Digest value={file.sha256} /> },
    { key: 'sm3', title: 'SM3', track: '166px', rank: 1, render: (file) => <Digest value={file.sm3} /> },
  ]
  return (
    <Card
      title={t('files')}
      aside={
        <span className="quiet small">
          {t('filesText', { count: evidence.files.length, bytes: formatBytes(total) })}
        </span>
      }
      flush
    >
      <KeepingLine number={evidence.number} editions={evidence.editions.length} />
      <DataTable
        label={t('files')}
        columns={columns}
        rows={evidence.files}
        keyOf={(file) => file.path}
        renderNarrow={(file) => (
          <>
            <a href={address(file)} download className="ellipsis" style={{ display: 'block' }}>
              {file.path} <span className="quiet">{formatBytes(file.bytes)}</span>
            </a>
            <div className="small quiet ellipsis">
              SHA-256 <Digest value={file.sha256} />
            </div>
          </>
        )}
      />
    </Card>
  )
}
