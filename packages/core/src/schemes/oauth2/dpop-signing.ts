import type { Credential, Signing, Tokens } from '../scheme.ts'
import { dpopProof } from './dpop.ts'

/** Proofs at an API, of the key that the token is bound to (RFC 9449 §7). */
export const dpopSigning: Signing = {
  signs: (_definition, { tokens }) => isBound(tokens),
  coversBody: () => false,

  sign(ports, _connection, { tokens }, { method, origin, path }) {
    if (!tokens?.dpopKey) return { headers: [], query: [] }
    const proof = dpopProof(ports, tokens.dpopKey, {
      method,
      address: `${origin}${path.replace(/[?#].*$/s, '')}`,
      nonce: ports.memory.get(nonceAt(origin)),
      accessToken: tokens.accessToken,
    })
    return { headers: [['DPoP', proof]], query: [] }
  },

  challenged({ memory }, _definition, { status, origin, header }) {
    const nonce = header('dpop-nonce')
    if (nonce) memory.set(nonceAt(origin), nonce)
    return nonce !== undefined && asksForNonce(status, header('www-authenticate'))
  },
}

/** Whether calls need a proof; a server that was asked for such a token may still give a bearer's. */
export function isBound(tokens: Tokens | undefined): tokens is Tokens {
  return tokens?.tokenType === 'dpop' && tokens.dpopKey !== undefined
}

/** What stands before the token in `Authorization`, where the definition does not say. */
export function tokenWord({ tokens }: Credential): 'DPoP' | 'Bearer' {
  return isBound(tokens) ? 'DPoP' : 'Bearer'
}

/** RFC 9449 §9. */
function asksForNonce(status: number, challenge: string | undefined): boolean {
  return status === 401 && challenge !== undefined && /\buse_dpop_nonce\b/.test(challenge)
}

/** Nonces are a server's own (RFC 9449 §9): the account's memory holds those of each origin. */
function nonceAt(origin: string): string {
  return `dpop-nonce ${origin}`
}
