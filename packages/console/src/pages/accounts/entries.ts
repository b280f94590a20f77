import type { AnyEventReply, EventReply, TraceReply } from '@sallyport/contract'

/** One thing that happened to an account. */
export type Entry =
  | { readonly kind: 'trace'; readonly id: string; readonly at: string; readonly trace: TraceReply }
  | { readonly kind: 'event'; readonly id: string; readonly at: string; readonly event: EventReply }

/** What has been read of a list, newest first. */
export interface ReadSoFar<Item> {
  readonly items: readonly Item[]
  readonly isWhole: boolean
}

/**
 * Both lists as one, newest first. It ends where the one that was read less far back ends: what is older of the other could
 * have something between.
 */
export function merged(traces: ReadSoFar<TraceReply>, events: ReadSoFar<AnyEventReply>): readonly Entry[] {
  const from = Math.max(reach(traces), reach(events))
  const entries: readonly Entry[] = [
    ...traces.items.map((trace) => ({ kind: 'trace' as const, id: trace.id, at: trace.at, trace })),
    ...events.items.flatMap((event) =>
      event.type === 'call'
        ? []
        : [{ kind: 'event' as const, id: event.id, at: event.at, event: event as EventReply }],
    ),
  ]
  return entries
    .filter(({ at }) => Date.parse(at) >= from)
    .sort((one, other) => Date.parse(other.at) - Date.parse(one.at))
}

/** How far back a list was read, as epoch milliseconds. */
function reach({ items, isWhole }: ReadSoFar<{ readonly at: string }>): number {
  const oldest = items.at(-1)
  return isWhole || oldest === undefined ? -Infinity : Date.parse(oldest.at)
}
