import { recorded } from '../audit/record.ts'
import { SallyportError } from '../error.ts'
import { newId } from '../id.ts'
import type {
  Clock,
  InstanceMemory,
  InstanceRecord,
  InstanceSeen,
  Journal,
  QuarantineCounts,
  Random,
  Store,
} from '../ports.ts'
import { causeOf, type FenceCause } from './fence-cause.ts'

/**
 * How far an operator's word takes the epoch: further than nodes advance it in years. By that, nodes that run know the
 * word when they see it, and no node has seen more of the database.
 */
export const epochLeap = 1_000_000

export interface InstancePorts {
  readonly store: Pick<Store, 'instance' | 'organizations' | 'recorded'>
  readonly memory: InstanceMemory
  readonly clock: Clock
  readonly random: Random
}

/** What an operator's word found, and where it left the database. */
export interface Settled {
  readonly id: string
  /** What stood against the database before; undefined for nothing. */
  readonly cause: FenceCause | undefined
}

/** This database is the one that goes on, from this state. Said twice, it does nothing more. */
export async function adoptInstance(ports: InstancePorts): Promise<Settled> {
  const { found, seen } = await standing(ports)
  const next = { id: found.id, epoch: beyond(found, seen) }
  const cause = causeOf(found, seen)
  const adoptedAt = cause && ports.clock.now()
  await byOperator(ports, 'adopted', next.id, (store) => store.instance.settle(next, adoptedAt))
  await ports.memory.write(next)
  return { id: next.id, cause }
}

/**
 * This database is a copy, and its original goes on elsewhere: what could disturb that one is destroyed, and the copy
 * is an instance of its own from now on. Undefined, with nothing done, where nothing says that it is a copy, unless
 * `force`: so a second time destroys nothing that was connected since the first.
 */
export async function quarantineInstance(
  ports: InstancePorts & { readonly journals: readonly Journal[] },
  { force }: { readonly force: boolean },
): Promise<(Settled & { readonly counts: QuarantineCounts; readonly answers: number }) | undefined> {
  const { found, seen } = await standing(ports)
  const cause = causeOf(found, seen)
  if (!cause && !force) return undefined
  const next = { id: newId('ins', ports), epoch: beyond(found, seen) }
  const counts = await byOperator(ports, 'quarantined', next.id, (store) => store.instance.quarantine(next))
  // Answers that came to the original.
  const answers = await Promise.all(ports.journals.map(emptied))
  await ports.memory.write(next)
  return { id: next.id, cause, counts, answers: answers.reduce((sum, count) => sum + count, 0) }
}

/** Told in the operator's organization, where there is one yet. */
async function byOperator<Result>(
  { store }: InstancePorts,
  what: string,
  id: string,
  run: (store: Pick<Store, 'instance'>) => Promise<Result>,
): Promise<Result> {
  const organization = await store.organizations.first()
  if (!organization) return run(store)
  const operator = { organizationId: organization.id, keyId: undefined }
  return recorded(store, operator, { action: `instance.${what}`, target: { kind: 'instance', id } }, run)
}

async function emptied(journal: Journal): Promise<number> {
  const answers = await journal.entries()
  for (const { id } of answers) await journal.remove(id)
  return answers.length
}

async function standing(
  ports: InstancePorts,
): Promise<{ readonly found: InstanceRecord; readonly seen: InstanceSeen | undefined }> {
  const { instance } = ports.store
  const seen = await ports.memory.read()
  if (!(await instance.read())) await instance.create(newId('ins', ports))
  const found = await instance.read()
  if (!found) throw new SallyportError('internal', { detail: 'the instance went as it was read' })
  return { found, seen }
}

function beyond({ epoch, rolledBackFrom = 0 }: InstanceRecord, seen: InstanceSeen | undefined): number {
  return Math.max(epoch, rolledBackFrom, seen?.epoch ?? 0) + epochLeap
}
