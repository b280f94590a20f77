import { setTimeout as pause } from 'node:timers/promises'
import type { Behaviour } from './behaviour.ts'
import type { ProviderReply } from './message.ts'

/** A few server-sent events, spaced out, so that a buffering passage shows. */
export function eventStream({ stream }: Behaviour): ProviderReply {
  const { events, intervalMilliseconds } = stream
  async function* body(gone: AbortSignal) {
    for (let number = 1; number <= events; number += 1) {
      await pause(intervalMilliseconds, undefined, { signal: gone })
      yield `id: ${number}\nevent: tick\ndata: {"number":${number},"of":${events}}\n\n`
    }
  }
  return { status: 200, headers: { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' }, body }
}
