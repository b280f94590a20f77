import { answered, previewOf, type RequestPreview } from '../request-preview.ts'
import { begin, complete } from './authorize.ts'

/** An authorization's three steps (RFC 5849 §2). */
export const previews: readonly RequestPreview[] = [
  {
    purpose: 'authorization',
    run: async (ports, { connection, redirectUri, state }) => ({
      page: (await begin(ports, connection, { redirectUri, state })).url,
    }),
    answer: (_request, { unknown }) =>
      answered(
        'temporary_credentials',
        'application/x-www-form-urlencoded',
        `oauth_token=${unknown('oauth_token')}&oauth_token_secret=${unknown('oauth_token_secret')}`,
      ),
  },
  previewOf(
    'token',
    (ports, { connection, redirectUri, unknown }) => {
      const token = unknown('oauth_token')
      return complete(ports, connection, {
        redirectUri,
        parameters: new URLSearchParams({ oauth_token: token, oauth_verifier: unknown('oauth_verifier') }),
        memory: { requestToken: token, requestTokenSecret: unknown('oauth_token_secret') },
      })
    },
    { follows: ['temporary_credentials'] },
  ),
]
