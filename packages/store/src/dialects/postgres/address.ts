import { isIP } from 'node:net'
import { Secret } from '@sallyport/core/secret'

/** How far the connection is proved, in libpq's words; `prefer` and `allow` are not, for they prove nothing. */
export type TlsMode = 'disable' | 'require' | 'verify-ca' | 'verify-full'

/** Where a PostgreSQL is, and who comes. */
export interface PostgresAddress {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: Secret | undefined
  readonly database: string
  readonly tls: TlsMode
  /** File of the certificates to trust in place of the system's. */
  readonly rootCertificateFile: string | undefined
}

const modes: readonly string[] = ['disable', 'require', 'verify-ca', 'verify-full']
const parameters: readonly string[] = ['sslmode', 'sslrootcert']

/**
 * Reads `postgres://user:password@host:port/database?sslmode=…&sslrootcert=…`, or says every fault of it without
 * showing it. Without `sslmode` TLS is verified in full, except on loopback, where there is none.
 */
export function parsePostgresUrl(
  text: string,
): { readonly address: PostgresAddress } | { readonly faults: readonly string[] } {
  if (!URL.canParse(text)) return { faults: ['must be postgres://user:password@host:port/database.'] }
  const url = new URL(text)
  const host = decoded(url.hostname).replace(/^\[(.*)\]$/, '$1')
  const [user, database] = [decoded(url.username), decoded(url.pathname.slice(1))]
  const mode = url.searchParams.get('sslmode') ?? (isLoopback(host) ? 'disable' : 'verify-full')
  const unknown = [...url.searchParams.keys()].filter((name) => !parameters.includes(name))
  const faults = [
    ...(host === '' ? ['must name a host.'] : []),
    ...(user === '' ? ['must name a user.'] : []),
    ...(database === '' || database.includes('/') ? ['must name one database, after the host.'] : []),
    ...(modes.includes(mode) ? [] : [`has an sslmode that is none of ${modes.join(', ')}.`]),
    ...(unknown.length > 0 ? [`may have no parameter but ${parameters.join(' and ')}.`] : []),
    ...(url.hash === '' ? [] : ['must not have a fragment: write # as %23.']),
  ]
  if (faults.length > 0) return { faults }
  const password = decoded(url.password)
  const address = {
    host,
    port: url.port === '' ? 5432 : Number(url.port),
    user,
    password: password === '' ? undefined : new Secret(password),
    database,
    tls: mode as TlsMode,
    rootCertificateFile: url.searchParams.get('sslrootcert') ?? undefined,
  }
  return { address }
}

/** Where it is, for people: without user and password. */
export function placeOf({ host, port, database }: PostgresAddress): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}/${database}`
}

/** A `%` that begins no escape stands for itself, as passwords are pasted. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}
