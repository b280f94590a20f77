import { SallyportError } from '../../error.ts'
import type { Placed, Scheme } from '../scheme.ts'
import { askedSides, renderedSides, sideFaults, sideTemplates } from '../username-password.ts'
import { digestAnswer } from './answer.ts'
import { keepSession, learn, sessionAt } from './session.ts'

const nothing: Placed = { headers: [], query: [] }

/**
 * HTTP digest (RFC 7616). Nothing is sent before the first challenge; its nonce then serves the calls that
 * follow, with a count that goes up by one with each.
 */
export const digestScheme: Scheme = {
  templates: sideTemplates,
  faults: () => [],
  placeable: () => [],
  defaultPlacement: [],
  connects: () => 'given',
  asks: askedSides,
  secretFaults: sideFaults,
  renewable: () => false,
  authErrors: () => ({ statuses: [401, 403] }),
  renewal: () => ({}),
  place: () => nothing,
  signing: {
    signs: () => true,
    coversBody: ({ memory }, _definition, { origin }) => sessionAt(memory, origin)?.quality === 'auth-int',
    sign({ memory }, connection, credential, { method, origin, path, body }) {
      const session = sessionAt(memory, origin)
      if (!session) return nothing
      const count = session.count + 1
      keepSession(memory, origin, { ...session, count })
      if (session.quality === 'auth-int' && body === 'unread') throw new SallyportError('body_too_large')
      const covered = body === 'unread' ? undefined : body
      const { username, password } = renderedSides(connection, credential)
      const { clientNonce } = session
      const request = { method, uri: path, username, password, count, clientNonce, body: covered }
      return { headers: [['authorization', digestAnswer(session, request)]], query: [] }
    },
    challenged: (ports, _definition, reply) => learn(ports, reply),
  },
  token: () => undefined,
}
