import { createHash, createHmac } from 'node:crypto'
import type { OAuth2 } from '@sallyport/contract'
import type { TemplateValues } from '../../template/render.ts'
import type { Connection } from '../scheme.ts'

/**
 * The values that a definition computes of others, as `computed.name`. Each may ask for those before it; one that
 * asks for a value that is not there is not there itself.
 */
export function computedValues(connection: Connection, values: TemplateValues): Record<string, string> {
  const { computed = {} } = connection.definition.auth as OAuth2
  const known: Record<string, string> = {}
  for (const [name, { hash, of, key, encoding }] of Object.entries(computed)) {
    const all = { ...values, ...known }
    if (![of, key ?? ''].every((text) => connection.holds(text, all))) continue
    const text = connection.render(of, 'text', all)
    known[`computed.${name}`] = digest(hash, text, key && connection.render(key, 'text', all)).toString(
      encoding,
    )
  }
  return known
}

function digest(hash: string | undefined, text: string, key: string | undefined): Buffer {
  if (hash === undefined) return Buffer.from(text, 'utf8')
  return (key === undefined ? createHash(hash) : createHmac(hash, key)).update(text, 'utf8').digest()
}
