import type { AuthOf } from '@sallyport/contract'
import { parseTemplate, placeholders } from '../../template/parse.ts'
import { render } from '../../template/render.ts'
import { placeValues } from '../placement.ts'
import { revealAll } from '../reveal.ts'
import type { Scheme, TemplateField } from '../scheme.ts'

const fields = ['username', 'password'] as const
const sides = ['secret.username', 'secret.password']

/** HTTP basic (RFC 7617). Either side may come out empty. */
export const basicScheme: Scheme = {
  templates: (auth) =>
    fields.flatMap((field): TemplateField[] => {
      const text = auth[field]
      return typeof text === 'string' ? [{ path: `/auth/${field}`, text, slot: 'text', filled: sides }] : []
    }),
  faults: () => [],
  placeable: () => ['token', ...sides],
  defaultPlacement: [{ in: 'header' }],
  connects: () => 'given',
  secretFaults(definition, given) {
    const auth = definition.auth as AuthOf<'basic'>
    const used = fields.flatMap((field) => placeholders(parseTemplate(auth[field] ?? `{secret.${field}}`)))
    const needed = used.some((name) => name.startsWith('secret.'))
    if (!needed || given.username !== undefined || given.password !== undefined) return []
    return [{ path: '/secret', code: 'required', message: 'Give username, password, or both.' }]
  },
  renewable: () => false,
  authErrors: () => ({ statuses: [401, 403] }),
  renewal: () => ({}),
  place(connection, credential, placements) {
    const auth = connection.definition.auth as AuthOf<'basic'>
    const values = {
      ...connection.values,
      'secret.username': '',
      'secret.password': '',
      ...revealAll(credential.secret, 'secret.'),
    }
    const side = (field: 'username' | 'password') =>
      render(parseTemplate(auth[field] ?? `{secret.${field}}`), values, 'text')
    const token = Buffer.from(`${side('username')}:${side('password')}`, 'utf8').toString('base64')
    return placeValues(placements, { ...values, token }, 'Basic')
  },
  token: () => undefined,
}
