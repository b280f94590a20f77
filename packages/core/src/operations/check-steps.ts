import { type Fault, pointer } from '@sallyport/contract'
import { headerKey } from '../header-key.ts'
import type { Fields } from './fields.ts'

/** Headers that the passage writes, or that frame a request: a step's would be left out without a word. */
const reserved = new Set([
  ...['host', 'authorization', 'connection', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade'],
  ...['expect', 'forwarded', 'http2-settings', 'content-length', 'accept-encoding'],
])
const reservedBeginnings = ['sallyport-', 'proxy-', 'x-forwarded-']

/** Names that are there twice, headers that are not a step's to set, and streams that something would come after. */
export function stepFaults(fields: Fields): Fault[] {
  return [
    ...repeatedNames(fields),
    ...headerFaults(fields),
    ...streamFaults(fields),
    ...addressFaults(fields),
    ...pagingFaults(fields),
  ]
}

function repeatedNames({ names }: Fields): Fault[] {
  const seen = new Set<string>()
  return names.flatMap(({ path, name }) => {
    const isRepeated = seen.has(name)
    seen.add(name)
    return isRepeated
      ? [{ path, code: 'repeated', message: 'Another step has this name. Choose another.' }]
      : []
  })
}

function headerFaults({ steps, raw }: Fields): Fault[] {
  const requests = [
    ...steps.flatMap(({ path, step }) => (step.kind === 'http' ? [{ path, headers: step.headers }] : [])),
    { path: '/inputFrom', headers: headersIn(raw.inputFrom) },
  ]
  return requests.flatMap(({ path, headers = {} }) =>
    Object.keys(headers).flatMap((name) => {
      const key = headerKey(name)
      if (!reserved.has(key) && !reservedBeginnings.some((prefix) => key.startsWith(prefix))) return []
      const message = 'This header is written by Sallyport, or by the account’s credential. Leave it out.'
      return [{ path: `${path}/headers${pointer([name])}`, code: 'header_reserved', message }]
    }),
  )
}

function headersIn(request: unknown): Readonly<Record<string, unknown>> {
  const headers: unknown = Object(request).headers
  return typeof headers === 'object' && headers !== null ? (headers as Record<string, unknown>) : {}
}

function streamFaults({ steps, raw }: Fields): Fault[] {
  return steps.flatMap(({ path, step, isLast }) => {
    if (step.kind !== 'http' || step.reply?.as !== 'stream') return []
    const at = `${path}/reply`
    if (!isLast || raw.output !== undefined) {
      const message =
        'A stream is what the run answers: it can only be the last step, of an operation without `output`.'
      return [{ path: `${at}/as`, code: 'stream_not_last', message }]
    }
    if (step.paging) return []
    return (['pick', 'map'] as const)
      .filter((name) => step.reply?.[name] !== undefined)
      .map((name) => ({
        path: `${at}/${name}`,
        code: 'not_with_stream',
        message: 'A stream is passed on as it comes. Leave this out, or do without `as: stream`.',
      }))
  })
}

function addressFaults({ steps }: Fields): Fault[] {
  return steps.flatMap(({ path, step }) => {
    if (step.kind !== 'http' || step.url === undefined || step.path === '') return []
    const message = 'Give either `path` or `url`, not both.'
    return [{ path: `${path}/url`, code: 'not_both', message }]
  })
}

function pagingFaults({ steps }: Fields): Fault[] {
  return steps.flatMap(({ path, step }) => {
    if (step.kind !== 'http' || !step.paging) return []
    const { paging, body } = step
    const faults: Fault[] = []
    if ('in' in paging && paging.in !== 'query' && !(body && 'json' in body)) {
      const message =
        'The value is sent in the JSON body, which the step does not have. Give it a `json` body.'
      faults.push({ path: `${path}/paging/in`, code: 'no_json_body', message })
    }
    for (const [name, value] of Object.entries(paging)) {
      if (typeof value !== 'string' || !value.startsWith('cookie:')) continue
      const message = 'Cookies of a reply are not kept. Name a JSON Pointer, or a header as header:X-Next.'
      faults.push({ path: `${path}/paging/${name}`, code: 'cookie_not_seen', message })
    }
    if (step.reply?.pick !== undefined) {
      const message = 'Of pages `paging.items` says what is kept. Leave `pick` out.'
      faults.push({ path: `${path}/reply/pick`, code: 'not_with_paging', message })
    }
    return faults
  })
}
