import type { AuditCheckpoint, Store } from '../ports.ts'
import type { Vault } from '../vault/vault.ts'
import { VaultError } from '../vault/vault-error.ts'
import { type AuditMac, auditMac } from './chain.ts'
import { checkpointSigner, isSigned } from './checkpoint.ts'
import { Expected } from './expected.ts'
import type { AccountBehind, AuditProblem } from './problem.ts'
import { storedChain, walkable } from './stored-chain.ts'
import { beginning, type ChainStart, walk } from './walk.ts'

export interface VerifyPorts {
  readonly store: Pick<Store, 'audit'>
  readonly vault: Pick<Vault, 'auditKey'>
}

export interface VerifyOptions {
  /** Kept outside of the database. */
  readonly checkpoints?: readonly AuditCheckpoint[]
  /** Told now and then how far it has come. */
  readonly progress?: (sequence: number) => void
}

export interface Verified {
  readonly organizationId: string
  /** How far the chain is as it was written. */
  readonly last: ChainStart
  /** Of the organization; undefined where its key cannot be opened. */
  readonly publicKey: string | undefined
  /** How many were compared. */
  readonly checkpoints: number
  readonly accounts: number
  /** The first of the chain, then what its end, its checkpoints and the accounts lack. */
  readonly problems: readonly AuditProblem[]
}

const everyEntries = 10_000
const mostAccounts = 100
const accountsAtOnce = 1000

/** Verifies the audit of an organization from its first entry on, and its accounts by the generations it tells. */
export async function verifyAudit(
  ports: VerifyPorts,
  organizationId: string,
  { checkpoints = [], progress }: VerifyOptions = {},
): Promise<Verified> {
  const { audit } = ports.store
  const key = await keyOf(ports, organizationId)
  // Before all else: the chain may grow while it is walked.
  const head = await audit.head(organizationId)
  const stored = await audit.checkpoints(organizationId, { limit: 1, after: undefined })
  const all = [...checkpoints, ...stored.items]
  const isSound = (each: AuditCheckpoint) => isOwn(each, organizationId, key?.publicKey)
  const expected = new Expected(all.filter(isSound))
  const generations = new Map<string, number>()
  const chain = {
    read: () => walkable(storedChain({ audit }, organizationId, beginning)),
    mac: key?.mac,
    start: beginning,
    end: async () => (await audit.head(organizationId))?.sequence,
  }
  const { last, bad } = await walk(chain, (entry) => {
    expected.pass(entry)
    for (const [id, generation] of entry.generations) {
      generations.set(id, Math.max(generation, generations.get(id) ?? 0))
    }
    if (entry.sequence % everyEntries === 0) progress?.(entry.sequence)
  })
  const stray = await audit.stray(organizationId)
  const problems: AuditProblem[] = [
    ...(key ? [] : [{ kind: 'key_missing' } as const]),
    ...(bad ? [{ kind: bad.kind, sequence: bad.sequence, entry: bad.id }] : expected.cut(last, head)),
    ...expected.differing(),
    ...(stray === undefined ? [] : [{ kind: 'inserted', entry: stray } as const]),
    ...all
      .filter((each) => !isSound(each))
      .map(({ sequence }) => ({ kind: 'checkpoint_forged', sequence }) as const),
    ...(await behind(audit, organizationId, generations)),
  ]
  const counts = { checkpoints: all.length, accounts: generations.size }
  return { organizationId, last, publicKey: key?.publicKey, ...counts, problems }
}

/** Undefined where it cannot be opened, or is not there. */
async function keyOf(
  { vault }: VerifyPorts,
  organizationId: string,
): Promise<{ readonly mac: AuditMac; readonly publicKey: string } | undefined> {
  try {
    const key = await vault.auditKey(organizationId)
    return { mac: auditMac(key), publicKey: checkpointSigner(key).publicKey }
  } catch (error) {
    if (error instanceof VaultError) return undefined
    throw error
  }
}

/** Without the key it is whichever key the checkpoint names. */
function isOwn(checkpoint: AuditCheckpoint, organizationId: string, publicKey: string | undefined): boolean {
  const { organizationId: whose, publicKey: named } = checkpoint
  return whose === organizationId && (publicKey ?? named) === named && isSigned(checkpoint)
}

/** Accounts that stand at an earlier generation than was recorded (E9). */
async function behind(
  audit: Store['audit'],
  organizationId: string,
  recorded: ReadonlyMap<string, number>,
): Promise<AuditProblem[]> {
  const found: AccountBehind[] = []
  let after: string | undefined
  do {
    const page = await audit.generations(organizationId, { since: 0, after, limit: accountsAtOnce })
    for (const { id, generation } of page) {
      const highest = recorded.get(id) ?? 0
      if (generation < highest) found.push({ id, generation, recorded: highest })
    }
    after = page.length < accountsAtOnce ? undefined : page.at(-1)?.id
  } while (after !== undefined && found.length < mostAccounts)
  return found.map((account) => ({ kind: 'account_rolled_back', account }) as const)
}
