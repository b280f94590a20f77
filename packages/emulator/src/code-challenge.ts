import { createHash } from 'node:crypto'
import type { Behaviour } from './behaviour.ts'
import { OAuthError } from './oauth-error.ts'
import type { Parameters } from './parameters.ts'

/** The challenge an authorization request brings (RFC 7636 §4.3); only S256 counts. */
export function codeChallengeIn(parameters: Parameters, behaviour: Behaviour): string | undefined {
  const challenge = parameters.get('code_challenge')
  if (challenge === undefined) {
    if (behaviour.pkce === 'required') throw new OAuthError('invalid_request', 'PKCE is required.')
    return undefined
  }
  if (parameters.get('code_challenge_method') !== 'S256') {
    throw new OAuthError('invalid_request', 'code_challenge_method must be S256.')
  }
  if (!/^[A-Za-z0-9_-]{43}$/.test(challenge)) {
    throw new OAuthError('invalid_request', 'code_challenge is not an S256 challenge.')
  }
  return challenge
}

/** Checks the verifier of a token request against the challenge of its code (RFC 7636 §4.6). */
export function checkCodeVerifier(verifier: string | undefined, challenge: string | undefined): void {
  // RFC 9700 §2.1.1: a verifier without a challenge is the sign of a PKCE downgrade.
  if (challenge === undefined && verifier !== undefined) {
    throw new OAuthError('invalid_grant', 'A code_verifier came for a code that had no code_challenge.')
  }
  if (challenge === undefined) return
  if (verifier === undefined) throw new OAuthError('invalid_grant', 'The code_verifier is missing.')
  if (!/^[A-Za-z0-9._~-]{43,128}$/.test(verifier)) {
    throw new OAuthError('invalid_grant', 'The code_verifier is malformed.')
  }
  if (createHash('sha256').update(verifier).digest('base64url') !== challenge) {
    throw new OAuthError('invalid_grant', 'The code_verifier does not match the code_challenge.')
  }
}
