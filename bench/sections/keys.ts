import { randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { firstFailure, interleaved } from '../interleaved.ts'
import { report } from '../report.ts'
import { replied, requestText, workloads } from '../requests.ts'
import type { Subject } from '../subject.ts'
import { type Bench, startPinned } from './bench.ts'

const [get] = workloads
const refused = { status: 401, bytes: undefined }
const distinct = 50_000

/** What it costs to refuse keys: those of another form, those that are misspelt, and those that nobody has. */
export async function keys(bench: Bench): Promise<string | undefined> {
  const { load, options } = bench
  const sallyport = await startPinned(bench)
  const { pid, port, key, apiToken } = sallyport
  const requestWith = (text: string) => requestText(get, port, `/proxy/${apiToken}/v1/things`, text)
  const misspelt = `${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`
  const unknown = Array.from({ length: distinct }, () => requestWith(unknownKey()))
  const subjects = [
    { name: 'a good key', requests: [requestWith(key)], expected: replied },
    { name: 'no key of ours', requests: [requestWith('something-else')], expected: refused },
    { name: 'a misspelt key', requests: [requestWith(misspelt)], expected: refused },
    { name: 'keys that nobody has', requests: unknown, expected: refused },
  ].map((each): Subject => ({ ...each, workload: get.name, pid, port }))
  const series = await interleaved(load, subjects, options)
  bench.say(report(series, 'a good key'))
  return firstFailure(series)
}

/** Well formed, so that only the database can tell. */
function unknownKey(): string {
  const letters = (count: number) =>
    Array.from(randomBytes(count), (byte) => '0123456789abcdefghijklmnopqrstuvwxyz'[byte % 36]).join('')
  const body = `sp_org_${letters(12)}_${letters(43)}`
  return `${body}_${base62(crc32(body))}`
}

function base62(value: number): string {
  const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
  let text = ''
  for (let left = value; left > 0; left = Math.floor(left / 62)) text = digits[left % 62] + text
  return text.padStart(6, '0')
}
