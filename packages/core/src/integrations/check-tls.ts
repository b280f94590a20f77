import type { Fault } from '@sallyport/contract'
import { type ClientTlsTexts, clientTlsFault, readClientTls } from '../client-tls.ts'
import { parseTemplate, placeholders } from '../template/parse.ts'
import { render } from '../template/render.ts'
import type { Fields } from './fields.ts'

/** Certificates and keys that cannot be used, as far as the definition itself holds them. */
export function tlsFaults({ raw, auth }: Pick<Fields, 'raw' | 'auth'>): Fault[] {
  return [...faultsAt('/tls', raw.tls), ...faultsAt('/auth/tls', auth.tls)]
}

function faultsAt(path: string, value: unknown): Fault[] {
  if (typeof value !== 'object' || value === null) return []
  const texts = Object.entries(value).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  )
  const isTemplate = texts.some(([, text]) => placeholders(parseTemplate(text)).length > 0)
  // What an account brings is checked with the account.
  if (isTemplate) return []
  const rendered = texts.map(([field, text]) => [field, render(parseTemplate(text), {}, 'text')])
  const tls = readClientTls(Object.fromEntries(rendered) as ClientTlsTexts)
  const fault = tls && clientTlsFault(tls)
  return fault ? [{ path: `${path}/${fault.field}`, code: fault.code, message: fault.message }] : []
}
