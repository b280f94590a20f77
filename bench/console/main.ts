import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { browser } from '@sallyport/testkit'
import { stopChildren } from '../children.ts'
import { sqliteDatabase } from '../scale/database.ts'
import { install } from '../scale/installation.ts'
import { table } from '../scale/table.ts'
import { spread } from '../statistics.ts'
import { logIn } from './log-in.ts'
import { type Figures, measured } from './page-figures.ts'

const rounds = 5
const accounts = 10_000
const year = 365 * 86_400_000
/** Every page that shows a list, and the heaviest form. */
const pages = [
  '/',
  '/accounts',
  '/integrations',
  '/integrations/new',
  '/providers',
  '/apps',
  '/operations',
  '/events',
  '/settings',
]

const folder = mkdtempSync(join(tmpdir(), 'sallyport-console-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}`)
const installation = await install(sqliteDatabase(join(folder, 'data')))
const [integrationId = ''] = await installation.define([
  { key: 'crm', tokenUrl: 'http://127.0.0.1:9/token/3600' },
])
console.log(`${accounts} accounts are made`)
await installation.fill([
  { integrationId, accounts, lifetimeMilliseconds: year, isOpened: false, dueAt: () => Date.now() + year },
])
const server = await installation.start()
const chromium = await browser()
console.log(
  'as Lighthouse measures telephones: a processor four times slower, 1.6 Mbit/s, 150 ms to the server, nothing kept\n',
)
const origin = `http://127.0.0.1:${server.port}`
const storageState = await logIn(chromium, origin, server)
const figures: { readonly path: string; readonly all: readonly Figures[] }[] = []
for (const path of pages) {
  const all: Figures[] = []
  for (let round = 0; round < rounds; round += 1) {
    const context = await chromium.newContext({ storageState, viewport: { width: 412, height: 823 } })
    all.push(await measured(context, `${origin}/console${path}`))
    await context.close()
  }
  figures.push({ path, all })
  console.log(`${path} is measured`)
}
const rows = figures.map(({ path, all }) => [
  `\`${path}\``,
  ...(['scriptKilobytes', 'firstPaint', 'largestPaint', 'blocked', 'shift'] as const).map((name) =>
    spread(
      all.map((each) => each[name]),
      name === 'shift' ? 3 : 0,
    ),
  ),
])
const heads = ['page', 'script, kB', 'first paint, ms', 'largest paint, ms', 'blocked, ms', 'layout shift']
console.log(`\n${table(heads, rows)}`)
await chromium.close()
await stopChildren()
