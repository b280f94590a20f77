import { createHash } from 'node:crypto'
import type { Hmac } from '@sallyport/contract'
import { SallyportError } from '../../error.ts'
import { requestValueNames, requestValues } from '../request-values.ts'
import type { SignableRequest, SignPorts } from '../scheme.ts'

/** What a message, and the headers that go with it, may ask for of the request. */
export const signableNames = [
  ...requestValueNames,
  'request.nonce',
  'request.method',
  'request.path',
  'request.pathWithQuery',
  'request.query',
  'request.host',
  'request.url',
  'request.contentType',
  'request.body',
  'request.bodyHash',
] as const

/** Names whose value takes the whole body. */
const bodyNames = /\{request\.body(?:Hash)?\}/

/** Whether any of these templates asks for the body. */
export function asksForBody(texts: readonly string[]): boolean {
  return texts.some((text) => bodyNames.test(text))
}

/** The request as template values; the body as latin1 text, a character for each byte. */
export function signableValues(
  ports: Pick<SignPorts, 'clock' | 'random'>,
  request: SignableRequest,
  auth: Hmac,
): Record<string, string> {
  const { method, origin, path } = request
  const mark = path.indexOf('?')
  const body = request.body === 'unread' ? undefined : (request.body ?? Buffer.alloc(0))
  return {
    ...requestValues(ports),
    'request.nonce': ports.random.bytes(16).toString('hex'),
    'request.method': method,
    'request.path': mark < 0 ? path : path.slice(0, mark),
    'request.pathWithQuery': path,
    'request.query': mark < 0 ? '' : path.slice(mark + 1),
    'request.host': new URL(origin).host,
    'request.url': `${origin}${path}`,
    'request.contentType': headerOf(request.headers, 'content-type') ?? '',
    ...(body && {
      'request.body': body.toString('latin1'),
      'request.bodyHash': createHash(auth.bodyHash.algorithm).update(body).digest(auth.bodyHash.encoding),
    }),
  }
}

/** @throws SallyportError body_too_large where the signature covers a body that streams */
export function refuseUnread(request: SignableRequest): void {
  if (request.body !== 'unread') return
  throw new SallyportError('body_too_large', {
    message:
      'The signature of this integration covers the body, which must be read first: at most 1 MiB. Send less.',
  })
}

function headerOf(headers: readonly string[], name: string): string | undefined {
  const at = headers.findIndex((text, index) => index % 2 === 0 && text.toLowerCase() === name)
  return at < 0 ? undefined : headers[at + 1]
}
