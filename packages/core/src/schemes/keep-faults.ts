import { type Fault, pointer } from '@sallyport/contract'
import { type Block, record } from './login-templates.ts'

/** Where tokens stand in replies that say nothing else (RFC 6749 §5.1, RFC 5849 §2.3). */
const usualPlaces = ['/access_token', '/refresh_token', '/oauth_token', '/oauth_token_secret']

/** Kept values are shown on the account, so that no path may keep what is a token. */
export function keepFaults(path: string, reply: unknown): Fault[] {
  const { accessToken, refreshToken, tokens, keep }: Block = record(reply)
  const named = [accessToken, refreshToken, ...Object.values(record(tokens))]
  const secret = new Set([...usualPlaces, ...named].map(place))
  return Object.entries(record(keep))
    .filter(([, from]) => secret.has(place(from)) || place(from) === 'header:set-cookie')
    .map(([name]) => ({
      path: `${path}/keep${pointer([name])}`,
      code: 'secret_shown',
      message: 'This is a token, and kept values are shown. Remove it; templates have it as {token}.',
    }))
}

/** Names of headers know no case. */
function place(path: unknown): unknown {
  return typeof path === 'string' && path.startsWith('header:') ? path.toLowerCase() : path
}
