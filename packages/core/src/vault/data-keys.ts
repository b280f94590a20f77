import type { KeyObject } from 'node:crypto'
import type { Clock, DataKeyRecord, Store } from '../ports.ts'
import type { OuterKeys } from './outer-keys.ts'
import { VaultError } from './vault-error.ts'

const lifetimeMilliseconds = 3_600_000
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

export interface DataKeyPorts {
  readonly outerKeys: OuterKeys
  readonly dataKeys: Store['dataKeys']
  readonly clock: Clock
}

/**
 * Unwrapped data keys, at most 1000 and for at most an hour. What is dropped is wiped by OpenSSL once it
 * is collected.
 */
export class DataKeys {
  readonly #ports: DataKeyPorts
  readonly #entries = new Map<string, Entry>()
  readonly #loading = new Map<string, Promise<DataKey>>()

  constructor(ports: DataKeyPorts) {
    this.#ports = ports
  }

  /** The key that an organization seals with; at once, when it is known. */
  active(organizationId: string): DataKey | Promise<DataKey> {
    const load = () => this.#ports.dataKeys.active(organizationId)
    return this.#get(organizationId, organizationId, load)
  }

  /** The key of this id; at once, when it is known. */
  byId(organizationId: string, id: string): DataKey | Promise<DataKey> {
    const load = () => this.#ports.dataKeys.get(organizationId, id)
    return this.#get(`${organizationId} ${id}`, organizationId, load)
  }

  #get(name: string, organizationId: string, load: () => Promise<DataKeyRecord | undefined>) {
    const entry = this.#entries.get(name)
    if (entry && isFresh(entry, this.#ports.clock.now())) return entry.dataKey
    const underWay = this.#loading.get(name)
    if (underWay) return underWay
    const loading = this.#load(name, organizationId, load).finally(() => this.#loading.delete(name))
    this.#loading.set(name, loading)
    return loading
  }

  async #load(name: string, organizationId: string, load: () => Promise<DataKeyRecord | undefined>) {
    const since = this.#ports.clock.now()
    const record = await load()
    if (!record) throw new VaultError('unknown_key', 'The organization has no such data key.')
    if (record.state === 'dead') throw new VaultError('unknown_key', 'The data key has been retired.')
    const key = await this.#ports.outerKeys.unwrap({ organizationId, id: record.id }, record.wrapped)
    const dataKey = { id: record.id, key }
    this.#remember(name, { dataKey, since })
    return dataKey
  }

  #remember(name: string, entry: Entry): void {
    this.#entries.delete(name)
    this.#entries.set(name, entry)
    if (this.#entries.size <= capacity) return
    const oldest = this.#entries.keys().next()
    if (!oldest.done) this.#entries.delete(oldest.value)
  }
}

// A clock that was set back makes an entry look younger than it is: from the future, it is not trusted.
function isFresh(entry: Entry, now: number): boolean {
  return now >= entry.since && now - entry.since < lifetimeMilliseconds
}
