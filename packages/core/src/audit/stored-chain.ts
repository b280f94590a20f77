import type { AuditReply } from '@sallyport/contract'
import type { ChainedAudit, Store } from '../ports.ts'
import { contentHash } from './chain.ts'
import { exportedEntry } from './view.ts'
import type { ChainEntry, ChainStart } from './walk.ts'

/** What is hashed between two turns of everybody else. */
const atOnce = 100

/** The chain of an organization after a place of it, in pages, between which everybody else has a turn. */
export async function* storedChain(
  { audit }: Pick<Store, 'audit'>,
  organizationId: string,
  { sequence }: Pick<ChainStart, 'sequence'>,
): AsyncGenerator<ChainedAudit> {
  let after: Pick<ChainedAudit, 'sequence' | 'id'> | undefined = { sequence, id: last }
  for (;;) {
    const entries: readonly ChainedAudit[] = await audit.chain(organizationId, after, atOnce)
    yield* entries
    after = entries.at(-1)
    if (!after || entries.length < atOnce) return
    await new Promise<void>((resolve) => setImmediate(resolve))
  }
}

/** Greater than any id. */
const last = '~'

/** The same, as it is walked. */
export async function* walkable(entries: AsyncIterable<ChainedAudit>): AsyncGenerator<ChainEntry> {
  for await (const entry of entries) yield chainEntry(entry)
}

function chainEntry(entry: ChainedAudit): ChainEntry {
  const { sequence, id, hash, mac } = entry
  const shown = readable(entry)
  return {
    ...{ sequence, id, hash, mac },
    content: shown && contentHash(shown),
    generations: shown ? generationsIn(shown) : new Map(),
  }
}

/** Undefined for one that somebody changed so that it is no entry any more. */
function readable(entry: ChainedAudit): ReturnType<typeof exportedEntry> | undefined {
  try {
    return exportedEntry(entry)
  } catch {
    return undefined
  }
}

/** What generations the record of many, or the change of one, tells. */
function generationsIn({ target, changes }: AuditReply): ReadonlyMap<string, number> {
  const found = new Map<string, number>()
  for (const { field, after } of changes) {
    if (field === '/generation' && target.kind === 'account' && typeof after === 'number') {
      found.set(target.id, after)
    }
    if (field !== generationsField || typeof after !== 'object' || after === null) continue
    for (const [id, generation] of Object.entries(after)) {
      if (typeof generation === 'number') found.set(id, generation)
    }
  }
  return found
}

/** Under which the generations of many accounts are told at once. */
export const generationsField = '/generations'
