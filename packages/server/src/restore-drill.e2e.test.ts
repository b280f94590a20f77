import { rmSync } from 'node:fs'
import type { FakeClock, LoopbackProvider } from '@sallyport/testkit'
import { expect, test } from 'vitest'
import { adopt, backup, newFile, newKeys, restore } from './backup.suite.ts'
import { fenced, minute, newFolder, outcome, readiness } from './fence.suite.ts'
import { connected } from './passage.suite.ts'
import { withPostgres } from './postgres.suite.ts'
import { run } from './process.suite.ts'
import { grantedTokens } from './renewal.suite.ts'
import type { TestSallyport } from './sallyport.suite.ts'

const postgres = withPostgres()

type Environment = Readonly<Record<string, string>>

/** How a person works with it: by commands, or for speed by what they call. */
const hands = {
  commands: {
    backup: (environment: Environment, file: string) => command(['backup', file], environment),
    restore: (environment: Environment, file: string) => command(['restore', file], environment),
    adopt: (environment: Environment) => command(['adopt'], environment),
  },
  inProcess: { backup, restore, adopt },
}

async function command(words: readonly string[], environment: Environment): Promise<void> {
  const { code, stderr } = await run(words, environment)
  expect(code, stderr).toBe(0)
}

async function elsewhere(kind: 'SQLite' | 'PostgreSQL'): Promise<Environment> {
  const folder = { SALLYPORT_DATA_DIR: newFolder() }
  if (kind === 'SQLite') return folder
  return { ...folder, SALLYPORT_DATABASE_URL: await postgres.server().createDatabase() }
}

test.each([
  { from: 'SQLite', to: 'SQLite', by: 'commands' },
  { from: 'PostgreSQL', to: 'PostgreSQL', by: 'inProcess' },
  { from: 'SQLite', to: 'PostgreSQL', by: 'inProcess' },
] as const)(
  'the drill, $from to $to: backup under load; beside the original the copy renews nothing; adopted, every account works or says why',
  async ({ from, to, by }) => {
    const { SALLYPORT_DATA_DIR: _, ...database } = await elsewhere(from)
    const all = await fenced({ ...newKeys(), ...database })
    const { provider, clock, environment } = all
    const original = await all.start()
    const busy = await accounts(original, { provider, clock, count: 4 })
    const later = await accounts(original, { provider, clock, count: 1 })
    const idle = await accounts(original, { provider, clock, count: 3 })
    /** By the original, since the backup. */
    const used = [...busy, ...later]
    const source = { ...environment, SALLYPORT_DATA_DIR: all.folder }
    const work = hands[by]

    const file = newFile()
    const load = underLoad(original, busy, clock)
    await work.backup(source, file)
    await load.end()
    provider.forget()

    const there = { ...environment, ...(await elsewhere(to)) }
    await work.restore(there, file)
    const copy = await all.start(there.SALLYPORT_DATA_DIR, there)
    expect((await readiness(copy)).body).toMatchObject({ renewals: 'stopped', cause: 'restored' })
    const generations = await each(copy, [...used, ...idle], generationOf)
    clock.advance(31 * minute)
    await copy.runDue()
    const served = await each(copy, [...used, ...idle], outcome)
    expect(served.filter((each) => !/^token|^renewal_unavailable$/.test(each))).toEqual([])
    expect([all.tokenRequests(), provider.reuseEvents]).toEqual([0, 0])

    // The original is not disturbed: it renews what it calls.
    const renewed = await each(original, used, outcome)
    expect(renewed.filter((each) => !/^token/.test(each))).toEqual([])
    expect([all.tokenRequests(), provider.reuseEvents]).toEqual([used.length, 0])
    const spent = await each(original, used, generationOf)
    await original.close({ keep: true })
    rmSync(all.folder, { recursive: true })
    await copy.close({ keep: true })
    await work.adopt(there)

    const restored = await all.start(there.SALLYPORT_DATA_DIR, there)
    expect((await readiness(restored)).body).toEqual({ status: 'ready' })
    clock.advance(61 * minute)
    await each(restored, [...used, ...idle], outcome)
    // What was not used since the backup works,
    expect(await each(restored, idle, outcome)).toEqual(idle.map(() => expect.stringMatching(/^token/)))
    expect(generations.slice(used.length)).toEqual(idle.map(() => 1))
    // and what was says so, after one attempt each.
    expect(spent.every((generation, index) => generation > (generations[index] ?? 0))).toBe(true)
    const states = await each(restored, used, async (sallyport, id) => {
      const { body } = await sallyport.request('GET', `/v1/accounts/${id}`)
      return [body.status, body.reason]
    })
    for (const [status, reason] of states) {
      expect(status).toBe('needs_reconnect')
      expect(reason).toMatch(/^(restored|in_doubt)$/)
    }
    // Of those that were being renewed while the backup was made, that is in doubt; of the others it is certain.
    expect(states.slice(busy.length)).toEqual(later.map(() => ['needs_reconnect', 'restored']))
    expect(provider.reuseEvents).toBe(used.length)
  },
)

/** Accounts of a provider with strict rotation. */
async function accounts(
  sallyport: TestSallyport,
  {
    provider,
    clock,
    count,
  }: { readonly provider: LoopbackProvider; readonly clock: FakeClock; readonly count: number },
): Promise<string[]> {
  const auth = {
    ...{ type: 'oauth2', clientId: 'client', clientSecret: 'client-secret' },
    authorizationUrl: `${provider.origin}/authorize`,
    tokenUrl: `${provider.origin}/token`,
  }
  const made: string[] = []
  while (made.length < count) {
    const secret = await grantedTokens(provider, clock)
    made.push(await connected(sallyport, { baseUrl: `${provider.origin}/api`, auth }, { secret }))
  }
  return made
}

/** Calls that each find their token due, one round after another, until it is ended. */
function underLoad(sallyport: TestSallyport, ids: readonly string[], clock: FakeClock) {
  let isEnded = false
  const rounds = (async () => {
    do {
      clock.advance(31 * minute)
      const outcomes = await each(sallyport, ids, outcome)
      expect(outcomes.filter((each) => !/^token/.test(each))).toEqual([])
    } while (!isEnded)
  })()
  return {
    end: () => {
      isEnded = true
      return rounds
    },
  }
}

function each<Result>(
  sallyport: TestSallyport,
  ids: readonly string[],
  ask: (sallyport: TestSallyport, id: string) => Promise<Result>,
): Promise<Result[]> {
  return Promise.all(ids.map((id) => ask(sallyport, id)))
}

async function generationOf(sallyport: TestSallyport, id: string): Promise<number> {
  return (await sallyport.request('GET', `/v1/accounts/${id}`)).body.generation
}
