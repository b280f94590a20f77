import type { OuterKeysReply } from '@sallyport/contract'
import { noted } from '../audit/record.ts'
import type { Store } from '../ports.ts'
import { type Principal, requireUnbound } from '../principal.ts'
import { outerKeyIdOf } from '../vault/outer-keys.ts'
import { allDataKeys, type RewrapJob, type RewrapPorts } from './rewrap-job.ts'

export type OuterKeyPorts = Pick<RewrapPorts, 'outerKeys'> & {
  readonly store: Store
  readonly rewraps: RewrapJob
}

/** How many data keys each outer key wraps: one that wraps none is needed for older backups alone. */
export async function readOuterKeys({ store, outerKeys }: OuterKeyPorts): Promise<OuterKeysReply> {
  const { ids, currentId } = outerKeys
  const counts = new Map(ids.map((id) => [id, 0]))
  let total = 0
  for await (const { wrapped } of allDataKeys(store)) {
    const id = outerKeyIdOf(wrapped)
    counts.set(id, (counts.get(id) ?? 0) + 1)
    total += 1
  }
  return {
    outerKeys: [...counts].map(([id, dataKeys]) => ({
      ...{ id, current: id === currentId, available: ids.includes(id), dataKeys },
    })),
    rewrap: { done: counts.get(currentId) ?? 0, total },
  }
}

/** Has what other outer keys wrap wrapped by the current one, in the background. @throws SallyportError scope_missing */
export async function startRewrap(ports: OuterKeyPorts, principal: Principal): Promise<OuterKeysReply> {
  requireUnbound(principal)
  const target = { kind: 'outer_key', id: ports.outerKeys.currentId }
  await noted(ports.store, principal, { action: 'outer_key.rewrap_started', target })
  ports.rewraps.begin()
  return readOuterKeys(ports)
}
