import { fakeClock } from '@sallyport/testkit'
import { expect, test } from 'vitest'
import type { ChainedAudit, Store } from '../ports.ts'
import { FileExport } from './file-export.ts'

/** An audit of so many entries, and how far it was exported. */
function exporting(count: number) {
  const entries = Array.from(
    { length: count },
    (_, index): ChainedAudit => ({
      ...{
        organizationId: 'org_a',
        id: `aud_${index}`,
        at: 0,
        address: undefined,
        action: 'a.b',
        changes: '[]',
      },
      ...{ sequence: index + 1, hash: 'AAAA', mac: 'AAAA' },
      actor: { kind: 'system', id: undefined },
      target: { kind: 'c', id: 'd', name: undefined },
    }),
  )
  let exported = 0
  const audit = {
    exportDue: async () => (exported < count ? [{ organizationId: 'org_a', sequence: exported }] : []),
    async exported(_from, to) {
      exported = to
    },
    chain: async (_, after, limit) => entries.slice(after?.sequence ?? 0, (after?.sequence ?? 0) + limit),
  } as Partial<Store['audit']> as Store['audit']
  const lines: string[] = []
  const sink = { isFull: false }
  const clock = fakeClock()
  const complaints: string[] = []
  const file = new FileExport({
    store: { audit },
    clock,
    log: { info: () => undefined, warn: () => undefined, error: (_, message) => complaints.push(message) },
    auditSink: {
      async append(more) {
        if (sink.isFull) throw new Error('ENOSPC')
        lines.push(...more)
      },
    },
  })
  const sequences = () => lines.map((line) => (JSON.parse(line) as { sequence: number }).sequence)
  return { file, sink, clock, complaints, sequences, exported: () => exported }
}

test('a file that takes nothing loses nothing: what it lacks is appended once it does, and one complaint is enough', async () => {
  const { file, sink, clock, complaints, sequences, exported } = exporting(3)
  sink.isFull = true
  for (let second = 0; second < 30; second += 1) {
    await file.runDue()
    clock.advance(1000)
  }
  expect([exported(), complaints.length]).toEqual([0, 1])
  sink.isFull = false
  clock.advance(10_000)
  await file.runDue()
  expect([sequences(), exported()]).toEqual([[1, 2, 3], 3])
})

test('a long audit is appended in pages, in its order, each entry once', async () => {
  const { file, sequences, exported } = exporting(1100)
  await Promise.all([file.runDue(), file.runDue()])
  await file.settled()
  expect(exported()).toBe(1100)
  expect(sequences()).toEqual(Array.from({ length: 1100 }, (_, index) => index + 1))
})
