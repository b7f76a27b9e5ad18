/** The text of a QR code in a picture, or null. */
import decodeQR from 'qr/decode.js'

/** Larger pictures are made smaller first: a code that fills a page is read just as well. */
const MOST_PIXELS_WIDE = 1400

export function readQr(picture: CanvasImageSource, width: number, height: number, timeLimit = 120): string | null {
  const scale = Math.min(1, MOST_PIXELS_WIDE / width)
  const canvas = new OffscreenCanvas(Math.round(width * scale), Math.round(height * scale))
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (context === null) return null
  context.drawImage(picture, 0, 0, canvas.width, canvas.height)
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height)
  try {
    return decodeQR({ width: canvas.width, height: canvas.height, data }, { timeLimit })
  } catch {
    return null
  }
}
