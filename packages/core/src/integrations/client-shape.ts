import { type Definition, providerNote } from '@sallyport/contract'
import { record } from './fields.ts'

/**
 * An OAuth client is written flat: the fields of `oauth2` beside key, name and hosts. It is kept as a definition that
 * has no API, so that the same rules hold for both. This is the way there, also of what is malformed.
 */
export function nested(flat: unknown): object {
  const auth: Record<string, unknown> = { ...record(flat), type: 'oauth2' }
  const beside: Record<string, unknown> = {}
  for (const name of notOfAuth) {
    if (auth[name] !== undefined) beside[name] = auth[name]
    delete auth[name]
  }
  return { ...beside, auth }
}

const notOfAuth = ['key', 'name', ...Object.keys(providerNote), 'hosts']

/** And the way back. */
export function flattened({ auth, ...rest }: Definition): Record<string, unknown> {
  const { type, ...fields } = auth
  return { ...rest, ...fields }
}

/** A JSON Pointer into the definition, as one into the client as it is written. */
export function flatPath(path: string): string {
  return path.replace(/^\/auth(?=\/)/, '')
}
