import { headerKey, remembering } from '../header-key.ts'
import { withoutOwnCookies } from './own-cookies.ts'

/** Headers as Node and undici carry them: name, value, name, value… in order, repeats kept. */
export type RawHeaders = readonly string[]

/** Ours to write, or between two neighbours only (RFC 9110 §7.6.1): never passed on (C9, C14). */
const withheld = new Set([
  'host',
  'authorization',
  'connection',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
  'forwarded',
  'http2-settings',
])

/**
 * The caller's headers without those that it may not set: hop-by-hop ones, its own key, names that the
 * definition or the credential writes (`replaced`, as `headerKey` gives them). Some servers read `X_Api_Key`
 * as `X-Api-Key`, so underscores count as hyphens.
 */
export function passedOnHeaders(raw: RawHeaders, replaced: ReadonlySet<string>): string[] {
  const listed = connectionListed(raw)
  const passed: string[] = []
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index] as string
    const key = passedKey(name)
    if (key === '' || replaced.has(key) || listed?.has(key)) continue
    const value = raw[index + 1] as string
    const kept = key === 'cookie' ? withoutOwnCookies(value) : value
    if (kept !== undefined) passed.push(name, kept)
  }
  return passed
}

/** What a name is compared by; empty where it is never passed on. */
const passedKey = remembering((name) => {
  const key = headerKey(name)
  const isOurs = ['sallyport-', 'proxy-', 'x-forwarded-'].some((prefix) => key.startsWith(prefix))
  return isOurs || withheld.has(key) || (key === 'content-length' && name.includes('_')) ? '' : key
})

/** The same headers with this one in place of those of its name. */
export function withHeader(raw: RawHeaders, name: string, value: string): string[] {
  const others = raw.filter((_, index) => headerKey(raw[index - (index % 2)] as string) !== name)
  return [...others, name, value]
}

/** The value of a header that stands once, without regard to case; undefined when it is absent. */
export function headerValue(raw: RawHeaders, name: string): string | undefined {
  for (let index = 0; index + 1 < raw.length; index += 2) {
    if (raw[index]?.toLowerCase() === name) return raw[index + 1]
  }
  return undefined
}

function connectionListed(raw: RawHeaders): Set<string> | undefined {
  const values: string[] = []
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index] as string
    if (name.length !== 10 || name.toLowerCase() !== 'connection') continue
    const value = raw[index + 1] as string
    if (!/^(keep-alive|close)$/i.test(value)) values.push(value)
  }
  if (values.length === 0) return undefined
  const names = values.flatMap((value) => value.split(',')).map((name) => headerKey(name.trim()))
  // These decide how the body is framed; a caller that lists them does not get to unframe it.
  return new Set(names.filter((name) => name !== 'content-length' && name !== 'content-type'))
}
