import { crc32, deflateSync } from 'node:zlib'

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

/** Encodes 8-bit RGB rows, three bytes a pixel, as a PNG file (ISO 15948). The same pixels give the same bytes. */
export function encodePng(width: number, height: number, rgb: Uint8Array): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2, 0, 0, 0], 8)
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(filterRows(width, height, rgb), { level: 6 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

// Filter 2 (up) on every row: soft gradients become small numbers, which deflate well.
function filterRows(width: number, height: number, rgb: Uint8Array): Buffer {
  const stride = width * 3
  const out = Buffer.alloc((stride + 1) * height)
  for (let row = 0; row < height; row += 1) {
    const to = row * (stride + 1)
    out[to] = 2
    for (let i = 0; i < stride; i += 1) {
      const above = row === 0 ? 0 : rgb[(row - 1) * stride + i]!
      out[to + 1 + i] = rgb[row * stride + i]! - above
    }
  }
  return out
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const out = Buffer.alloc(body.length + 8)
  out.writeUInt32BE(data.length, 0)
  body.copy(out, 4)
  out.writeUInt32BE(crc32(body), body.length + 4)
  return out
}
