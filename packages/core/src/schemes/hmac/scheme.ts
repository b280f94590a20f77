import type { Definition, Fault, Hmac } from '@sallyport/contract'
import { parseTemplate } from '../../template/parse.ts'
import { type Block, record } from '../login-templates.ts'
import { placeValues } from '../placement.ts'
import type { Scheme, TemplateField } from '../scheme.ts'
import { signableNames } from './message.ts'
import { keyTemplate, signing } from './sign.ts'

/** Each request is signed with a shared key (RFC 2104); the definition says what is signed, and how it is sent. */
export const hmacScheme: Scheme = {
  templates,
  faults,
  placeable: () => [],
  defaultPlacement: [],
  connects: () => 'given',

  asks: (definition) => (usesKey(definition) ? [{ name: 'key', isRequired: true }] : []),

  secretFaults(definition, given) {
    if (!usesKey(definition) || given.key !== undefined) return []
    return [{ path: '/secret/key', code: 'required', message: 'Give the key that requests are signed with.' }]
  },

  renewable: () => false,
  authErrors: () => ({ statuses: [401, 403] }),
  renewal: () => ({}),
  place: (connection, _credential, placements) => placeValues(placements, connection.values),
  signing,
  token: () => undefined,
}

function usesKey({ auth }: Definition): boolean {
  return keyTemplate(auth as Hmac).includes('{secret.key}')
}

function templates(auth: Block): TemplateField[] {
  const text = (path: string, value: unknown, rest: Pick<TemplateField, 'slot' | 'filled'>) =>
    typeof value === 'string' ? [{ path, text: value, ...rest }] : []
  const list = (name: 'headers' | 'query', slot: 'header' | 'text') =>
    Object.entries(record(auth[name])).flatMap(([field, value]) =>
      text(`/auth/${name}/${field.replaceAll('~', '~0').replaceAll('/', '~1')}`, value, {
        slot,
        filled: [...signableNames, 'signature'],
      }),
    )
  return [
    ...text('/auth/key', auth.key, { slot: 'text', filled: ['secret.key'] }),
    ...text('/auth/message', auth.message, { slot: 'text', filled: signableNames }),
    ...list('headers', 'header'),
    ...list('query', 'text'),
  ]
}

function faults(auth: Block): Fault[] {
  return [...unsignedFaults(auth), ...shownKeyFaults(auth)]
}

/** A definition's fields are shown: the key is the account's. */
function shownKeyFaults({ key }: Block): Fault[] {
  if (typeof key !== 'string' || parseTemplate(key).constant === undefined) return []
  return [
    {
      path: '/auth/key',
      code: 'secret_shown',
      message:
        'Definitions are shown, and so would be this key. Write {secret.key}, or a secret parameter, and give it with the account.',
    },
  ]
}

/** A signature that nothing carries protects nothing. */
function unsignedFaults(auth: Block): Fault[] {
  const texts = [...Object.values(record(auth.headers)), ...Object.values(record(auth.query))]
  if (texts.some((text) => typeof text === 'string' && text.includes('{signature}'))) return []
  return [
    {
      path: '/auth/headers',
      code: 'required',
      message: 'No header or query parameter carries the signature. Add one with {signature}.',
    },
  ]
}
