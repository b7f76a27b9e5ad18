/** Why a capture is incomplete, or what happened at a step: each reason in a line of its own. */
import { useSaid } from './use-said.ts'

export function ReasonList({ text, className = '' }: { text: string; className?: string }) {
  const reasons = useSaid().reasons(text)
  if (reasons.length === 0) return null
  return (
    <ul className={className}>
      {reasons.map(({ code, detail }) => (
        <li key={code + detail}>
          {code !== '' && <strong>{code} </strong>}
          {detail}
        </li>
      ))}
    </ul>
  )
}
