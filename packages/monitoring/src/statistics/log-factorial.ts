/** Natural logarithm of n!, to about 1e-15 of its size: summed below 1,024, Stirling's series with three terms above. */
const SUMMED = 1024
const table = new Float64Array(SUMMED)
for (let n = 2; n < SUMMED; n++) table[n] = table[n - 1]! + Math.log(n)

export function logFactorial(n: number): number {
  if (n < SUMMED) return table[n]!
  const [once, thrice] = [1 / n, 1 / n ** 3]
  return n * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI * n) + once / 12 - thrice / 360 + 1 / (1260 * n ** 5)
}

export function logChoose(n: number, k: number): number {
  return logFactorial(n) - logFactorial(k) - logFactorial(n - k)
}
