import type { AnyEventReply, TraceReply } from '@sallyport/contract'
import { expect, test } from 'vitest'
import { merged } from './entries.ts'

const at = (minute: number) => `2026-01-01T00:${String(minute).padStart(2, '0')}:00.000Z`

function trace(minute: number): TraceReply {
  const rest = { kind: 'refresh', ok: true, generation: 1, milliseconds: 1, declared: {} } as const
  return { id: `trace ${minute}`, at: at(minute), ...rest, exchanges: [], diagnosis: [] }
}

function event(minute: number): AnyEventReply {
  return { id: `event ${minute}`, type: 'account.connected', at: at(minute), data: {} }
}

const ids = (entries: ReturnType<typeof merged>) => entries.map(({ id }) => id)

test('a timeline has both lists in the order of time, newest first', () => {
  const traces = { items: [trace(9), trace(2)], isWhole: true }
  const events = { items: [event(5), event(1)], isWhole: true }
  expect(ids(merged(traces, events))).toEqual(['trace 9', 'event 5', 'trace 2', 'event 1'])
})

test('a timeline leaves no gap: it ends where the list ends that was read less far back', () => {
  const traces = { items: [trace(9), trace(8)], isWhole: false }
  const events = { items: [event(9), event(1)], isWhole: true }
  expect(ids(merged(traces, events))).toEqual(['trace 9', 'event 9', 'trace 8'])
  expect(ids(merged({ items: [], isWhole: true }, { ...events, isWhole: false }))).toEqual([
    'event 9',
    'event 1',
  ])
})
