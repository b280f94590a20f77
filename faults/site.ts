import { randomBytes } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  canary,
  grantedTokens,
  type LoopbackProvider,
  loopbackProvider,
  Plaintexts,
  type PostgresServer,
} from '@sallyport/testkit'
import type { FaultDatabase } from './database.ts'
import { NodeProcess } from './node-process.ts'
import { lastingPort } from './port.ts'
import { postgresDatabase } from './postgres-site.ts'
import type { Profile } from './profiles.ts'
import { sqliteDatabase } from './sqlite-site.ts'
import { type Wire, wireTo } from './wire.ts'

/** An account, and the refresh token that its family began with. */
export interface FaultAccount {
  readonly id: string
  readonly refreshToken: string
}

/** A provider, a database and the nodes on it: one on SQLite, three on PostgreSQL. Accounts come and go. */
export interface Site {
  readonly provider: LoopbackProvider
  readonly profile: Profile
  readonly database: FaultDatabase
  /** The first is the one that is hurt. */
  readonly nodes: readonly [NodeProcess, ...NodeProcess[]]
  /** Outer keys that every node has, as its variable names them. */
  readonly keyRing: readonly [string, string]
  /** From the first node to its database, where that is PostgreSQL. */
  readonly wire: Wire | undefined
  readonly server: PostgresServer | undefined
  readonly lock: (() => () => void) | undefined
  readonly plaintexts: Plaintexts
  connect(expiresInMilliseconds?: number): Promise<FaultAccount>
  /** Tokens of another authorization. */
  granted(): ReturnType<typeof grantedTokens>
  close(): Promise<void>
}

const client = { clientId: 'client', clientSecret: canary('client secret') }
const hour = 3_600_000

/** Starts all of it; with a PostgreSQL server on a new database of that, else on SQLite. */
export async function openSite(profile: Profile, server?: PostgresServer): Promise<Site> {
  const plaintexts = new Plaintexts()
  const provider = await watchedProvider(profile, plaintexts)
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-faults-'))
  const adminKey = `admin-${randomBytes(24).toString('hex')}`
  plaintexts.add('admin key', adminKey)
  const url = await server?.createDatabase()
  const wire = server && (await wireTo(server.port))
  const count = server ? 3 : 1
  const keyRing = [newKey('k1'), newKey('k2')] as const
  const keys = { SALLYPORT_ENCRYPTION_KEYS: keyRing.join() }
  const create = async (_: unknown, index: number) => {
    const own = url && new URL(url)
    if (own && wire && index === 0) own.port = String(wire.port)
    return new NodeProcess({
      ...{ folder: join(folder, `node-${index + 1}`), port: await lastingPort(), adminKey },
      environment: own ? { SALLYPORT_DATABASE_URL: own.href, ...keys } : keys,
    })
  }
  const [first, ...others] = await Promise.all(Array.from({ length: count }, create))
  if (!first) throw new Error('A site has a node.')
  const nodes = [first, ...others] as const
  await Promise.all(nodes.map((node) => node.start()))
  const sqlite = url === undefined ? sqliteDatabase(first.dataFolder) : undefined
  const database = server && url ? postgresDatabase(server, url) : sqlite
  if (!database) throw new Error('A site has a database.')
  await define(first, { profile, provider })
  return {
    ...{ provider, profile, database, nodes, keyRing, wire, server, lock: sqlite?.lock, plaintexts },
    granted: () => grantedTokens(provider.origin, client),
    connect: async (expiresInMilliseconds = hour) => connect(first, provider, expiresInMilliseconds),
    async close() {
      await Promise.all(nodes.map((node) => node.kill()))
      await provider.close()
      await wire?.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function newKey(id: string): string {
  return `${id}:${randomBytes(32).toString('base64')}`
}

/** A provider whose every secret is remembered, also those of replies that nobody received. */
async function watchedProvider(profile: Profile, plaintexts: Plaintexts): Promise<LoopbackProvider> {
  plaintexts.add('client secret', client.clientSecret)
  const provider = await loopbackProvider({ behaviour: { clients: [client], ...profile.behaviour } })
  provider.script('POST /token', (_request, answer) => {
    const reply = answer()
    const issued: Record<string, unknown> = JSON.parse(String(reply.body))
    for (const name of ['access_token', 'refresh_token']) {
      if (typeof issued[name] === 'string') plaintexts.add(name, issued[name])
    }
    return reply
  })
  return provider
}

async function define(
  node: NodeProcess,
  { profile, provider }: { readonly profile: Profile; readonly provider: LoopbackProvider },
): Promise<void> {
  const { origin } = provider
  const reply = await node.request('POST', '/v1/integrations', {
    ...{ key: 'api', name: 'API', baseUrl: `${origin}/api` },
    auth: {
      ...{ type: 'oauth2', ...client, renewal: profile.renewal },
      authorizationUrl: `${origin}/authorize`,
      tokenUrl: `${origin}/token`,
      revokeUrl: `${origin}/revoke`,
    },
  })
  if (reply.status !== 201) throw new Error(reply.text)
}

let accounts = 0

async function connect(
  node: NodeProcess,
  provider: LoopbackProvider,
  expiresInMilliseconds: number,
): Promise<FaultAccount> {
  const { accessToken, refreshToken } = await grantedTokens(provider.origin, client)
  accounts += 1
  const expiresAt = new Date(Date.now() + expiresInMilliseconds).toISOString()
  const { status, text, body } = await node.request('POST', '/v1/accounts', {
    ...{ integration: 'api', name: `account ${accounts}`, secret: { accessToken, refreshToken, expiresAt } },
  })
  if (status !== 201) throw new Error(text)
  return { id: String(body.id), refreshToken }
}
