/** Wilson's score interval (1927) of a share, 95 % unless `z` says otherwise. `[0, 1]` of no trials. */
export function wilsonInterval(successes: number, trials: number, z = 1.959963984540054): [number, number] {
  if (trials === 0) return [0, 1]
  const share = successes / trials
  const spread = z * Math.sqrt((share * (1 - share)) / trials + z ** 2 / (4 * trials ** 2))
  const middle = share + z ** 2 / (2 * trials)
  const whole = 1 + z ** 2 / trials
  return [Math.max(0, (middle - spread) / whole), Math.min(1, (middle + spread) / whole)]
}
