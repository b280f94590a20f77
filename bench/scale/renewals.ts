import { setTimeout as wait } from 'node:timers/promises'
import type { PostgresServer } from '@sallyport/testkit'
import { nextMessage, startProgram, stopChild } from '../children.ts'
import { cpuSeconds, treeCpuSeconds } from '../cpu-seconds.ts'
import type { PostgresDatabase } from './database.ts'
import type { Installation } from './installation.ts'
import { fillLoad, type Load } from './load.ts'
import type { ProviderCounts } from './provider.ts'
import { type Seen, seen, watch } from './watch.ts'

export interface RenewalOptions {
  readonly server: PostgresServer
  readonly installation: Installation<PostgresDatabase>
  readonly backlogAccounts: number
  readonly nodes: number
  readonly seconds: number
  readonly say: (what: string) => void
}

/** A minute or more of renewals. */
export interface RenewalFigures {
  readonly load: Load
  readonly seen: Seen
  readonly provider: ProviderCounts
  readonly nodes: number
  readonly seconds: number
  /** Of a core, in percent. */
  readonly busyPercent: Readonly<Record<'nodes' | 'database' | 'provider', number>>
}

/** As far away as a provider of the same continent. */
const answerMilliseconds = 50
const leadInSeconds = 20

/** Lets servers renew what comes due, and looks at what became of it. */
export async function measureRenewals(options: RenewalOptions): Promise<RenewalFigures> {
  const { server, installation, backlogAccounts, seconds, say } = options
  const provider = startProgram({
    path: 'scale/provider.js',
    args: [String(answerMilliseconds)],
    core: undefined,
  })
  const { port } = await nextMessage<{ port: number }>(provider)
  say(`filling in ${backlogAccounts.toLocaleString('en')} accounts that wait, and those that are renewed`)
  const load = await fillLoad(installation, { origin: `http://127.0.0.1:${port}`, backlogAccounts })
  const { url } = installation.database
  await watch({ server, url })
  const nodes = await Promise.all(Array.from({ length: options.nodes }, () => installation.start()))
  say(`renewing: ${leadInSeconds} s lead-in, then ${seconds} s`)
  await wait(leadInSeconds * 1000)

  const used = () => ({
    nodes: nodes.reduce((sum, { pid }) => sum + (cpuSeconds(pid) ?? Number.NaN), 0),
    database: treeCpuSeconds(server.pid() ?? 0) ?? Number.NaN,
    provider: cpuSeconds(provider.pid ?? 0) ?? Number.NaN,
  })
  const [from, before] = [Date.now(), used()]
  await wait(seconds * 1000)
  const [to, after] = [Date.now(), used()]
  for (const { child } of nodes) await stopChild(child)
  const counts = nextMessage<ProviderCounts>(provider)
  provider.send('counts')
  const percent = (who: keyof typeof after) => ((after[who] - before[who]) / (to - from)) * 100_000
  const figures = {
    load,
    seen: await seen({ server, url }, load, { from, to }),
    provider: await counts,
    nodes: nodes.length,
    seconds: (to - from) / 1000,
    busyPercent: { nodes: percent('nodes'), database: percent('database'), provider: percent('provider') },
  }
  await stopChild(provider)
  return figures
}
