import type { Secret } from '../../secret.ts'
import { Nonces } from '../nonces.ts'
import type { CredentialReplyOutput, CredentialRequestInput, SchemePorts } from '../scheme.ts'
import { parseStrictJson } from '../strict-json.ts'
import { dpopProof, thumbprintOf } from './dpop.ts'

/** How often a request is made: once, and once more with the nonce that the server asked for (B17). */
const attempts = 2

/**
 * Makes a request to the authorization server with a proof of the key (RFC 9449 §5, §8). `request` is made anew as
 * a whole where the server asks for its nonce, so that what may be used once, such as an assertion, is new too.
 */
export async function withProofs<Result>(
  ports: SchemePorts,
  key: Secret,
  request: (ports: SchemePorts) => Promise<Result>,
): Promise<Result> {
  const nonces = ports.nonces ?? new Nonces()
  for (let attempt = 1; ; attempt += 1) {
    let isAsked = false
    const send: SchemePorts['send'] = async (input) => {
      const reply = await ports.send(proven(ports, nonces, key, input))
      const nonce = reply.headers['dpop-nonce']
      if (nonce) nonces.set(nameOf(key, input), nonce)
      isAsked = nonce !== undefined && asksForNonce(reply)
      return reply
    }
    try {
      return await request({ ...ports, send })
    } catch (failure) {
      if (!isAsked || attempt === attempts) throw failure
    }
  }
}

function proven(
  ports: SchemePorts,
  nonces: Nonces,
  key: Secret,
  input: CredentialRequestInput,
): CredentialRequestInput {
  const { method, url, headers } = input
  const nonce = nonces.get(nameOf(key, input))
  const dpop = dpopProof(ports, key, { method, address: `${url.origin}${url.path}`, nonce })
  return { ...input, headers: { ...headers, dpop } }
}

/** A nonce is one server's, and its like is kept for one account (RFC 9449 §8). */
function nameOf(key: Secret, { url }: CredentialRequestInput): string {
  return `${thumbprintOf(key)} ${url.origin}`
}

function asksForNonce({ status, body }: CredentialReplyOutput): boolean {
  if (status !== 400 && status !== 401) return false
  const document = parseStrictJson(body)
  const isObject = typeof document === 'object' && document !== null
  return isObject && 'error' in document && document.error === 'use_dpop_nonce'
}
