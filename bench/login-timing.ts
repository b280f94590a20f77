import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compose, readConfig } from '@sallyport/server'
import pino from 'pino'
import { freePort } from './children.ts'
import { median, percentile } from './statistics.ts'

/**
 * Whether the time of a log-in that fails tells if there is such a person: as many attempts as the first argument says,
 * whole requests, of both kinds in turn. `node bench/dist/login-timing.js 10000`
 */
const samples = Number(process.argv[2] ?? 300)
const folder = mkdtempSync(join(tmpdir(), 'sallyport-'))
const port = await freePort()
const read = readConfig({
  SALLYPORT_PORT: String(port),
  SALLYPORT_DATA_DIR: folder,
  SALLYPORT_PRACTICE: 'off',
})
if ('faults' in read) throw new Error(read.faults.join(' '))
// Its hours pass from one attempt to the next, so that none has to wait.
let now = Date.UTC(2026, 0, 1)
const sallyport = await compose(read.config, pino({ level: 'silent' }), {
  clock: { now: () => now },
  everySecond: () => () => undefined,
})
const token = await sallyport.broker.setup.offer()
await sallyport.app.listen({ host: '127.0.0.1', port })
const origin = `http://127.0.0.1:${port}`
await fetch(`${origin}/setup`, {
  method: 'POST',
  body: new URLSearchParams({
    token,
    name: 'Ada',
    email: 'ada@example.com',
    password: 'an engine of difference',
  }),
})

async function attempt(email: string): Promise<number> {
  now += 3_600_001
  const begin = performance.now()
  const reply = await fetch(`${origin}/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password: 'not the right password' }),
  })
  await reply.arrayBuffer()
  const took = performance.now() - begin
  if (reply.status !== 401) throw new Error(`answered ${reply.status}`)
  return took
}

const there: number[] = []
const unknown: number[] = []
for (let index = -10; index < samples; index += 1) {
  // Which comes first changes, so that neither gains by it.
  const [first, second] = index % 2 === 0 ? [there, unknown] : [unknown, there]
  for (const kind of [first, second]) {
    const took = await attempt(kind === there ? 'ada@example.com' : 'ida@example.com')
    if (index >= 0) kind.push(took)
  }
}
for (const [name, times] of Object.entries({ there, unknown })) {
  const [middle, p10, p90] = [median(times), percentile(times, 0.1), percentile(times, 0.9)]
  console.log(`${name}: median ${middle.toFixed(2)} ms, p10 ${p10.toFixed(2)}, p90 ${p90.toFixed(2)}`)
}
console.log(
  `Mann-Whitney: ${share(there, unknown).toFixed(3)} of pairs were slower for who is there (0.5: no difference)`,
)
const { difference, t } = welch(there, unknown)
console.log(`Welch: the means differ by ${difference.toFixed(2)} ms, t = ${t.toFixed(2)}`)
await sallyport.close()
rmSync(folder, { recursive: true, force: true })

/** Of all pairs, in how many the one is greater: what somebody who guesses from one sample of each would be right by. */
function share(ones: readonly number[], others: readonly number[]): number {
  const greater = ones.reduce((sum, one) => sum + others.filter((other) => one > other).length, 0)
  return greater / (ones.length * others.length)
}

/** How far apart two means are, and how many times the spread that chance gives them: below two says nothing. */
function welch(
  ones: readonly number[],
  others: readonly number[],
): { readonly difference: number; readonly t: number } {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const error = (values: readonly number[]) => {
    const middle = mean(values)
    const squares = values.reduce((sum, value) => sum + (value - middle) ** 2, 0)
    return squares / (values.length - 1) / values.length
  }
  const difference = mean(ones) - mean(others)
  return { difference, t: difference / Math.sqrt(error(ones) + error(others)) }
}
