import type { Definition, Fault, Placement } from '@sallyport/contract'
import { parseTemplate, placeholders } from '../../template/parse.ts'
import { placementTemplate, placeValues } from '../placement.ts'
import { revealAll } from '../reveal.ts'
import type { Scheme } from '../scheme.ts'

/** A token that the API gave out once. */
export const apiTokenScheme: Scheme = {
  templates: () => [],
  faults: () => [],
  placeable: () => ['token', 'secret.token'],
  defaultPlacement: [{ in: 'header' }],
  connects: () => 'given',
  asks: (definition) => (placementsOf(definition).length > 0 ? [{ name: 'token', isRequired: true }] : []),
  secretFaults(definition, given) {
    const placements = placementsOf(definition)
    if (given.token === undefined && placements.length > 0) return [required]
    const isOneLine = typeof given.token !== 'string' || /^[\t\x20-\x7e]*$/.test(given.token)
    return isOneLine || !placements.some((placement) => placement.in === 'header') ? [] : [unfit]
  },
  renewable: () => false,
  authErrors: () => ({ statuses: [401, 403] }),
  renewal: () => ({}),
  place(connection, credential, placements) {
    const secret = revealAll(credential.secret, 'secret.')
    const token = secret['secret.token']
    return placeValues(placements, {
      ...connection.values,
      ...secret,
      ...(token === undefined ? {} : { token }),
    })
  },
  token: (credential) =>
    credential.secret.token ? { accessToken: credential.secret.token, tokenType: 'token' } : undefined,
}

const required: Fault = {
  path: '/secret/token',
  code: 'required',
  message: 'Give the token that the API issued.',
}

const unfit: Fault = {
  path: '/secret/token',
  code: 'value_refused',
  message: 'A header takes printable ASCII on one line. Check that nothing else was copied with the token.',
}

function placementsOf({ placement }: Definition): readonly Placement[] {
  return [placement ?? apiTokenScheme.defaultPlacement].flat().filter(holdsToken)
}

function holdsToken(placement: Placement): boolean {
  const names = placeholders(parseTemplate(placementTemplate(placement)))
  return names.some((name) => name === 'token' || name === 'secret.token')
}
