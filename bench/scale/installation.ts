import { randomBytes } from 'node:crypto'
import { generateKeyRing, parseKeyRing, ringKeys } from '@sallyport/core'
import type { OpenedDatabase } from '@sallyport/store'
import { stopChild } from '../children.ts'
import { type RunningServer, type ServerOptions, startServer } from '../server.ts'
import { accountRows, inBatches, type Lane } from './accounts.ts'
import type { Database } from './database.ts'
import { createVault } from './inside.ts'
import { providerClient } from './tokens.ts'

/** An integration that is to be defined. */
export interface Definition {
  readonly key: string
  /** Where its tokens are to be had. */
  readonly tokenUrl: string
  readonly revokeUrl?: string
  readonly perSecond?: number
}

/** A database of the product's, which servers can be started on. */
export interface Installation<Kind extends Database = Database> {
  readonly database: Kind
  /** Defines integrations over the API; their ids. */
  define(definitions: readonly Definition[]): Promise<readonly string[]>
  /** Puts accounts into it, past the API. Returns seconds. */
  fill(lanes: readonly Lane[]): Promise<number>
  /** Opens it in this process, as a server would. */
  open(): Promise<OpenedDatabase>
  start(core?: ServerOptions['core']): Promise<RunningServer>
}

const random = { bytes: randomBytes }
const clock = { now: () => Date.now() }
const rowsAtOnce = 2_000

/** Has a server make the tables, the organization and its data key. */
export async function install<Kind extends Database>(database: Kind): Promise<Installation<Kind>> {
  const keys = generateKeyRing(random)
  const parsed = parseKeyRing(keys)
  if ('faults' in parsed) throw new Error(parsed.faults.join(', '))
  const outerKeys = ringKeys(parsed.ring, random)
  let nodes = 0
  const start: Installation['start'] = (core) => {
    nodes += 1
    const environment = { ...database.environment(nodes), SALLYPORT_ENCRYPTION_KEYS: keys }
    return startServer({ core, environment })
  }
  const open = async () => {
    const opened = await database.open()
    await opened.migrate()
    return opened
  }
  await stopChild((await start()).child)
  let filled = 0
  return {
    database,
    start,
    open,
    async define(definitions) {
      const server = await start()
      const ids: string[] = []
      for (const definition of definitions) {
        ids.push((await server.create('integrations', bodyOf(definition))).id ?? '')
      }
      await stopChild(server.child)
      return ids
    },
    async fill(lanes) {
      const began = performance.now()
      const opened = await open()
      const { store } = opened
      const organization = await store.organizations.first()
      const vault = createVault({ outerKeys, dataKeys: store.dataKeys, clock, random })
      const owner = { vault, organizationId: organization?.id ?? '', environment: 'production' }
      await database.fill(inBatches(accountRows(owner, lanes, filled), rowsAtOnce))
      filled += lanes.reduce((sum, { accounts }) => sum + accounts, 0)
      await opened.close()
      return (performance.now() - began) / 1000
    },
  }
}

function bodyOf({ key, tokenUrl, revokeUrl, perSecond }: Definition) {
  const { origin } = new URL(tokenUrl)
  return {
    key,
    name: key,
    baseUrl: `${origin}/api`,
    auth: {
      type: 'oauth2',
      authorizationUrl: `${origin}/authorize`,
      tokenUrl,
      ...(revokeUrl !== undefined && { revokeUrl }),
      clientId: providerClient.id,
      clientSecret: providerClient.secret,
      ...(perSecond !== undefined && { renewal: { perSecond } }),
    },
  }
}
