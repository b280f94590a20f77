import type { Definition, Fault, OAuth1 } from '@sallyport/contract'
import { SallyportError } from '../../error.ts'
import { Secret } from '../../secret.ts'
import { keepFaults } from '../keep-faults.ts'
import type { Credential, Scheme, TemplateField } from '../scheme.ts'
import { begin, complete } from './authorize.ts'
import { previews } from './previews.ts'
import { signed, type TokenPair } from './sign.ts'

const urls = ['requestTokenUrl', 'authorizationUrl', 'accessTokenUrl'] as const

/** OAuth 1.0a (RFC 5849): every call is signed. */
export const oauth1Scheme: Scheme = {
  templates,
  faults,
  keeps: ({ keep }) => (typeof keep === 'object' && keep !== null ? Object.keys(keep) : []),
  // Its other signatures are good for one address alone.
  callsSpeakForDefinition: ({ signatureMethod }) => signatureMethod === 'PLAINTEXT',
  placeable: () => [],
  defaultPlacement: [],
  connects: (definition) => (isThreeLegged(definition) ? 'authorized' : 'given'),
  asks: (definition) =>
    isThreeLegged(definition) ? [] : [{ name: 'token', isRequired: true }, { name: 'tokenSecret' }],
  held: (definition) => (isThreeLegged(definition) ? [{ name: 'token' }, { name: 'tokenSecret' }] : []),
  secretFaults: (_, given) =>
    given.token === undefined && given.tokenSecret !== undefined
      ? [{ path: '/secret/token', code: 'required', message: 'Give the token that the secret goes with.' }]
      : [],
  adopt(given, { clock }) {
    if (given.token === undefined) return undefined
    return {
      accessToken: new Secret(String(given.token)),
      named: { tokenSecret: new Secret(String(given.tokenSecret ?? '')) },
      refreshToken: undefined,
      tokenType: 'OAuth',
      issuedAt: clock.now(),
      expiresAt: undefined,
      scopes: [],
    }
  },
  authorization: (definition) => (isThreeLegged(definition) ? { begin, complete } : undefined),
  previews: (definition) => (isThreeLegged(definition) ? previews : []),
  renewable: () => false,
  authErrors: () => ({ statuses: [401, 403] }),
  renewal: () => ({}),
  place: () => ({ headers: [], query: [] }),
  signing: {
    signs: () => true,
    coversBody: (_ports, _definition, { headers }) => isForm(headers),
    sign(ports, connection, credential, request) {
      const { method, origin, path, headers, body } = request
      if (body === 'unread' && isForm(headers)) throw new SallyportError('body_too_large')
      const form = Buffer.isBuffer(body) && isForm(headers) ? body.toString('latin1') : ''
      const authorization = signed(ports, connection, { method, origin, path, form }, pairOf(credential))
      return { headers: [['authorization', authorization]], query: [] }
    },
  },
  token: () => undefined,
}

function pairOf({ tokens }: Credential): TokenPair | undefined {
  return (
    tokens && {
      token: tokens.accessToken.reveal(),
      tokenSecret: tokens.named?.tokenSecret?.reveal() ?? '',
    }
  )
}

/** RFC 5849 §3.4.1.3.1: only the fields of a form are signed with the request. */
function isForm(headers: readonly string[]): boolean {
  return headers.some(
    (name, index) =>
      index % 2 === 0 &&
      name.toLowerCase() === 'content-type' &&
      /^application\/x-www-form-urlencoded\b/i.test(headers[index + 1] ?? ''),
  )
}

function isThreeLegged({ auth }: Pick<Definition, 'auth'>): boolean {
  return (auth as OAuth1).requestTokenUrl !== undefined
}

function faults(auth: Readonly<Record<string, unknown>>): Fault[] {
  const needsUrls = urls.some((name) => auth[name] !== undefined)
  const missing = urls.filter((name) => needsUrls && auth[name] === undefined)
  const key = auth.signatureMethod === 'RSA-SHA1' ? 'privateKey' : 'consumerSecret'
  return [
    ...keepFaults('/auth', auth),
    ...missing.map((name) => ({
      path: `/auth/${name}`,
      code: 'required',
      message: 'An authorization takes all three addresses. Give this one, too.',
    })),
    ...(auth[key] === undefined
      ? [
          {
            path: `/auth/${key}`,
            code: 'required',
            message: `Give what ${String(auth.signatureMethod ?? 'HMAC-SHA1')} signs with.`,
          },
        ]
      : []),
  ]
}

function templates(auth: Readonly<Record<string, unknown>>): TemplateField[] {
  const field = (name: string, rest: Omit<TemplateField, 'path' | 'text'>): TemplateField[] => {
    const text = auth[name]
    return typeof text === 'string' ? [{ path: `/auth/${name}`, text, ...rest }] : []
  }
  return [
    ...field('requestTokenUrl', { slot: 'url', receives: 'definition_secret' }),
    ...field('authorizationUrl', { slot: 'url', receives: 'browser', shown: true }),
    ...field('accessTokenUrl', { slot: 'url', receives: 'definition_secret' }),
    ...field('realm', { slot: 'header' }),
    ...['consumerKey', 'consumerSecret', 'privateKey'].flatMap((name) => field(name, { slot: 'text' })),
  ]
}
