import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ImportedOperation } from '@sallyport/contract'
import type { Asker } from '../../audit/record.ts'
import { SallyportError } from '../../error.ts'
import { newId } from '../../id.ts'
import type { ImportOptions, WrittenOperation } from '../../openapi/import-body.ts'
import type { Clock, OperationRecord, Random, Store } from '../../ports.ts'

export interface PlannedOperation {
  readonly shown: ImportedOperation
  /** What is to be stored; undefined where what is there is kept. */
  readonly record: OperationRecord | undefined
  readonly isNew: boolean
}

interface PlanPorts {
  readonly store: Store
  readonly clock: Clock
  readonly random: Random
}

const perTurn = 20
const mostNamed = 100

/** What is to become of each operation, by what is there already. @throws SallyportError key_taken, naming them */
export async function plannedOperations(
  ports: PlanPorts,
  { organizationId }: Pick<Asker, 'organizationId'>,
  written: readonly WrittenOperation[],
  options: Pick<ImportOptions, 'existing' | 'integration'>,
): Promise<PlannedOperation[]> {
  const planned: PlannedOperation[] = []
  const taken: string[] = []
  for (let from = 0; from < written.length; from += perTurn) {
    const some = written.slice(from, from + perTurn)
    const found = await Promise.all(
      some.map(({ key }) => ports.store.operations.getByKey(organizationId, key)),
    )
    for (const [index, operation] of some.entries()) {
      const before = found[index]
      if (before && options.existing === 'refuse') taken.push(before.key)
      planned.push(plannedOne(ports, operation, { organizationId, before, options }))
    }
    await nextTurn()
  }
  if (taken.length > 0) throw keysTaken(taken)
  return planned
}

interface Place {
  readonly organizationId: string
  readonly before: OperationRecord | undefined
  readonly options: Pick<ImportOptions, 'existing' | 'integration'>
}

function plannedOne(
  ports: PlanPorts,
  { definition, deprecated, key, method, name, operationId, path, tags }: WrittenOperation,
  { organizationId, before, options }: Place,
): PlannedOperation {
  const outcome = before ? (options.existing === 'keep' ? 'kept' : 'replaced') : 'created'
  const shown: ImportedOperation = {
    ...{ key: before?.key ?? key, name, method, path, tags: [...tags], deprecated, outcome },
    ...(operationId !== undefined && { operationId }),
  }
  if (outcome === 'kept') return { shown, record: undefined, isNew: false }
  const now = ports.clock.now()
  const said = { name, integration: options.integration?.toLowerCase(), definition, updatedAt: now }
  if (before) {
    // Its key stays as it was written first.
    const kept = JSON.stringify({ ...(JSON.parse(definition) as object), key: before.key })
    return {
      shown,
      record: { ...before, ...said, definition: kept, version: before.version + 1 },
      isNew: false,
    }
  }
  const id = newId('opr', ports)
  return { shown, record: { organizationId, id, key, version: 1, createdAt: now, ...said }, isNew: true }
}

function keysTaken(keys: readonly string[]): SallyportError {
  const faults = keys.slice(0, mostNamed).map((key) => ({
    path: '/existing',
    code: 'key_taken',
    message: `There is an operation ${key} already. Keep or replace such ones by \`existing\`, or give a \`prefix\`.`,
  }))
  return new SallyportError('key_taken', { faults })
}
