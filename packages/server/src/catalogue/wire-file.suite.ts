import type { Exchange } from '@sallyport/emulator'

/** A request as the file writes it. */
export interface WrittenRequest {
  readonly purpose: string
  readonly method: string
  readonly address: string
  readonly query: Fields
  readonly header: Fields
  readonly form: Fields
}

type Fields = Readonly<Record<string, string>>

/** The requests of each entry, in order. */
export function writtenRequests(text: string): ReadonlyMap<string, readonly WrittenRequest[]> {
  const entries = new Map<string, WrittenRequest[]>()
  let requests: WrittenRequest[] = []
  for (const line of text.split('\n').filter((each) => each.trim() !== '' && !each.startsWith('#'))) {
    const words = line.trim().split(' ')
    const part = parts.find((name) => line.startsWith(`    ${name} `))
    const last = requests.at(-1)
    if (!line.startsWith(' ')) {
      requests = []
      entries.set(line, requests)
    } else if (part && last)
      requests.splice(-1, 1, { ...last, [part]: fieldsIn(line.trim().slice(part.length + 1)) })
    else {
      const [purpose = '', method = '', address = ''] = words
      requests.push({ purpose, method, address, query: {}, header: {}, form: {} })
    }
  }
  return entries
}

const parts = ['query', 'header', 'form'] as const

function fieldsIn(text: string): Fields {
  const found = [...text.matchAll(/([^\s=]+)=(?:"([^"]*)"|(\S*))/g)]
  return Object.fromEntries(found.map(([, name = '', quoted, bare = '']) => [name, quoted ?? bare]))
}

/**
 * A request that came, in the words of the one that was to come: a value is written as there where it is the same,
 * and as it came where it differs. `met` remembers what each `<x>` was.
 */
export function asWritten(
  { purpose, request }: Exchange,
  wanted: WrittenRequest | undefined,
  met: Map<string, string>,
): WrittenRequest {
  const [, , host = '', ...path] = request.path.split('/')
  const listed = new Set(['authorization', 'cookie', ...Object.keys(wanted?.header ?? {})])
  const headers = Object.entries(request.headers).filter(([name]) => listed.has(name))
  const isForm = /^application\/x-www-form-urlencoded/.test(request.headers['content-type'] ?? '')
  const body = request.body.toString('utf8')
  const written = (found: Iterable<readonly [string, unknown]>, there: Fields | undefined): Fields =>
    Object.fromEntries(
      [...found].map(([name, value]) => [name, inWords(plain(String(value)), there?.[name], met)]),
    )
  return {
    purpose: purpose.replace(/ \d+$/, ''),
    method: request.method,
    address: `https://${[host, ...path].join('/')}`,
    query: written(new URLSearchParams(request.query), wanted?.query),
    header: written(headers, wanted?.header),
    form: isForm ? written(new URLSearchParams(body), wanted?.form) : body === '' ? {} : { body },
  }
}

/** `Basic a:b` before it was encoded. */
function plain(value: string): string {
  return value.replace(
    /^Basic (.+)$/,
    (_, pair: string) => `Basic ${Buffer.from(pair, 'base64').toString('utf8')}`,
  )
}

function inWords(value: string, wanted: string | undefined, met: Map<string, string>): string {
  const [, before = '', name = '', after = ''] = /^(.*)<(\w+)>(.*)$/.exec(wanted ?? '') ?? []
  if (wanted === undefined || name === '') return value
  if (!value.startsWith(before) || !value.endsWith(after)) return value
  const inner = value.slice(before.length, value.length - after.length)
  if (!met.has(name) && ![...met.values()].includes(inner) && inner !== '') met.set(name, inner)
  return met.get(name) === inner ? wanted : value
}
