import type { AuditActor, AuditEntry, Store } from '../ports.ts'
import type { Principal } from '../principal.ts'

/** Who asks for a change, and from where. */
export type Asker = Pick<Principal, 'organizationId' | 'keyId' | 'userId' | 'address'> & {
  /** Of somebody who needs no name here. */
  readonly connectLinkId?: string
}

/** What was done to what. */
export interface Deed {
  /** `integration.updated` and so on. */
  readonly action: string
  readonly target: { readonly kind: string; readonly id: string; readonly name?: string | undefined }
  /** As `changesBetween` finds them. */
  readonly changes?: AuditEntry['changes']
}

/**
 * Makes a change by methods of the store, given as `run`'s argument, and writes down who made it, in one transaction.
 * What comes out as false was not made; where that is told otherwise, `deed` is a function of what came out.
 *
 * @example
 * const deed = { action: 'key.revoked', target: { kind: 'key', id } }
 * const isGone = await recorded(ports.store, owner, deed, (store) => store.apiKeys.delete(organizationId, id))
 */
export function recorded<Result>(
  store: Pick<Store, 'recorded'>,
  asker: Asker,
  deed: Deed | ((result: Result) => Deed | undefined),
  run: (store: Store) => Promise<Result>,
): Promise<Result> {
  return store.recorded(asker.organizationId, run, (result) => {
    const done = typeof deed === 'function' ? deed(result) : result === false ? undefined : deed
    return done && entryOf(asker, done)
  })
}

/** Writes down what changes nothing and is told all the same: that somebody had a secret shown. */
export function noted(store: Pick<Store, 'recorded'>, asker: Asker, deed: Deed): Promise<void> {
  return recorded(store, asker, deed, async () => undefined)
}

function entryOf(asker: Asker, { action, target, changes = [] }: Deed): AuditEntry {
  return {
    actor: actorOf(asker),
    address: asker.address,
    action,
    target: { kind: target.kind, id: target.id, name: target.name },
    changes,
  }
}

/** Whoever has neither key nor name holds the operator's own key, or this machine. */
function actorOf({ userId, keyId, connectLinkId }: Asker): AuditActor {
  if (connectLinkId !== undefined) return { kind: 'connect_link', id: connectLinkId }
  if (userId !== undefined) return { kind: 'person', id: userId }
  return keyId === undefined ? { kind: 'operator', id: undefined } : { kind: 'key', id: keyId }
}
