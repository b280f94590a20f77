import { type AuditMac, chainedHash, firstHash } from './chain.ts'

/** An entry of a chain, wherever it was read from. */
export interface ChainEntry {
  readonly sequence: number
  readonly id: string
  readonly hash: string
  readonly mac: string
  /** SHA-256 of what it says; undefined where that cannot be read as an entry any more. */
  readonly content: Buffer | undefined
  /** Generations of accounts that it tells. */
  readonly generations: ReadonlyMap<string, number>
}

/** Where a chain, or the part of it that is looked at, begins. */
export interface ChainStart {
  readonly sequence: number
  readonly hash: string
}

export interface Chain {
  /** From the start on, as often as it is asked for. */
  read(): AsyncIterable<ChainEntry>
  /** Undefined for whoever has not the key: what was written without it is not noticed then. */
  readonly mac: AuditMac | undefined
  /** Of a chain that is known from its beginning on. */
  readonly start: ChainStart
  /** Where its end is written down. */
  end(): Promise<number | undefined>
}

export const beginning: ChainStart = { sequence: 0, hash: firstHash }

/** What was done to an entry, as far as that can be told. */
export type Tampering = 'edited' | 'deleted' | 'inserted' | 'reordered' | 'wrong_key'

export interface BadEntry {
  readonly kind: Tampering
  /** The place in the chain that is wrong. */
  readonly sequence: number
  /** What stands there instead. */
  readonly id: string | undefined
}

/** Goes along a chain, up to the first entry that does not follow; `passed` is told of each that does. */
export async function walk(
  chain: Chain,
  passed: (entry: ChainEntry) => void,
): Promise<{ readonly last: ChainStart; readonly bad: BadEntry | undefined }> {
  let last = chain.start
  for await (const entry of chain.read()) {
    if (!follows(chain, last, entry)) return { last, bad: await diagnosis(chain, last, entry) }
    last = { sequence: entry.sequence, hash: entry.hash }
    passed(entry)
  }
  return { last, bad: undefined }
}

function follows({ mac }: Chain, last: ChainStart, { sequence, content, ...entry }: ChainEntry): boolean {
  return (
    sequence === last.sequence + 1 &&
    content !== undefined &&
    chainedHash(last.hash, content) === entry.hash &&
    (!mac || mac(entry.hash, content) === entry.mac)
  )
}

/** Goes along the whole chain once more, to see what became of the entry that belongs after `last`. */
async function diagnosis(chain: Chain, last: ChainStart, found: ChainEntry): Promise<BadEntry> {
  const sequence = last.sequence + 1
  const end = await chain.end()
  const seen = await survey(chain, last, found)
  const kind = kindOf(chain, { found, sequence, end, seen, follows: hashFits(last, found) })
  return { kind, sequence, id: found.sequence > sequence ? undefined : found.id }
}

interface Survey {
  /** Whether any entry was made with the key. */
  readonly isOurs: boolean
  /** How many entries are this one, with the hash and all. */
  readonly copies: number
  /** Whether another entry is the one that belongs here. */
  readonly isElsewhere: boolean
}

async function survey(chain: Chain, last: ChainStart, found: ChainEntry): Promise<Survey> {
  let [isOurs, copies, isElsewhere] = [false, 0, false]
  for await (const entry of chain.read()) {
    isOurs ||= isGenuine(chain, entry)
    if (entry.hash === found.hash) copies += 1
    if (entry.id === found.id && entry.sequence === found.sequence) continue
    const hash = entry.content && chainedHash(last.hash, entry.content)
    isElsewhere ||= hash !== undefined && (hash === entry.hash || hash === found.hash)
  }
  return { isOurs, copies, isElsewhere }
}

interface Finding {
  readonly found: ChainEntry
  readonly sequence: number
  readonly end: number | undefined
  readonly seen: Survey
  /** By its hash alone. */
  readonly follows: boolean
}

function kindOf(chain: Chain, { found, sequence, end, seen, follows }: Finding): Tampering {
  if (chain.mac && follows && !seen.isOurs) return 'wrong_key'
  if (found.sequence > sequence) return seen.isElsewhere ? 'reordered' : 'deleted'
  if (found.sequence < sequence || seen.copies > 1) return 'inserted'
  if (end !== undefined && sequence > end) return 'inserted'
  const isOurs = isGenuine(chain, found)
  if (seen.isElsewhere) return isOurs || !chain.mac ? 'reordered' : 'inserted'
  return isOurs && !follows ? 'deleted' : 'edited'
}

/** Whether what an entry says was written with the key, at whatever place. */
function isGenuine({ mac }: Chain, { content, ...entry }: ChainEntry): boolean {
  return mac !== undefined && content !== undefined && mac(entry.hash, content) === entry.mac
}

function hashFits(last: ChainStart, { content, hash }: ChainEntry): boolean {
  return content !== undefined && chainedHash(last.hash, content) === hash
}
