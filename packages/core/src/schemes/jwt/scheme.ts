import { type AuthOf, pointer } from '@sallyport/contract'
import { jwtKeyFaults, makeJwt } from '../jwt-signing.ts'
import { placeValues } from '../placement.ts'
import { requestValueNames } from '../request-values.ts'
import type { Connection, Scheme, SignPorts, TemplateField } from '../scheme.ts'

/** A JWT of its own for each call. */
export const jwtScheme: Scheme = {
  templates: (auth) => [
    ...['secret', 'privateKey'].flatMap((name) => textField(`/auth/${name}`, auth[name], [])),
    ...['header', 'payload'].flatMap((name) => textField(`/auth/${name}`, auth[name], requestValueNames)),
  ],
  faults: (auth) => jwtKeyFaults('/auth', auth),
  callsSpeakForDefinition: () => true,
  placeable: () => ['token', 'jwt.token'],
  defaultPlacement: [{ in: 'header' }],
  connects: () => 'given',
  secretFaults: () => [],
  renewable: () => false,
  authErrors: () => ({ statuses: [401, 403] }),
  renewal: () => ({}),
  // Nothing stays the same from one call to the next.
  place: () => ({ headers: [], query: [] }),
  signing: {
    signs: () => true,
    coversBody: () => false,
    sign(ports, connection) {
      const placements = [connection.definition.placement ?? jwtScheme.defaultPlacement].flat()
      const token = jwtOf(ports, connection)
      return placeValues(placements, { ...connection.values, token, 'jwt.token': token })
    },
  },
  token: () => undefined,
}

function jwtOf(ports: SignPorts, connection: Connection): string {
  const { type, ...template } = connection.definition.auth as AuthOf<'jwt'>
  const rendered = (path: string) => {
    const stored = connection.definitionSecrets[path]
    return stored && connection.render(stored.reveal(), 'text')
  }
  const key = { secret: rendered('/auth/secret'), privateKey: rendered('/auth/privateKey') }
  return makeJwt(ports, connection, template, { key })
}

/** Every text in a value of whatever depth. */
function textField(path: string, value: unknown, filled: readonly string[]): TemplateField[] {
  if (typeof value === 'string') return [{ path, text: value, slot: 'text', filled }]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) => textField(path + pointer([name]), inner, filled))
}
