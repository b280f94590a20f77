import type { AnyEventReply } from '@sallyport/contract'
import type { Tone } from '../accounts/status.ts'
import { toneOf } from './words.ts'

const barCount = 48
const shortest = 60_000

export type Counts = Readonly<Record<Tone, number>>

/** The events of a stretch of time, by how serious they are. */
export interface Histogram {
  readonly total: Counts
  readonly bars: readonly { readonly from: number; readonly counts: Counts }[]
}

/** What a list shows, newest first, over the time from its oldest event until that moment. */
export function histogram(events: readonly AnyEventReply[], until: number): Histogram {
  const oldest = events.at(-1)
  const from = Math.min(oldest === undefined ? until : Date.parse(oldest.at), until - shortest)
  const length = (until - from) / barCount
  const groups = Array.from({ length: barCount }, (): AnyEventReply[] => [])
  for (const event of events) {
    const index = Math.floor((Date.parse(event.at) - from) / length)
    groups[Math.min(Math.max(index, 0), barCount - 1)]?.push(event)
  }
  return {
    total: counted(events),
    bars: groups.map((group, index) => ({ from: from + index * length, counts: counted(group) })),
  }
}

function counted(events: readonly AnyEventReply[]): Counts {
  const counts = { good: 0, calm: 0, warn: 0, bad: 0 }
  for (const event of events) counts[toneOf(event)] += 1
  return counts
}
