import { passedBackHeaders, rawHeader } from './reply-headers.ts'

/** What decides how a message is framed, routed or read comes too late behind its body (RFC 9110 §6.5.1). */
const headersOnly = new Set([
  'content-length',
  'content-encoding',
  'content-type',
  'content-range',
  'host',
  'location',
  'set-cookie',
  'cache-control',
  'www-authenticate',
])

/** The trailers of a reply that are passed on, repeats kept. */
export function passedBackTrailers(raw: readonly (Buffer | string)[]): [name: string, value: string][] {
  const buffers = raw.map((text) => (typeof text === 'string' ? Buffer.from(text, 'latin1') : text))
  const flat = passedBackHeaders(buffers, false)
  const pairs = flat.flatMap((name, index): [string, string][] =>
    index % 2 === 0 ? [[name, flat[index + 1] ?? '']] : [],
  )
  return pairs.filter(([name]) => !headersOnly.has(name.toLowerCase()))
}

/** The names of trailers that a reply in chunks announces, and that will be passed on. */
export function announcedTrailers(headers: readonly Buffer[]): string | undefined {
  const announced = rawHeader(headers, 'trailer')
  if (announced === undefined || !/\bchunked\b/i.test(rawHeader(headers, 'transfer-encoding') ?? '')) {
    return undefined
  }
  const names = announced.split(',').map((name) => name.trim())
  const passed = passedBackTrailers(names.flatMap((name) => [name, '']))
  return passed.length === 0 ? undefined : passed.map(([name]) => name).join(', ')
}
