import { createSecretKey, randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import type { AuditCheckpoint, ChainedAudit, Store } from '../ports.ts'
import { chainWith, firstHash } from './chain.ts'
import { checkpointSigner } from './checkpoint.ts'
import { auditLine, checkpointLine, exportAudit } from './export.ts'
import { checkpointsIn } from './export-line.ts'
import { verifyExport } from './verify-export.ts'

const key = createSecretKey(randomBytes(32))
const signer = checkpointSigner(key)

/** A chain of so many entries. */
function chain(count: number, organizationId = 'org_a'): ChainedAudit[] {
  const entries: ChainedAudit[] = []
  for (let sequence = 1; sequence <= count; sequence += 1) {
    const stored = {
      ...{ organizationId, id: `aud_${sequence}`, at: sequence, address: undefined, action: 'a.b' },
      actor: { kind: 'key', id: 'key_1' } as const,
      target: { kind: 'thing', id: `thing ${sequence}`, name: undefined },
      changes: '[{"field":"/name","after":"\u00e9"}]',
    }
    entries.push({ ...stored, sequence, ...chainWith(key)(stored, entries.at(-1)?.hash ?? firstHash) })
  }
  return entries
}

const line = (entry: ChainedAudit) => JSON.stringify(auditLine(entry))
const signed = ({ organizationId, sequence, hash }: ChainedAudit) =>
  signer.sign({ organizationId, sequence, hash, at: Date.UTC(2026, 0, 1) })

async function problems(lines: readonly string[], kept: readonly AuditCheckpoint[] = []) {
  const found = await verifyExport(async function* () {
    yield* lines
  }, kept)
  return found.flatMap((each) => each.problems.map(({ kind, sequence }) => `${kind} ${sequence}`))
}

const entries = chain(6)
const lines = entries.map(line)
const [, second, third, , , sixth] = entries as [
  ChainedAudit,
  ChainedAudit,
  ChainedAudit,
  ChainedAudit,
  ChainedAudit,
  ChainedAudit,
]

test('an export is whole, with its checkpoints among the lines, and of several organizations at once', async () => {
  const others = chain(3, 'org_b')
  const mixed = [
    JSON.stringify(checkpointLine(signed(third))),
    ...lines.slice(0, 4),
    ...others.map(line),
    ...lines.slice(4),
    JSON.stringify(checkpointLine(signed(sixth))),
  ]
  const found = await verifyExport(async function* () {
    yield* mixed
  })
  expect(found).toMatchObject([
    { organizationId: 'org_a', from: 1, last: { sequence: 6 }, checkpoints: 2, problems: [] },
    { organizationId: 'org_b', from: 1, last: { sequence: 3 }, checkpoints: 0, problems: [] },
  ])
  expect(found[0]?.publicKeys).toEqual([signer.publicKey])
})

test('what was done to an export is named, without any key', async () => {
  const edited = lines.with(2, String(lines[2]).replace('"thing 3"', '"thing 4"'))
  expect(await problems(edited)).toEqual(['edited 3'])
  const added = lines.with(2, String(lines[2]).replace('{', '{"more":1,'))
  expect(await problems(added)).toEqual(['edited 3'])
  expect(await problems(lines.toSpliced(2, 1))).toEqual(['deleted 3'])
  expect(await problems([...lines, line({ ...second, sequence: 7 })])).toEqual(['inserted 7'])
  const swapped = entries.with(1, { ...third, sequence: 2 }).with(2, { ...second, sequence: 3 })
  expect(await problems(swapped.map(line))).toEqual(['reordered 2'])
})

test('an export that was cut, or exchanged from some entry on, is not what a checkpoint says', async () => {
  expect(await problems(lines.slice(0, 5), [signed(sixth)])).toEqual(['tail_cut 6'])
  const exchanged = chain(6).map((entry) => ({ ...entry, action: 'c.d' }))
  let previous = firstHash
  const rewritten = exchanged.map((entry) => {
    const { hash, mac } = chainWith(createSecretKey(randomBytes(32)))(entry, previous)
    previous = hash
    return { ...entry, hash, mac }
  })
  expect(await problems(rewritten.map(line))).toEqual([])
  expect(await problems(rewritten.map(line), [signed(third)])).toEqual(['rewritten 3'])
  expect(await problems(lines, [{ ...signed(sixth), sequence: 5 }])).toEqual(['checkpoint_forged 5'])
})

test('an export from some place on is verified from there, its first line by a checkpoint', async () => {
  const rest = lines.slice(2)
  expect(await problems(rest, [signed(third)])).toEqual([])
  const other = rest.with(0, String(rest[0]).replace(third.hash, second.hash))
  expect(await problems(other)).toEqual(['edited 4'])
  expect(await problems([line({ ...third, hash: second.hash })], [signed(third)])).toEqual(['rewritten 3'])
})

test('lines that came twice, and one that a process was killed in, are no fault', async () => {
  const again = [...lines.slice(0, 4), '{"sequence":5,"hash', ...lines.slice(2)]
  expect(await problems(again)).toEqual([])
})

test('checkpoints are read from a list, a reply, one alone, and from lines of all kinds', () => {
  const kept = [signed(second), signed(third)]
  const shown = kept.map(checkpointLine)
  const texts = [
    JSON.stringify(shown),
    JSON.stringify({ items: shown }),
    [lines[0], ...shown.map((each) => JSON.stringify(each)), '{'].join('\n'),
  ]
  for (const text of texts) expect(checkpointsIn(text)).toEqual(kept)
  expect(checkpointsIn(JSON.stringify(shown[0]))).toEqual(kept.slice(0, 1))
  expect(checkpointsIn('nothing')).toEqual([])
})

test('an export reads a page when the one before was taken, and no sooner', async () => {
  const pages: number[] = []
  const all = chain(250)
  const audit = {
    async chain(_organizationId: string, after: { sequence: number } | undefined, limit: number) {
      const from = after?.sequence ?? 0
      pages.push(from)
      return all.slice(from, from + limit)
    },
  } as Partial<Store['audit']> as Store['audit']
  const store = { audit } as Partial<Store> as Store
  const taken = exportAudit({ store }, { organizationId: 'org_a' }, { after: 0 })
  expect(pages).toEqual([])
  for (let count = 0; count < 100; count += 1) await taken.next()
  expect(pages).toEqual([0])
  await taken.next()
  expect(pages).toEqual([0, 100])
  let rest = 0
  for await (const _ of taken) rest += 1
  expect([rest, pages]).toEqual([149, [0, 100, 200]])
})

test('an export of a stretch of time has no gap, whatever clocks said', async () => {
  // The third was written by a node whose clock was behind.
  const all = [1, 2, 1, 4, 5].map(
    (second, index) => ({ ...chain(5)[index], at: second * 1000 }) as ChainedAudit,
  )
  const audit = { chain: async (_: string, after: { sequence: number }) => all.slice(after.sequence) }
  const store = { audit } as unknown as Store
  const taken: number[] = []
  const range = { after: 0, since: new Date(2000).toISOString(), until: new Date(5000).toISOString() }
  for await (const { sequence } of exportAudit({ store }, { organizationId: 'org_a' }, range))
    taken.push(sequence)
  expect(taken).toEqual([2, 3, 4])
})
