import { type KeyRing, type KeyServiceSettings, parseKeyRing, type Secret } from '@sallyport/core'
import { type PostgresAddress, parsePostgresUrl } from '@sallyport/store'

/** What each realm has of its own. */
export interface RealmSettings {
  readonly realm: string
  /** Journal, what is remembered of the database, and the key file; the embedded database, where it is one. */
  readonly dataFolder: string
  /** Undefined: SQLite in the data folder. */
  readonly postgres: PostgresAddress | undefined
  readonly publicUrl: string
  /** Undefined: from the key file in the data folder. */
  readonly keyRing: KeyRing | undefined
  /** Newest first; the first of them wraps. Empty: the key ring does. */
  readonly keyServices: readonly KeyServiceSettings[]
  /** Where each organization's own key is kept, which is then needed beside the ring's; undefined: they have none. */
  readonly organizationKeysFolder: string | undefined
  /** The operator's own, of the first realm alone. */
  readonly adminKey: Secret | undefined
  /** How the operator is told which setting is meant. */
  readonly named: {
    readonly dataFolder: string
    readonly databaseUrl: string
    readonly encryptionKeys: string
    readonly keyService: string
    readonly organizationKeysFolder: string
  }
}

/** Names a fault of one value. */
export type Fault = (text: string) => undefined

/** A folder for the embedded database, or where a PostgreSQL is. */
export function databaseOf(
  url: string,
  fault: Fault,
): { readonly folder?: string; readonly postgres?: PostgresAddress } | undefined {
  const folder = /^sqlite:(.+)/s.exec(url)?.[1]
  if (folder !== undefined) return { folder }
  if (!/^postgres(?:ql)?:\/\//.test(url)) {
    return fault('must be sqlite:<folder> or postgres://<user>:<password>@<host>:<port>/<database>.')
  }
  const parsed = parsePostgresUrl(url)
  if ('address' in parsed) return { postgres: parsed.address }
  for (const each of parsed.faults) fault(each)
  return undefined
}

/** The base of redirect URIs, without a slash at its end. */
export function publicUrlOf(text: string, fault: Fault): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined
  // Not by the URL's own fields: an empty user, query or fragment leaves its mark and nothing else.
  if (!url || !/^https?:\/\//i.test(text) || /[@?#\s\\]/.test(text)) {
    return fault('must be an http or https address without user, query or fragment.')
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '')
}

export function keyRingOf(text: string, fault: Fault): KeyRing | undefined {
  const parsed = parseKeyRing(text)
  if ('ring' in parsed) return parsed.ring
  for (const each of parsed.faults) fault(`${each}.`)
  return undefined
}
