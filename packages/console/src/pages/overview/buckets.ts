import type { CallData } from '@sallyport/contract'

/** An hour, in bars of two and a half minutes. */
export const windowMilliseconds = 3_600_000
export const bucketCount = 24

/** A call, and when it ended. */
export type Call = Pick<CallData, 'status' | 'code' | 'milliseconds'> & { readonly at: string }

/** The calls of a stretch of time, by how they went. */
export interface Bucket {
  readonly from: number
  readonly good: number
  /** The API refused what the caller asked for: 4xx. */
  readonly refused: number
  /** No reply of the API's, or one that says that it failed. */
  readonly failed: number
  /** Milliseconds; undefined without calls. */
  readonly median: number | undefined
  readonly slowest: number | undefined
}

/** The calls between two moments, in stretches of the same length, oldest first. */
export function buckets(calls: readonly Call[], from: number, until: number): readonly Bucket[] {
  const length = (until - from) / bucketCount
  const groups = Array.from({ length: bucketCount }, (): Call[] => [])
  for (const call of calls) {
    const index = Math.floor((Date.parse(call.at) - from) / length)
    groups[Math.min(Math.max(index, 0), bucketCount - 1)]?.push(call)
  }
  return groups.map((group, index) => ({
    from: from + index * length,
    ...outcomes(group),
    ...latencies(group),
  }))
}

/** How many calls went how. */
export function outcomes(calls: readonly Call[]): Pick<Bucket, 'good' | 'refused' | 'failed'> {
  const failed = calls.filter(isFailed).length
  const refused = calls.filter((call) => !isFailed(call) && (call.status ?? 0) >= 400).length
  return { good: calls.length - failed - refused, refused, failed }
}

function isFailed({ status, code }: Call): boolean {
  return code !== undefined || status === undefined || status >= 500
}

/** How long calls took: half of them at most the median, nineteen of twenty at most `slowest`. */
export function latencies(calls: readonly Call[]): Pick<Bucket, 'median' | 'slowest'> {
  const sorted = calls.map(({ milliseconds }) => milliseconds.total).sort((one, other) => one - other)
  const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1]
  return { median: at(0.5), slowest: at(0.95) }
}
