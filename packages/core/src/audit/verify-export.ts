import type { AuditCheckpoint } from '../ports.ts'
import { isSigned } from './checkpoint.ts'
import { Expected } from './expected.ts'
import { readLine } from './export-line.ts'
import type { AuditProblem } from './problem.ts'
import { beginning, type ChainEntry, type ChainStart, walk } from './walk.ts'

/** Lines of an export, from the first on, as often as they are asked for. */
export type ExportedLines = () => AsyncIterable<string>

/** What an export holds of one organization. */
export interface VerifiedExport {
  readonly organizationId: string
  /** The first entry that is in it. */
  readonly from: number
  readonly last: ChainStart
  /** What its checkpoints are signed with: to be compared with what is known of the organization. */
  readonly publicKeys: readonly string[]
  readonly checkpoints: number
  readonly problems: readonly AuditProblem[]
}

/** Lines that come twice, as after a crash, come soon after. */
const remembered = 10_000

/**
 * Verifies an export without any key: each entry follows the one before, and the checkpoints, those in it and those that
 * were kept elsewhere, are signed and say the same. Whoever can sign checkpoints could make such an export, nobody else.
 */
export async function verifyExport(
  lines: ExportedLines,
  kept: readonly AuditCheckpoint[] = [],
): Promise<readonly VerifiedExport[]> {
  const found: VerifiedExport[] = []
  for (const [organizationId, { first, checkpoints }] of await contentsOf(lines)) {
    const own = kept.filter((checkpoint) => checkpoint.organizationId === organizationId)
    if (first)
      found.push(await verified(lines, organizationId, { first, checkpoints: [...own, ...checkpoints] }))
  }
  return found
}

interface Contents {
  readonly first: ChainEntry
  readonly checkpoints: readonly AuditCheckpoint[]
}

async function contentsOf(lines: ExportedLines) {
  const found = new Map<string, { first: ChainEntry | undefined; checkpoints: AuditCheckpoint[] }>()
  for await (const text of lines()) {
    const line = readLine(text)
    if (!line) continue
    const contents = found.get(line.organizationId) ?? { first: undefined, checkpoints: [] }
    found.set(line.organizationId, contents)
    contents.first ??= line.entry
    if (line.checkpoint) contents.checkpoints.push(line.checkpoint)
  }
  return found
}

async function verified(
  lines: ExportedLines,
  organizationId: string,
  { first, checkpoints }: Contents,
): Promise<VerifiedExport> {
  const signed = checkpoints.filter(isSigned)
  const publicKeys = [...new Set(signed.map(({ publicKey }) => publicKey))]
  const expected = new Expected(signed)
  // Of what came before the first line nothing is known but what a checkpoint says.
  const isWhole = first.sequence === 1
  const start = isWhole ? beginning : { sequence: first.sequence, hash: first.hash }
  if (!isWhole) expected.pass(first)
  const read = () => after(start, entriesOf(lines, organizationId))
  const chain = { read, mac: undefined, start, end: async () => undefined }
  const { last, bad } = await walk(chain, (entry) => expected.pass(entry))
  const problems: AuditProblem[] = [
    ...(bad ? [{ kind: bad.kind, sequence: bad.sequence, entry: bad.id }] : expected.cut(last, last)),
    ...expected.differing(),
    ...checkpoints
      .filter((checkpoint) => !isSigned(checkpoint))
      .map(({ sequence }) => ({ kind: 'checkpoint_forged', sequence }) as const),
  ]
  return {
    ...{ organizationId, from: first.sequence, last, publicKeys },
    ...{ checkpoints: checkpoints.length, problems },
  }
}

async function* after(start: ChainStart, entries: AsyncIterable<ChainEntry>): AsyncGenerator<ChainEntry> {
  for await (const entry of entries) if (entry.sequence > start.sequence) yield entry
}

/** Each once: a process that was killed may have appended some again. */
async function* entriesOf(lines: ExportedLines, organizationId: string): AsyncGenerator<ChainEntry> {
  const seen = new Set<string>()
  for await (const text of lines()) {
    const line = readLine(text)
    if (!line?.entry || line.organizationId !== organizationId) continue
    const { sequence, hash, content } = line.entry
    const same = `${sequence} ${hash} ${content?.toString('base64')}`
    if (seen.has(same)) continue
    seen.add(same)
    if (seen.size > remembered) seen.delete(String(seen.values().next().value))
    yield line.entry
  }
}
