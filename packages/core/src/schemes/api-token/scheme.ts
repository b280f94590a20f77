import { revealAll } from '../reveal.ts'
import { placementTemplate, placeValues } from '../placement.ts'
import { parseTemplate, placeholders } from '../../template/parse.ts'
import type { Scheme } from '../scheme.ts'

/** A token that the API gave out once. */
export const apiTokenScheme: Scheme = {
  templates: () => [],
  faults: () => [],
  defaultPlacement: [{ in: 'header' }],
  connects: () => 'given',
  secretFaults(definition, given) {
    const placements = [definition.placement ?? apiTokenScheme.defaultPlacement].flat()
    const used = placements.flatMap((placement) => placeholders(parseTemplate(placementTemplate(placement))))
    if (given.token !== undefined || !used.some((name) => name === 'token' || name === 'secret.token')) return []
    return [{ path: '/secret/token', code: 'required', message: 'Give the token that the API issued.' }]
  },
  renewable: () => false,
  rejections: () => [401, 403],
  renewal: () => ({}),
  place(connection, credential, placements) {
    const secret = revealAll(credential.secret, 'secret.')
    const token = secret['secret.token']
    return placeValues(placements, { ...connection.parameters, ...secret, ...(token === undefined ? {} : { token }) })
  },
  token: (credential) =>
    credential.secret.token ? { accessToken: credential.secret.token, tokenType: 'token' } : undefined,
}
