import type { CustomToken, Definition } from '@sallyport/contract'
import { previewOf, type RequestPreview } from '../request-preview.ts'
import { namedIn, stepPreviews } from '../step-previews.ts'
import { askForToken } from './fetch-token.ts'
import { refreshToken, revokeToken } from './refresh-token.ts'

/** The steps, the request for the token, and what becomes of it. */
export function previews({ auth }: Definition): RequestPreview[] {
  const { steps, refreshUrl, refreshRequest, revokeUrl } = auth as CustomToken
  return [
    ...stepPreviews(steps),
    previewOf(
      'token',
      (ports, { connection, credential }) => askForToken(ports, connection, namedIn(credential)),
      { ...(steps && { follows: ['step'] }) },
    ),
    ...(refreshUrl === undefined && refreshRequest === undefined ? [] : [refresh]),
    ...(revokeUrl === undefined ? [] : [revocation]),
  ]
}

const refresh = previewOf('refresh', async (ports, { connection, credential: { tokens } }) =>
  tokens ? refreshToken(ports, connection, tokens) : undefined,
)

const revocation = previewOf('revocation', (ports, { connection, credential }) =>
  revokeToken(ports, connection, credential),
)
