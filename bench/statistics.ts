/** The middle one, or the mean of the middle two. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  const [low = Number.NaN, high = low] = sorted.slice(Math.ceil(middle) - 1, Math.floor(middle) + 1)
  return (low + high) / 2
}

/** Median, least and most, with so many decimals. */
export function spread(values: readonly (number | undefined)[], decimals = 0): string {
  const known = values.filter((value) => value !== undefined)
  if (known.length === 0) return '-'
  const [middle, least, most] = [median(known), Math.min(...known), Math.max(...known)].map((value) =>
    value.toFixed(decimals),
  )
  return `${middle} (${least}-${most})`
}

/** The value that so great a share of all does not exceed: 0.99 for p99. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
}
