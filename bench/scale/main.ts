import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { type PostgresServer, postgresServer } from '@sallyport/testkit'
import { stopChildren } from '../children.ts'
import { type PostgresDatabase, postgresDatabase, sqliteDatabase } from './database.ts'
import { type Installation, install } from './installation.ts'
import { readOptions } from './options.ts'
import { fillByPlan, type Plan } from './plan.ts'
import { measureQueries } from './queries.ts'
import { type QueryFigures, queryReport } from './query-report.ts'
import { renewalReport } from './renewal-report.ts'
import { measureRenewals } from './renewals.ts'
import { measureRevocations, revocationReport } from './revocations.ts'
import { startReport } from './start-report.ts'
import { measureStarts } from './starts.ts'

const queryCalls = 500
const startRounds = 5
const hour = 3_600_000

const options = readOptions(process.argv.slice(2))
const folder = mkdtempSync(join(tmpdir(), 'sallyport-scale-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
process.on('SIGINT', () => process.exit(130))
process.on('SIGTERM', () => process.exit(143))

const began = performance.now()
const sizes = [10_000, options.accounts]
// Beyond what the benchmark takes: until then nothing of it is due by the clock.
const from = Date.now() + 3 * hour
const wants = (part: (typeof options.parts)[number]) => options.parts.includes(part)
const reports: string[] = []

console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}\n`)
const figures: QueryFigures[] = []
if (wants('queries') || wants('starts')) await onSqlite()
if (wants('queries') || wants('renewals')) await onPostgres()
if (wants('revocations')) {
  const installation = await install(sqliteDatabase(join(folder, 'revocations')))
  reports.push(revocationReport(await measureRevocations(installation, 10_000, say)))
}
await stopChildren()
if (figures.length > 0) reports.unshift(queryReport(figures))
console.log(`\n${reports.join('\n\n')}`)
process.exit()

async function onSqlite(): Promise<void> {
  const made = await Promise.all(sizes.map((size) => install(sqliteDatabase(join(folder, `sqlite-${size}`)))))
  const plans = await fillAll(made)
  if (wants('queries')) figures.push(await queriesOf(made, plans))
  if (!wants('starts')) return
  say(`${startRounds} starts of a server on each`)
  reports.push(startReport(sizes, await measureStarts(made, startRounds)))
}

async function onPostgres(): Promise<void> {
  const server: PostgresServer = await postgresServer({
    // What a database in production has. The rest are PostgreSQL's own defaults.
    settings: { fsync: 'on', synchronous_commit: 'on', shared_buffers: '128MB', deadlock_timeout: '1s' },
  })
  const made: Installation<PostgresDatabase>[] = []
  for (const size of wants('queries') ? sizes : [options.accounts]) {
    made.push(await install(await postgresDatabase(server, join(folder, `postgres-${size}`))))
  }
  const plans = await fillAll(made)
  if (wants('queries')) figures.push(await queriesOf(made, plans))
  const installation = made.at(-1)
  if (wants('renewals') && installation) {
    const { nodes, seconds, accounts } = options
    const backlogAccounts = Math.min(100_000, accounts)
    const figures = await measureRenewals({ server, installation, backlogAccounts, nodes, seconds, say })
    reports.push(renewalReport(figures, accounts))
  }
  await stopChildren()
  await server.close()
}

async function fillAll(made: readonly Installation[]): Promise<readonly Plan[]> {
  const plans: Plan[] = []
  for (const [index, installation] of made.entries()) {
    const size = sizes[sizes.length - made.length + index] ?? 0
    say(`filling ${installation.database.name} with ${size.toLocaleString('en')} accounts`)
    const plan = await fillByPlan(installation, size, from)
    plans.push(plan)
    say(`filled in ${plan.seconds.toFixed(0)} s`)
  }
  return plans
}

async function queriesOf(made: readonly Installation[], plans: readonly Plan[]): Promise<QueryFigures> {
  const database = made[0]?.database.name ?? ''
  say(`${queryCalls} looks at what is due in each ${database}`)
  const opened = await Promise.all(made.map((installation) => installation.open()))
  const measured = opened.flatMap(({ store }, index) => {
    const plan = plans[index]
    return plan ? [{ store, plan }] : []
  })
  const times = await measureQueries(measured, queryCalls)
  for (const { close } of opened) await close()
  return { database, accounts: sizes, times }
}

function say(what: string): void {
  const seconds = ((performance.now() - began) / 1000).toFixed(0).padStart(4)
  console.log(`${seconds} s  ${what} (load ${(loadavg()[0] ?? 0).toFixed(1)})`)
}
