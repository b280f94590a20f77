import { randomBytes } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  AccountInput,
  AccountPatch,
  type AccountReply,
  type RotationReply,
  type TokenReply,
} from '@sallyport/contract'
import {
  chainedStore,
  createBroker,
  createVault,
  generateKeyRing,
  type InstanceMemory,
  type Journal,
  parseCidrs,
  parseKeyRing,
  ringKeys,
  type SallyportError,
  Secret,
  type Store,
  type Vault,
} from '@sallyport/core'
import { openSqlite } from '@sallyport/store'
import { type FakeClock, fakeClock, type LoopbackProvider, loopbackProvider } from '@sallyport/testkit'
import { onTestFinished } from 'vitest'
import { instanceFile } from './instance-file.ts'
import { fileJournal } from './journal.ts'
import { grantedTokens } from './renewal.suite.ts'

const random = { bytes: randomBytes }
type Behaviour = NonNullable<NonNullable<Parameters<typeof loopbackProvider>[0]>['behaviour']>

/** A node: everything of Sallyport but its HTTP. */
export interface Node {
  token(): Promise<TokenReply>
  read(): Promise<AccountReply>
  reconnect(secret: Readonly<Record<string, unknown>>): Promise<AccountReply>
  disconnect(): Promise<AccountReply>
  /** Gives the organization another data key; the old one is kept no longer than it must be. */
  rotate(): Promise<RotationReply>
  rotation(id: string): Promise<RotationReply>
  /** Does what is due, as each second does. */
  runDue(): Promise<void>
  /** Why it renews nothing. */
  closed(): string | undefined
  /** Ends as a signal would have it end. */
  close(): Promise<void>
}

/** What is wrong with a node's database or journal. */
export interface NodeFaults {
  readonly store?: (store: Store) => Store
  readonly journal?: (journal: Journal) => Journal
  /** False where other nodes run beside it; default true. */
  readonly isAlone?: boolean
  /** Name of its journal, where it has one of its own; those that run one after another share one. */
  readonly folder?: string
}

/** One database and one provider, with one account connected; and as many nodes as a test starts. */
export interface Nodes {
  readonly provider: LoopbackProvider
  readonly clock: FakeClock
  readonly store: Store
  readonly journal: Journal
  readonly memory: InstanceMemory
  readonly logged: string[]
  readonly organizationId: string
  /** A vault that has opened no key yet, as that of a process which has just begun. */
  newVault(): Vault
  start(faults?: NodeFaults): Promise<Node>
  tokenRequests(): number
}

export async function nodes(
  options: { readonly behaviour?: Behaviour; readonly renewal?: object; readonly revocable?: boolean } = {},
): Promise<Nodes> {
  const clock = fakeClock()
  const provider = await loopbackProvider({ clock, behaviour: options.behaviour ?? {} })
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-'))
  const database = openSqlite(folder, clock)
  await database.migrate()
  onTestFinished(async () => {
    await provider.close()
    await database.close()
    await rm(folder, { recursive: true })
  })
  const ring = parseKeyRing(generateKeyRing(random))
  if ('faults' in ring) throw new Error(ring.faults.join())
  const outerKeys = ringKeys(ring.ring, random)
  const adminKey = randomBytes(24).toString('hex')
  const memory = instanceFile(folder)
  const journalIn = (own = 'journal') => fileJournal(join(folder, own))
  const logged: string[] = []
  const note = (fields: object, message: string) => void logged.push(`${message} ${JSON.stringify(fields)}`)

  const broker = async (faults: NodeFaults) =>
    createBroker({
      ...{
        outerKeys,
        clock,
        random,
        log: { info: note, warn: note, error: note },
      },
      store: withFaults(database.store, faults),
      journal: faults.journal?.(journalIn(faults.folder)) ?? journalIn(faults.folder),
      memory,
      isAlone: faults.isAlone ?? true,
      publicUrl: 'http://127.0.0.1',
      egress: { allowedPrivate: parseCidrs('127.0.0.0/8').ranges, exemptOrigins: new Set() },
      adminKey: new Secret(adminKey),
    })
  const first = await broker({})
  const owner = await first.authenticate(`Bearer ${adminKey}`)
  await first.integrations.create(owner, {
    key: 'api',
    name: 'API',
    baseUrl: `${provider.origin}/api`,
    auth: {
      ...{ type: 'oauth2', clientId: 'client', clientSecret: 'client-secret' },
      authorizationUrl: `${provider.origin}/authorize`,
      tokenUrl: `${provider.origin}/token`,
      ...(options.revocable && { revokeUrl: `${provider.origin}/revoke` }),
      ...(options.renewal && { renewal: options.renewal }),
    },
  })
  const secret = await grantedTokens(provider, clock)
  const { id } = await first.accounts.create(
    owner,
    AccountInput.parse({ integration: 'api', name: 'Ann', secret }),
  )
  await first.close()
  provider.forget()
  const newVault = () => createVault({ outerKeys, dataKeys: database.store.dataKeys, clock, random })
  const store = await chainedStore(database.store, newVault())

  return {
    ...{ provider, clock, store, journal: journalIn(), memory, logged },
    ...{ organizationId: owner.organizationId, newVault },
    async start(faults = {}) {
      const node = await broker(faults)
      return {
        token: () => node.accounts.token(owner, id, undefined),
        read: () => node.accounts.read(owner, id),
        reconnect: (given) => node.accounts.update(owner, id, AccountPatch.parse({ secret: given })),
        disconnect: () => node.accounts.disconnect(owner, id),
        rotate: () => node.encryption.startRotation(owner, { keepOldKeySeconds: 0 }),
        rotation: (rotation) => node.encryption.readRotation(owner, rotation),
        runDue: () => node.runDue(),
        closed: () => node.closed()?.cause,
        close: () => node.close(),
      }
    },
    tokenRequests: () => provider.received('POST /token').length,
  }
}

/** The code that a call fails with; its result where it does not. */
export async function outcomeOf(work: Promise<TokenReply>): Promise<string> {
  return work.then(
    ({ generation }) => `generation ${generation}`,
    (error: SallyportError) => error.code,
  )
}

/** A broker works on the store that has its audit's keys, whose every method goes through the faults. */
function withFaults(sound: Store, { store: faulty = (store) => store }: NodeFaults): Store {
  return faulty({ ...sound, chainedBy: (keys) => faulty(sound.chainedBy(keys)) })
}
