/** Skeletons: the shape of what is coming, never a spinner. */
export function Bones({ width = '100%', height = 14 }: { width?: string | number; height?: number }) {
  return <span className="bones" style={{ width, height }} aria-hidden="true" />
}

const WIDTHS = ['92%', '78%', '85%', '64%', '88%', '71%']

export function BonesList({ rows = 6, height = 16, gap = 14 }: { rows?: number; height?: number; gap?: number }) {
  return (
    <div style={{ display: 'grid', gap }} aria-busy="true">
      {Array.from({ length: rows }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows have no identity
        <Bones key={i} width={WIDTHS[i % WIDTHS.length]!} height={height} />
      ))}
    </div>
  )
}
