import type { Finding, TraceKind } from '@sallyport/contract'
import type { SallyportError } from '../error.ts'
import { plainWords } from '../schemes/provider-words.ts'
import { type ReplyDocument, readReplyDocument } from '../schemes/reply-document.ts'
import type { RawExchange } from './recorder.ts'

/** What a diagnosis is made from. */
export interface Case {
  readonly kind: TraceKind
  /** The definition's `auth`, without its secrets. */
  readonly auth: Readonly<Record<string, unknown>>
  readonly exchanges: readonly RawExchange[]
  readonly failure: SallyportError | undefined
  readonly now: number
  readonly redirectUri: string | undefined
  readonly result: unknown
  /** Cuts what is secret out of a provider's words, while they are as it wrote them. */
  readonly clean: (words: string) => string
}

/** A case, and what its last reply says. */
interface Seen extends Case {
  readonly last: RawExchange | undefined
  readonly document: ReplyDocument | undefined
  /** `error` and `error_description` of the reply, else the failure's words: to be quoted. */
  readonly said: string
  /** All of them, in lower case: to be searched. */
  readonly words: string
}

interface Rule {
  readonly code: string
  /** What was seen, where the rule applies. */
  readonly saw: (seen: Seen) => string | undefined
  readonly change: (seen: Seen) => string
}

/** The table of diagnoses: what was seen, and what to change. The first that fits comes first. */
const rules: readonly Rule[] = [
  {
    code: 'headers_too_large',
    saw: ({ last }) =>
      last?.reply?.status === 431 ? 'The provider answered 431: the headers were too large.' : undefined,
    change: () =>
      'In the browser, remove the cookies of the provider’s host and start again. On the wire, shorten the headers that the definition adds.',
  },
  {
    code: 'redirect_mismatch',
    saw: ({ words, said }) =>
      /redirect[_ ]?ur[il]/.test(words)
        ? `The provider does not accept the redirect URI: ${said}.`
        : undefined,
    change: ({ redirectUri }) =>
      `Register ${redirectUri ?? 'the integration’s redirectUri'} at the provider, character by character; scheme, port and a slash at the end count.`,
  },
  {
    code: 'pkce_refused',
    saw: ({ words, said }) =>
      /code[_ ](challenge|verifier)|pkce/.test(words)
        ? `The provider does not accept PKCE as it was sent: ${said}.`
        : undefined,
    change: ({ auth }) =>
      auth.pkce === 'S256'
        ? 'Set `pkce` to "plain", or to "off" where the provider knows no PKCE.'
        : 'Set `pkce` to "S256": the provider insists on it.',
  },
  {
    code: 'double_client_authentication',
    saw: ({ words, said }) =>
      /(multiple|more than one|both|two|duplicate)\b.*\b(client )?(auth|credential)/.test(words)
        ? `The provider saw client credentials in more than one place: ${said}.`
        : undefined,
    change: () =>
      'Leave client id and secret either to `clientAuthentication`, or to the request template, not to both.',
  },
  {
    code: 'forgotten_registration',
    saw: ({ words, said, auth }) =>
      /(unknown|unregistered|not found|no such|deleted|does not exist)\b.*client|client\b.*(unknown|unregistered|not (found|registered)|deleted|does not exist)/.test(
        words,
      ) ||
      (auth.registration !== undefined && /invalid_client/.test(words))
        ? `The provider does not know this client: ${said}.`
        : undefined,
    change: ({ auth }) =>
      auth.registration === undefined
        ? 'Check `clientId`, and that the client still exists at the provider.'
        : 'The client is registered anew with the next authorization: connect the account again.',
  },
  {
    code: 'client_authentication',
    saw: ({ words, last, auth }) =>
      /invalid_client|unauthorized_client/.test(words) ||
      (isCredentialRequest(last) && last?.reply?.status === 401)
        ? `The provider refused the client, which showed itself by ${String(auth.clientAuthentication ?? 'the request template')}.`
        : undefined,
    change: ({ auth }) =>
      `Check client id and secret; if they are right, set \`clientAuthentication\` to "${auth.clientAuthentication === 'body' ? 'basic' : 'body'}". POST …/diagnose tries which one the provider takes.`,
  },
  {
    code: 'clock_skew',
    saw: clockSkew,
    change: () => 'Set the clock of this machine by NTP.',
  },
  {
    code: 'https_required',
    saw: ({ last, failure }) =>
      failure?.code === 'redirect_refused' && last?.request.url.protocol === 'http:'
        ? `${last.request.url.origin} answered a request by http with a redirect.`
        : undefined,
    change: () => 'Write the address with https://.',
  },
  {
    code: 'redirected',
    saw: ({ failure }) =>
      failure?.code === 'redirect_refused'
        ? `The provider answered with a redirect (${failure.detail ?? 'elsewhere'}).`
        : undefined,
    change: () =>
      'Write the address that it leads to into the definition; credentials never follow redirects.',
  },
  {
    code: 'page_instead_of_reply',
    saw: ({ last }) => {
      const reply = last?.reply
      const looks = reply && /^\s*<(!doctype html|html)/i.test(reply.body.subarray(0, 200).toString('latin1'))
      return looks || reply?.headers['content-type']?.startsWith('text/html')
        ? `${last?.request.url.origin}${last?.request.url.path} answered ${reply?.status} with a page for people.`
        : undefined
    },
    change: () =>
      'Correct the address: it is that of a page, not of an endpoint. Or the provider is behind a log-in or a block.',
  },
  {
    code: 'token_elsewhere',
    saw: ({ failure, document }) => {
      const members =
        failure?.code === 'malformed_token_response' ? Object.keys(Object(document?.at('') ?? {})) : []
      return members.length > 0
        ? `The reply has no token where the definition looks. It has the members ${members.slice(0, 20).join(', ')}.`
        : undefined
    },
    change: () => 'Say in `tokenReply.accessToken` where the token is, as /data/token.',
  },
  {
    code: 'scope_refused',
    saw: ({ words, said }) =>
      /invalid_scope/.test(words) ? `The provider refuses the scopes: ${said}.` : undefined,
    change: () =>
      'Check the spelling of `scopes`, `scopeDelimiter`, and which scopes the client may ask for.',
  },
  {
    code: 'grant_refused',
    saw: ({ words, said }) =>
      /unsupported_grant_type|unauthorized_client/.test(words)
        ? `The provider does not offer this grant to the client: ${said}.`
        : undefined,
    change: () => 'Allow the grant for the client at the provider, or choose another in `grant`.',
  },
  {
    code: 'unreachable',
    saw: ({ failure, last }) =>
      failure &&
      ['upstream_unreachable', 'upstream_timeout', 'address_blocked', 'host_not_allowed'].includes(
        failure.code,
      ) &&
      !last?.reply
        ? `No answer: ${failure.code}${failure.detail === undefined ? '' : ` (${failure.detail})`}.`
        : undefined,
    change: () => 'Check host, port and firewall; private addresses need SALLYPORT_ALLOWED_PRIVATE_CIDRS.',
  },
  {
    code: 'no_refresh_token',
    saw: ({ kind, result, failure, auth }) =>
      kind === 'callback' && !failure && auth.grant === 'authorization_code' && isWithoutRefreshToken(result)
        ? 'The provider gave no refresh token: the account must be connected again when its token ends.'
        : undefined,
    change: () =>
      'Ask for one: the scope offline_access, or an authorization parameter such as access_type=offline with prompt=consent, as the provider documents it.',
  },
]

/** What is known of a case, by the table. */
export function diagnose(given: Case): Finding[] {
  const last = given.exchanges.at(-1)
  const document = last?.reply && readReplyDocument(last.reply)
  const own = ['/error', '/error_description', '/message'].map((path) => document?.at(path))
  const written = own.filter((word) => typeof word === 'string').join(': ')
  const plain = (text: string) => plainWords(given.clean(text), 400)
  const message = plain(given.failure?.message ?? '')
  const said = (plain(written) || message).slice(0, 200).replace(/\.+$/, '')
  const words = given.failure ? `${said} ${message}`.toLowerCase() : ''
  const seen = { ...given, last, document, said, words }
  return rules.flatMap((rule) => {
    const saw = rule.saw(seen)
    return saw === undefined ? [] : [{ code: rule.code, saw, change: rule.change(seen) }]
  })
}

function clockSkew({ words, said, exchanges, now, failure }: Seen): string | undefined {
  const [dated] = exchanges.flatMap(({ reply }) =>
    reply?.headers.date === undefined ? [] : [Date.parse(reply.headers.date)],
  )
  const seconds = dated === undefined || Number.isNaN(dated) ? 0 : Math.round((now - dated) / 1000)
  if (failure && Math.abs(seconds) > 60) {
    return `This machine’s clock is ${Math.abs(seconds)} seconds ${seconds > 0 ? 'ahead of' : 'behind'} the provider’s.`
  }
  return /\b(iat|nbf|exp)\b|issued in the future|clock|not yet valid|timestamp/.test(words)
    ? `The provider refuses a time that was sent to it: ${said}.`
    : undefined
}

function isCredentialRequest(exchange: RawExchange | undefined): boolean {
  return exchange?.request.method === 'POST'
}

function isWithoutRefreshToken(result: unknown): boolean {
  return (
    typeof result === 'object' &&
    result !== null &&
    'accessToken' in result &&
    !('refreshToken' in result && result.refreshToken)
  )
}
