import { dice, postgresServer } from '@sallyport/testkit'
import { killCells } from './kill-cells.ts'
import { profiles } from './profiles.ts'
import { openSite } from './site.ts'
const [kind, profileName, only] = process.argv.slice(2)
const server = kind === 'postgres' ? await postgresServer() : undefined
const profile = profiles.find((p) => p.name === profileName) ?? profiles[0]!
let t0 = performance.now()
const site = await openSite(profile, server)
console.log('site', Math.round(performance.now() - t0))
for (const cell of killCells) {
  if (only && !cell.title.endsWith(only)) continue
  t0 = performance.now()
  try { console.log(cell.title, await cell.run(site, dice(1)), Math.round(performance.now() - t0)) } catch (e) { console.log(cell.title, e) }
}
await site.close()
await server?.close()
