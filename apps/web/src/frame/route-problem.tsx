/** What a page shows that could not be opened at all. */
import { useRouter } from '@tanstack/react-router'
import { ProblemView } from '../design/problem-view.tsx'

export function RouteProblem({ error, reset }: { error: unknown; reset: () => void }) {
  const router = useRouter()
  return (
    <div style={{ padding: 24 }}>
      <ProblemView
        error={error}
        onRetry={() => {
          reset()
          void router.invalidate()
        }}
      />
    </div>
  )
}
