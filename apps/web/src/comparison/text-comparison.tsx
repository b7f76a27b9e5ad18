/** The words line by line; long runs of the same lines are folded. */
import type { AnswerOf } from '@mingzheng/api'
import { useMemo } from 'react'
import { Card } from '../design/card.tsx'
import { ScrollPane } from '../design/scroll-pane.tsx'
import { useWords } from '../i18n/words.ts'
import { foldSame } from './fold-same.ts'
import { comparisonWords } from './words.ts'

export type TextLine = AnswerOf<'evidence.compare'>['text'][number]

export function TextComparison({ lines }: { lines: TextLine[] }) {
  const t = useWords(comparisonWords)
  const folded = useMemo(() => foldSame(lines), [lines])
  const count = (kind: TextLine['kind']) => lines.filter((line) => line.kind === kind).length
  const removed = count('removed')
  const added = count('added')
  return (
    <Card
      title={t('words')}
      aside={
        <span className="second small">
          {removed + added === 0
            ? t('wordsSame')
            : `${t('removed', { count: removed })} · ${t('added', { count: added })}`}
        </span>
      }
      flush
    >
      <ScrollPane className="compare-text" label={t('words')}>
        {folded.map((part, i) =>
          part.kind === 'folded' ? (
            // biome-ignore lint/suspicious/noArrayIndexKey: the lines never change places
            <div key={i} className="compare-line compare-folded">
              {t('skipped', { count: part.count })}
            </div>
          ) : (
            // biome-ignore lint/suspicious/noArrayIndexKey: the lines never change places
            <div key={i} className={`compare-line compare-${part.kind}`}>
              <span aria-hidden="true">{part.kind === 'removed' ? '−' : part.kind === 'added' ? '+' : ''}</span>
              {part.kind === 'removed' ? (
                <del>{part.line}</del>
              ) : part.kind === 'added' ? (
                <ins>{part.line}</ins>
              ) : (
                <span>{part.line}</span>
              )}
            </div>
          ),
        )}
      </ScrollPane>
    </Card>
  )
}
