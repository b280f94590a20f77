import type { CustomToken, Definition } from '@sallyport/contract'
import { placeValues } from '../placement.ts'
import type { Scheme } from '../scheme.ts'
import { tokenValues } from '../token-values.ts'
import { definitionFaults, keptNames, namedTokens, templates } from './definition.ts'
import { fetchToken } from './fetch-token.ts'
import { previews } from './previews.ts'
import { refreshToken, revokeToken } from './refresh-token.ts'

/** A token that any request fetches; fetched again, or refreshed, when it ends. */
export const customTokenScheme: Scheme = {
  templates,
  keeps: keptNames,
  faults: definitionFaults,
  placeable: (auth) => ['token', 'token.accessToken', ...namedTokens(auth)],
  defaultPlacement: [{ in: 'header' }],
  secretFaults: () => [],
  connects: () => 'fetched',
  fetch: fetchToken,
  previews,

  async renew(ports, connection, { tokens }) {
    const refreshed = tokens && (await refreshToken(ports, connection, tokens))
    // What logs in needs nobody: the parameters are still here.
    return refreshed ?? fetchToken(ports, connection)
  },

  renewable: () => true,
  revocable: (definition) => block(definition).revokeUrl !== undefined,
  revoke: revokeToken,
  authErrors: (definition) => block(definition).authErrors,
  renewal: (definition) => block(definition).renewal,
  place: (connection, { tokens }, placements) =>
    placeValues(placements, { ...connection.values, ...tokenValues(tokens) }),
  token: ({ tokens }) =>
    tokens ? { accessToken: tokens.accessToken, tokenType: tokens.tokenType } : undefined,
}

function block(definition: Definition): CustomToken {
  return definition.auth as CustomToken
}
