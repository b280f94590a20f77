import { traceOf } from '../error.ts'
import { OrderedIds } from '../ordered-id.ts'
import type { AuditCheckpoint, AuditProgress, AuditSink, Clock, Log, Random, Store } from '../ports.ts'
import type { Vault } from '../vault/vault.ts'
import { auditMac } from './chain.ts'
import { checkpointSigner, isSigned } from './checkpoint.ts'
import { auditDelivery } from './delivery.ts'
import { checkpointLine } from './export.ts'
import { recordGenerations } from './generations.ts'
import { storedChain, walkable } from './stored-chain.ts'
import { beginning, type ChainStart, walk } from './walk.ts'

export interface CheckpointPorts {
  readonly store: Store
  readonly vault: Pick<Vault, 'auditKey'>
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly auditSink?: AuditSink | undefined
}

const everyEntries = 100
const everyMilliseconds = 600_000
const generationMilliseconds = 86_400_000
const lookMilliseconds = 15_000
const complaintMilliseconds = 3_600_000
const mostAtOnce = 100

/**
 * Signs where the chains stand, after a hundred entries and ten minutes after the first that was not signed, having
 * verified what came since the last time: what somebody wrote without the key is never signed. Once a day the
 * generations of accounts are recorded before.
 */
export class Checkpoints {
  readonly #ports: CheckpointPorts
  readonly #ids: OrderedIds
  readonly #complained = new Map<string, number>()
  #lookedAt = Number.NEGATIVE_INFINITY
  #running: Promise<void> | undefined

  constructor(ports: CheckpointPorts) {
    this.#ports = ports
    this.#ids = new OrderedIds(ports)
  }

  runDue(): Promise<void> {
    const now = this.#ports.clock.now()
    if (this.#running || Math.abs(now - this.#lookedAt) < lookMilliseconds) return Promise.resolve()
    this.#lookedAt = now
    this.#running = this.#run(now).finally(() => {
      this.#running = undefined
    })
    return this.#running
  }

  async settled(): Promise<void> {
    await this.#running?.catch(() => undefined)
  }

  async #run(now: number): Promise<void> {
    const { audit } = this.#ports.store
    const behind = await audit.generationsDue(now - generationMilliseconds, mostAtOnce)
    for (const due of behind) await recordGenerations(this.#ports, due)
    const due = await audit.signingDue({
      entries: everyEntries,
      before: now - everyMilliseconds,
      limit: mostAtOnce,
    })
    for (const each of due) await this.#sign(each)
  }

  async #sign(due: AuditProgress): Promise<void> {
    const { organizationId } = due
    try {
      const made = await signed(this.#ports, due)
      if ('bad' in made) this.#complain(organizationId, made.bad)
      else if (await this.#add(made)) await this.#tell(made)
    } catch (error) {
      this.#complain(organizationId, { cause: traceOf(error) })
    }
  }

  #add(checkpoint: AuditCheckpoint): Promise<boolean> {
    const data = checkpointLine(checkpoint)
    const sent = { id: this.#ids.next('evt'), type: 'audit.checkpoint', at: data.at, data } as const
    const { organizationId, at } = checkpoint
    const delivery = (webhookId: string) => {
      const row = { organizationId, webhookId, id: this.#ids.next('dlv') }
      return auditDelivery(sent, row, at)
    }
    return this.#ports.store.audit.addCheckpoint(checkpoint, delivery)
  }

  /** Out of the database, where whoever can cut the chain could cut this as well. */
  async #tell(checkpoint: AuditCheckpoint): Promise<void> {
    const line = checkpointLine(checkpoint)
    this.#ports.log.info({ checkpoint: line }, 'audit checkpoint')
    await this.#ports.auditSink?.append([JSON.stringify(line)])
  }

  #complain(organizationId: string, fields: Record<string, unknown>): void {
    const { clock, log } = this.#ports
    const now = clock.now()
    const before = this.#complained.get(organizationId)
    if (before !== undefined && Math.abs(now - before) < complaintMilliseconds) return
    this.#complained.set(organizationId, now)
    log.error({ organization: organizationId, ...fields }, 'the audit cannot be signed: verify it')
  }
}

/** A checkpoint of what is there and as it was written, or what is not. */
async function signed(
  {
    store,
    vault,
    clock,
  }: Pick<CheckpointPorts, 'vault' | 'clock'> & { readonly store: Pick<Store, 'audit'> },
  { organizationId, sequence }: AuditProgress,
) {
  const key = await vault.auditKey(organizationId)
  const signer = checkpointSigner(key)
  const start = await startAt(store, organizationId, sequence, signer.publicKey)
  if (!start) return { bad: { kind: 'checkpoint_forged', sequence } }
  const chain = {
    read: () => walkable(storedChain(store, organizationId, start)),
    mac: auditMac(key),
    start,
    end: async () => (await store.audit.head(organizationId))?.sequence,
  }
  const { last, bad } = await walk(chain, () => undefined)
  if (bad) return { bad: { ...bad } }
  if (last.sequence <= start.sequence) return { bad: { kind: 'tail_cut', sequence: last.sequence + 1 } }
  return signer.sign({ organizationId, ...last, at: clock.now() })
}

/** The checkpoint before, if it is one. */
async function startAt(
  { audit }: Pick<Store, 'audit'>,
  organizationId: string,
  sequence: number,
  publicKey: string,
): Promise<ChainStart | undefined> {
  if (sequence === 0) return beginning
  const { items } = await audit.checkpoints(organizationId, { limit: 1, after: undefined })
  const [latest] = items
  const isSound = latest?.sequence === sequence && latest.publicKey === publicKey && isSigned(latest)
  return isSound ? { sequence, hash: latest.hash } : undefined
}

/** A checkpoint of where a chain stands, all of it verified. @throws Error where it is not as it was written */
export async function signedHead(
  ports: Pick<CheckpointPorts, 'vault' | 'clock'> & { readonly store: Pick<Store, 'audit'> },
  organizationId: string,
): Promise<AuditCheckpoint> {
  const made = await signed(ports, { organizationId, sequence: 0 })
  if ('bad' in made) throw new Error(`The audit is not as it was written: ${made.bad.kind}.`)
  return made
}
