import { createHmac } from 'node:crypto'
import type { Definition, Hmac } from '@sallyport/contract'
import { parseTemplate } from '../../template/parse.ts'
import { render, type TemplateValues } from '../../template/render.ts'
import { revealAll } from '../reveal.ts'
import type { Placed, SignableRequest, Signing } from '../scheme.ts'
import { asksForBody, refuseUnread, signableValues } from './message.ts'

/** Signs each call. */
export const signing: Signing = {
  signs: () => true,
  coversBody: (_ports, definition) => covers(definition),

  sign(ports, connection, credential, request): Placed {
    const auth = connection.definition.auth as Hmac
    if (covers(connection.definition)) refuseUnread(request)
    const key = Buffer.from(
      render(
        parseTemplate(keyTemplate(auth)),
        { ...connection.values, ...revealAll(credential.secret, 'secret.') },
        'text',
      ),
      auth.keyEncoding,
    )
    const own = { ...connection.values, ...signableValues(ports, request, auth) }
    const query = Object.entries(auth.query ?? {})
    const first = query.filter(([, text]) => !text.includes('{signature}'))
    const early = first.map(([name, text]) => [name, rendered(text, own, 'text')] as const)
    const values = { ...own, ...queryValues(request, early, new Set(Object.keys(auth.query ?? {}))) }
    const signature = createHmac(auth.algorithm, key)
      .update(messageBytes(auth.message, values))
      .digest(auth.encoding)
    const all = { ...values, signature }
    return {
      headers: Object.entries(auth.headers ?? {}).map(([name, text]) => [
        name,
        rendered(text, all, 'header'),
      ]),
      query: [
        ...early,
        ...query
          .filter(([, text]) => text.includes('{signature}'))
          .map(([name, text]) => [name, rendered(text, all, 'text')] as const),
      ],
    }
  },
}

/** What the key is made of. */
export function keyTemplate(auth: Pick<Hmac, 'key'>): string {
  return auth.key ?? '{secret.key}'
}

function covers({ auth }: Definition): boolean {
  const { message, headers = {}, query = {} } = auth as Hmac
  return asksForBody([message, ...Object.values(headers), ...Object.values(query)])
}

function rendered(text: string, values: TemplateValues, slot: 'header' | 'text'): string {
  return render(parseTemplate(text), values, slot)
}

/** The query as it will be sent, with what goes before the signature; the caller's of the same names is not. */
function queryValues(
  { origin, path }: SignableRequest,
  early: readonly (readonly [string, string])[],
  names: ReadonlySet<string>,
): Record<string, string> {
  if (names.size === 0) return {}
  const [plain = '', ...rest] = path.split('?')
  const callers = rest.join('?').split('&')
  const kept = callers.filter(
    (pair) => pair !== '' && !pair.split(';').some((part) => names.has(nameIn(part))),
  )
  const query = [...kept, ...early.map((pair) => pair.map(encodeURIComponent).join('='))].join('&')
  const joined = query === '' ? plain : `${plain}?${query}`
  return { 'request.pathWithQuery': joined, 'request.query': query, 'request.url': `${origin}${joined}` }
}

function nameIn(pair: string): string {
  return new URLSearchParams(pair).keys().next().value ?? ''
}

/** The body goes in as its bytes, everything else as UTF-8. */
function messageBytes(text: string, values: TemplateValues): Buffer {
  const parts = parseTemplate(text).parts.map((part) => {
    if (part.kind === 'literal') return Buffer.from(part.text, 'utf8')
    if (part.name === 'request.body') return Buffer.from(values['request.body'] ?? '', 'latin1')
    return Buffer.from(rendered(`{${part.name}}`, values, 'text'), 'utf8')
  })
  return Buffer.concat(parts)
}
