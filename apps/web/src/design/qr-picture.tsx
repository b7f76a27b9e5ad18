/** A text as a QR code. */
import encodeQR from 'qr'
import { useMemo } from 'react'

export function QrPicture({ text, size }: { text: string; size: number }) {
  const { path, width } = useMemo(() => {
    const rows = encodeQR(text, 'raw', { border: 2, ecc: 'medium' })
    const parts = rows.flatMap((row, y) => row.flatMap((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : [])))
    return { path: parts.join(''), width: rows.length }
  }, [text])
  return (
    <svg
      width={size}
      height={size}
      viewBox={`0 0 ${width} ${width}`}
      shapeRendering="crispEdges"
      role="img"
      aria-label="QR"
    >
      <rect width={width} height={width} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  )
}
