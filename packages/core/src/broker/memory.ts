import { type KnownTargetPorts, KnownTargets } from '../call/known-targets.ts'
import { Gathered } from '../gathered.ts'
import type { KnownKey } from '../identity/authenticate.ts'
import type { KnownSession } from '../identity/sessions.ts'
import type { Changed, News } from '../ports.ts'
import { Recent } from '../recent.ts'

interface MemoryPorts extends KnownTargetPorts {
  readonly tell: ((news: News) => void) | undefined
}

/** What is remembered of the database for a moment, and how it is forgotten here and elsewhere. */
export function remembered(ports: MemoryPorts) {
  const targets = new KnownTargets(ports)
  const keys = new Recent<KnownKey>(ports.clock)
  const verified = new Recent<KnownKey>(ports.clock)
  const ids = new Gathered<string>((lookups) => ports.store.apiKeys.idsOf(lookups))
  const sessions = new Recent<KnownSession>(ports.clock)
  const forget: Changed = (account) => {
    if (account) {
      targets.forget(account)
      return
    }
    targets.forgetAll()
    keys.clear()
    verified.clear()
    sessions.clear()
  }
  const changed: Changed = (account) => {
    forget(account)
    ports.tell?.({ kind: 'changed', account })
  }
  return { targets, keys, verified, ids, sessions, forget, changed }
}
