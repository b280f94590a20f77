import { readFileSync } from 'node:fs'
import pg from 'pg'
import type { PostgresAddress } from './address.ts'

/** How many connections one process takes; each waits for no network but the database's. */
const mostConnections = 10
/** Until a connection stands, or one of the pool's is free. */
const connectMilliseconds = 5000
/** No statement of ours takes so long: the database is gone, or cut off. */
const answerMilliseconds = 30_000

/**
 * A pool of connections that hold no state of their own: no settings, no named statements, no listening. So they may
 * run through a pooler in transaction mode.
 */
export function openPool(address: PostgresAddress, { patient = false } = {}): pg.Pool {
  const pool = new pg.Pool({
    host: address.host,
    port: address.port,
    user: address.user,
    database: address.database,
    ...(address.password && { password: address.password.reveal() }),
    ssl: tlsOf(address),
    max: mostConnections,
    connectionTimeoutMillis: connectMilliseconds,
    // A migration may take its time, and wait for that of another node.
    ...(!patient && { query_timeout: answerMilliseconds }),
    keepAlive: true,
    // A process that ends is not kept by connections that idle.
    allowExitOnIdle: true,
    types: { getTypeParser },
  })
  // An idle connection that the database ends has left the pool by then; without a listener the process would end.
  pool.on('error', () => undefined)
  // The database's last word may come in one packet with the answer that frees the connection for the next to use it:
  // before that one listens.
  pool.on('connect', (client) => client.on('error', () => undefined))
  return pool
}

function tlsOf({ tls, rootCertificateFile }: PostgresAddress) {
  if (tls === 'disable') return false
  const ca = rootCertificateFile === undefined ? {} : { ca: readFileSync(rootCertificateFile, 'utf8') }
  if (tls === 'require') return { ...ca, rejectUnauthorized: false }
  return { ...ca, ...(tls === 'verify-ca' && { checkServerIdentity: () => undefined }) }
}

/** Our integers are below 2^53: epoch milliseconds and counts. */
function getTypeParser(id: number, format?: 'text' | 'binary') {
  return id === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(id, format as 'text')
}
