import { remembering } from '../header-key.ts'

/** Between two neighbours, or with a meaning for our own host that is not the upstream's to give (C13). */
const withheld = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'strict-transport-security',
  'clear-site-data',
  'alt-svc',
  'x-content-type-options',
  'content-security-policy',
])

/** The upstream's headers as they are passed on, in order, repeats kept. */
export function passedBackHeaders(raw: readonly Buffer[], keepCookies: boolean): string[] {
  const listed = connectionListed(raw)
  const passed: string[] = []
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = (raw[index] as Buffer).toString('latin1')
    const verdict = verdictOn(name)
    if (verdict === 'withheld' || (verdict === 'cookie' && !keepCookies)) continue
    if (listed?.has(name.toLowerCase())) continue
    passed.push(name, (raw[index + 1] as Buffer).toString('latin1'))
  }
  return passed
}

const verdictOn = remembering((name): 'passed' | 'withheld' | 'cookie' => {
  const key = name.toLowerCase()
  if (key === 'set-cookie') return 'cookie'
  const isOurs = key.startsWith('access-control-') || key.startsWith('sallyport-')
  return isOurs || withheld.has(key) ? 'withheld' : 'passed'
})

/** One header of a raw reply, joined where it stands several times. */
export function rawHeader(raw: readonly Buffer[], name: string): string | undefined {
  const values: string[] = []
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const candidate = raw[index] as Buffer
    if (candidate.length === name.length && candidate.toString('latin1').toLowerCase() === name) {
      values.push((raw[index + 1] as Buffer).toString('latin1'))
    }
  }
  return values.length === 0 ? undefined : values.join(', ')
}

function connectionListed(raw: readonly Buffer[]): Set<string> | undefined {
  const value = rawHeader(raw, 'connection')
  if (value === undefined || /^(keep-alive|close)$/i.test(value)) return undefined
  return new Set(value.split(',').map((name) => name.trim().toLowerCase()))
}
