import type { KeyObject } from 'node:crypto'
import type { Clock, DataKeyRecord, Store } from '../ports.ts'
import { isOutOfReach } from './key-service-failure.ts'
import type { OuterKeys } from './outer-keys.ts'
import { VaultError } from './vault-error.ts'

const lifetimeMilliseconds = 3_600_000
/** While the key service that would unwrap it anew does not answer. */
const longestLifeMilliseconds = 86_400_000
/** For so long nobody is asked again for what was refused. */
const refusalMilliseconds = 1000
/** Once an organization's key has turned, every process seals with the new one within this. */
const activeMilliseconds = 1000
const capacity = 1000

/** A data key, unwrapped. */
export interface DataKey {
  readonly id: string
  readonly key: KeyObject
}

interface Entry {
  readonly dataKey: DataKey
  readonly since: number
}

interface Active {
  readonly id: string
  readonly since: number
}

interface Refusal {
  readonly error: unknown
  readonly since: number
}

export interface DataKeyPorts {
  readonly outerKeys: OuterKeys
  readonly dataKeys: Pick<Store['dataKeys'], 'get' | 'active' | 'audit'>
  readonly clock: Clock
}

/**
 * Unwrapped data keys, at most 1000 and for at most an hour; for at most a day while their key service does not answer
 * (E6). What is dropped is wiped by OpenSSL once it is collected. Which of an organization's keys seals is asked every
 * second.
 */
export class DataKeys {
  readonly #ports: DataKeyPorts
  readonly #entries = new Map<string, Entry>()
  readonly #active = new Map<string, Active>()
  readonly #refusals = new Map<string, Refusal>()
  readonly #loading = new Map<string, Promise<DataKey>>()

  constructor(ports: DataKeyPorts) {
    this.#ports = ports
  }

  /** The key that an organization seals with; at once, when it is known. */
  active(organizationId: string): DataKey | Promise<DataKey> {
    const active = this.#active.get(organizationId)
    if (active && isFresh(active, this.#ports.clock.now(), activeMilliseconds)) {
      return this.byId(organizationId, active.id)
    }
    return this.#once(organizationId, () => this.#loadActive(organizationId))
  }

  /** The key of this id; at once, when it is known. */
  byId(organizationId: string, id: string): DataKey | Promise<DataKey> {
    const name = nameOf(organizationId, id)
    return (
      this.#known(name) ??
      this.#once(name, async () => {
        const since = this.#ports.clock.now()
        return this.#unwrapped(await this.#ports.dataKeys.get(organizationId, id), since)
      })
    )
  }

  /** The key of an organization's audit; at once, when it is known. */
  audit(organizationId: string): DataKey | Promise<DataKey> {
    const name = auditName(organizationId)
    return (
      this.#known(name) ??
      this.#once(name, async () => {
        const since = this.#ports.clock.now()
        const dataKey = await this.#unwrapped(await this.#ports.dataKeys.audit(organizationId), since)
        remember(this.#entries, name, { dataKey, since })
        return dataKey
      })
    )
  }

  /** One that was just made, for the transaction that stores it. */
  rememberAudit(organizationId: string, dataKey: DataKey): void {
    remember(this.#entries, auditName(organizationId), { dataKey, since: this.#ports.clock.now() })
  }

  forgetAudit(organizationId: string): void {
    this.#entries.delete(auditName(organizationId))
  }

  async #loadActive(organizationId: string): Promise<DataKey> {
    const since = this.#ports.clock.now()
    const record = await this.#ports.dataKeys.active(organizationId)
    const known = record && this.#known(nameOf(organizationId, record.id))
    const dataKey = known ?? (await this.#unwrapped(record, since))
    remember(this.#active, organizationId, { id: dataKey.id, since })
    return dataKey
  }

  #known(name: string): DataKey | undefined {
    return this.#notOlder(name, lifetimeMilliseconds)
  }

  #notOlder(name: string, milliseconds: number): DataKey | undefined {
    const entry = this.#entries.get(name)
    return entry && isFresh(entry, this.#ports.clock.now(), milliseconds) ? entry.dataKey : undefined
  }

  #once(name: string, load: () => Promise<DataKey>): Promise<DataKey> {
    const underWay = this.#loading.get(name)
    if (underWay) return underWay
    const loading = load().finally(() => this.#loading.delete(name))
    this.#loading.set(name, loading)
    return loading
  }

  async #unwrapped(record: DataKeyRecord | undefined, since: number): Promise<DataKey> {
    if (!record) throw new VaultError('unknown_key', 'The organization has no such data key.')
    if (record.state === 'dead') throw new VaultError('retired_key', 'The data key has been retired.')
    const kept = this.#notOlder(nameOf(record.organizationId, record.id), longestLifeMilliseconds)
    const unwrapping = this.#unwrap(record, since)
    if (!kept) return unwrapping
    const orKept = unwrapping.catch((error: unknown) => {
      if (isOutOfReach(error)) return kept
      throw error
    })
    if (!this.#ports.outerKeys.isOutOfReach()) return orKept
    // Calls do not wait for a service that is known not to answer.
    orKept.catch(() => undefined)
    return kept
  }

  async #unwrap({ organizationId, id, wrapped }: DataKeyRecord, since: number): Promise<DataKey> {
    const name = nameOf(organizationId, id)
    const refusal = this.#refusals.get(name)
    if (refusal && isFresh(refusal, this.#ports.clock.now(), refusalMilliseconds)) throw refusal.error
    try {
      const dataKey = { id, key: await this.#ports.outerKeys.unwrap({ organizationId, id }, wrapped) }
      remember(this.#entries, name, { dataKey, since })
      return dataKey
    } catch (error) {
      if (!isOutOfReach(error)) remember(this.#refusals, name, { error, since: this.#ports.clock.now() })
      throw error
    }
  }
}

function nameOf(organizationId: string, id: string): string {
  return `${organizationId} ${id}`
}

/** No data key has this id. */
function auditName(organizationId: string): string {
  return nameOf(organizationId, 'audit')
}

/** As the latest; the oldest goes. */
function remember<Value>(entries: Map<string, Value>, name: string, value: Value): void {
  entries.delete(name)
  entries.set(name, value)
  if (entries.size <= capacity) return
  const oldest = entries.keys().next()
  if (!oldest.done) entries.delete(oldest.value)
}

// A clock that was set back makes an entry look younger than it is: from the future, it is not trusted.
function isFresh({ since }: { readonly since: number }, now: number, milliseconds: number): boolean {
  return now >= since && now - since < milliseconds
}
