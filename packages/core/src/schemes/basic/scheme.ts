import { placeValues } from '../placement.ts'
import type { Scheme } from '../scheme.ts'
import {
  askedSides,
  renderedSides,
  sideFaults,
  sidePlaceholders,
  sideTemplates,
} from '../username-password.ts'

/** HTTP basic (RFC 7617). Either side may come out empty. */
export const basicScheme: Scheme = {
  templates: sideTemplates,
  faults: () => [],
  placeable: () => ['token', ...sidePlaceholders],
  defaultPlacement: [{ in: 'header' }],
  connects: () => 'given',
  asks: askedSides,
  secretFaults: sideFaults,
  renewable: () => false,
  authErrors: () => ({ statuses: [401, 403] }),
  renewal: () => ({}),
  place(connection, credential, placements) {
    const { username, password, values } = renderedSides(connection, credential)
    const token = Buffer.from(`${username}:${password}`, 'utf8').toString('base64')
    return placeValues(placements, { ...values, token }, 'Basic')
  },
  token: () => undefined,
}
