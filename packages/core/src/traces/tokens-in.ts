import { readReplyDocument, readReplyHead } from '../schemes/reply-document.ts'
import type { CredentialReplyOutput } from '../schemes/scheme.ts'

/** Where secrets stand whatever a definition says (RFC 6749 §5.1, RFC 5849 §2.1, RFC 7591 §3.2.1). */
const usualPlaces = [
  '/access_token',
  '/refresh_token',
  '/id_token',
  '/device_code',
  '/oauth_token',
  '/oauth_token_secret',
  '/client_secret',
  '/registration_access_token',
]
const shortestToken = 4

/**
 * What a reply gave for a token, by any path of the definition: also where a later request failed, and the tokens
 * never came to be an account's.
 */
export function tokensIn(auth: unknown, reply: CredentialReplyOutput): string[] {
  const document = readReplyDocument(reply) ?? readReplyHead(reply)
  return [...new Set([...usualPlaces, ...tokenPaths(auth)])].flatMap((path) => {
    const value = document.at(path)
    const text = typeof value === 'number' ? String(value) : value
    return typeof text === 'string' && text.length >= shortestToken ? [text] : []
  })
}

/** Every path that a definition has for a token, in whatever depth. */
function tokenPaths(block: unknown): string[] {
  if (typeof block !== 'object' || block === null) return []
  return Object.entries(block).flatMap(([name, value]) => {
    if (name === 'accessToken' || name === 'refreshToken') return pathsIn([value])
    if (name === 'tokens') return pathsIn(Object.values(Object(value)))
    return name === 'csrf' ? pathsIn(Object.values(Object(value))) : tokenPaths(value)
  })
}

function pathsIn(values: readonly unknown[]): string[] {
  return values.flatMap((value) =>
    typeof value === 'string' && /^(\/|$|header:|cookie:)/.test(value) ? [value] : [],
  )
}
