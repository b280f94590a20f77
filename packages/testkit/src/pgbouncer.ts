import { chmodSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { childServer } from './child-server.ts'
import { freePort } from './daemon.ts'
import type { PostgresServer } from './postgres-server.ts'
import { pathOf } from './program.ts'

const program = {
  name: 'PgBouncer',
  variable: 'PGBOUNCER_PATH',
  usualPlaces: ['/usr/sbin/pgbouncer', '/usr/bin/pgbouncer'],
  debianPackage: 'pgbouncer',
}

/** A PgBouncer in transaction mode before a PostgreSQL: each transaction gets whichever connection is free. */
export interface Pgbouncer {
  /** The same database through it. */
  through(url: string): string
  close(): Promise<void>
}

/** Starts one that keeps so many connections to each database. */
export async function pgbouncer(server: PostgresServer, connections: number): Promise<Pgbouncer> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-pgbouncer-'))
  const port = await freePort()
  const settings = [
    '[databases]',
    `* = host=127.0.0.1 port=${server.port}`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${port}`,
    'unix_socket_dir =',
    'auth_type = scram-sha-256',
    `auth_file = ${join(folder, 'users')}`,
    'pool_mode = transaction',
    `default_pool_size = ${connections}`,
    'max_client_conn = 500',
    // Seconds that it holds a client up before it tries a database again that it could not reach.
    'server_login_retry = 1',
  ]
  await writeFile(join(folder, 'users'), `"${server.user}" "${server.password}"\n`)
  await writeFile(join(folder, 'pgbouncer.ini'), `${settings.join('\n')}\n`)
  const isRoot = process.getuid?.() === 0
  // It refuses to run as root, and reads its files as nobody.
  if (isRoot) chmodSync(folder, 0o755)
  const args = [...(isRoot ? ['-u', 'nobody'] : []), join(folder, 'pgbouncer.ini')]
  const child = await childServer({ program: pathOf(program), args, port })
  return {
    through: (url) => url.replace(`:${server.port}/`, `:${port}/`),
    async close() {
      await child.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
