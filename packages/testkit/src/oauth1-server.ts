import { fileURLToPath } from 'node:url'
import { childServer } from './child-server.ts'
import { type Front, front } from './front.ts'
import { pathOf } from './program.ts'

/** What an OAuth 1.0a provider may be given. */
export interface Oauth1ServerOptions {
  clientKey?: string
  clientSecret?: string
  /** PEM of the client's public key, for RSA-SHA1. */
  rsaPublicKey?: string
  /** Access tokens that are there from the start: token to secret. */
  accessTokens?: Record<string, string>
  /** All four unless said. */
  signatureMethods?: string[]
}

/**
 * An OAuth 1.0a provider (RFC 5849), which checks signatures, timestamps and verifiers with Python's oauthlib,
 * takes each nonce once, and accepts any realm.
 */
export interface Oauth1Server {
  readonly origin: string
  readonly requestTokenUrl: string
  /** Consents without a page; with `deny=1` it sends `denied=<token>` back instead. */
  readonly authorizationUrl: string
  /** Tells `user_id` 42 and `screen_name` ann beside the token. */
  readonly accessTokenUrl: string
  /** Whatever is below it answers requests signed for an access token, in JSON that says what was seen. */
  readonly apiUrl: string
  /** The same for requests signed by the client alone, without any token. */
  readonly signedUrl: string
  readonly clientKey: string
  readonly clientSecret: string
  readonly processId: number
  received(route?: string): ReturnType<Front['received']>
  forget(): void
  close(): Promise<void>
}

const python = {
  name: 'Python 3 with oauthlib',
  variable: 'PYTHON_PATH',
  usualPlaces: ['/usr/bin/python3'],
  debianPackage: 'python3-oauthlib',
}

// Found from the sources and from what is built of them alike.
const script = fileURLToPath(new URL('../src/oauth1-server.py', import.meta.url))

/** Starts the provider; needs Debian's package `python3-oauthlib`. */
export async function oauth1Server(options: Oauth1ServerOptions = {}): Promise<Oauth1Server> {
  const { clientKey = 'client-key', clientSecret = 'client-secret' } = options
  const settings = {
    clientKey,
    clientSecret,
    rsaPublicKey: options.rsaPublicKey ?? '',
    accessTokens: options.accessTokens ?? {},
    signatureMethods: options.signatureMethods ?? ['HMAC-SHA1', 'HMAC-SHA256', 'RSA-SHA1', 'PLAINTEXT'],
  }
  const child = await childServer({ program: pathOf(python), args: ['-W', 'ignore', '-B', script], settings })
  const { origin, received, forget, close } = await front(child)
  return {
    origin,
    requestTokenUrl: `${origin}/oauth/request_token`,
    authorizationUrl: `${origin}/oauth/authorize`,
    accessTokenUrl: `${origin}/oauth/access_token`,
    apiUrl: `${origin}/api/`,
    signedUrl: `${origin}/signed/`,
    clientKey,
    clientSecret,
    processId: child.processId,
    received,
    forget,
    close,
  }
}
