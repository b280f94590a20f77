import { parseRetryAfter } from '../retry-after.ts'
import { GrantFailure, unreadable } from './grant-failure.ts'
import { plainWords, withoutSecrets } from './provider-words.ts'
import { readReplyDocument } from './reply-document.ts'
import type { CredentialReplyOutput } from './scheme.ts'
import type { TokenReply } from './token-reply.ts'

type Issued = Extract<TokenReply, { kind: 'issued' }>

/** What a login's reply is judged by, beside itself. */
export interface LoginJudgement {
  readonly read: TokenReply
  /** The definition says which of the provider's errors need a person: no other does. */
  readonly namesRefusals: boolean
  /** What was sent, and must not be repeated. */
  readonly secrets: readonly string[]
  readonly now: number
}

/** Statuses by which providers refuse what was sent to them; asking again with the same could lock the user out. */
const refusals: ReadonlySet<number> = new Set([400, 401, 403, 422])
const passing: ReadonlySet<string> = new Set(['temporarily_unavailable', 'slow_down'])

/**
 * What a login's reply issued.
 *
 * @throws GrantFailure: refused, for a person to correct; passing; or not understood
 */
export function acceptedLogin(reply: CredentialReplyOutput, judgement: LoginJudgement): Issued {
  const { status } = reply
  const { read, namesRefusals } = judgement
  if (read.kind === 'issued' && status < 400) return read
  const retryAfter = parseRetryAfter(reply.headers['retry-after'], judgement.now)
  const { code, words } = wordsOf(reply, judgement)
  const error = read.kind === 'error' ? read.error : undefined
  if (status === 429 || status >= 500 || (error !== undefined && passing.has(error)))
    throw unavailable(status, words, retryAfter)
  const inSuccess = status < 400 && error !== undefined
  if (error === 'invalid_grant' || (inSuccess && !namesRefusals)) throw refused(code, words)
  if (status === 401 || (refusals.has(status) && words !== undefined && !namesRefusals))
    throw refused(code, words)
  if (read.kind === 'malformed' && status < 400) {
    const text = withoutSecrets(reply.body.toString('utf8'), judgement.secrets)
    throw unreadable(status, read.why, Buffer.from(text), retryAfter)
  }
  throw notTaken(code, words ?? `${status}, without saying why`)
}

/** A person must correct what the account's owner gave. */
export function refused(code: string | undefined, words: string | undefined): GrantFailure {
  return new GrantFailure('account_needs_reconnect', code ?? 'login_refused', {
    message: `The provider refused the login${words === undefined ? '' : `: ${words}`}. Correct the account's parameters.`,
  })
}

function notTaken(code: string | undefined, words: string | undefined): GrantFailure {
  return new GrantFailure('token_refused', code ?? 'login_refused', {
    message: `The provider refused: ${words ?? code ?? 'without saying why'}. Correct the definition, or the account's parameters.`,
  })
}

function unavailable(
  status: number,
  words: string | undefined,
  retryAfter: number | undefined,
): GrantFailure {
  return new GrantFailure('renewal_unavailable', 'provider_incident', {
    message: `The provider answered ${status}${words === undefined ? '' : `: ${words}`}. Try again later.`,
    ...(retryAfter === undefined ? {} : { retryAfterSeconds: retryAfter }),
  })
}

/** The provider's error as the definition or RFC 6749 finds it, else what reads like one in a document (B11). */
function wordsOf(
  reply: CredentialReplyOutput,
  { read, secrets }: LoginJudgement,
): { readonly code: string | undefined; readonly words: string | undefined } {
  const clean = (text: string, length: number) => plainWords(withoutSecrets(text, secrets), length)
  if (read.kind === 'error' && read.error !== 'server_error') {
    const code = clean(read.error, 64)
    return { code, words: read.description ? `${code} (${clean(read.description, 200)})` : code }
  }
  const said = read.kind === 'error' ? read.description : undefined
  const found = said ?? messageIn(readReplyDocument(reply)?.at(''))
  return { code: undefined, words: found === undefined ? undefined : clean(found, 200) || undefined }
}

const messageNames = /^(error_?)?(message|msg|description\d?|detail|reason|title|error|faultstring)$/i

/** What reads like an explanation, the outermost first. */
function messageIn(document: unknown): string | undefined {
  let level: unknown[] = [document]
  for (let depth = 0; depth < 5 && level.length > 0; depth += 1) {
    const members = level.flatMap((value) =>
      typeof value === 'object' && value !== null ? Object.entries(value) : [],
    )
    const found = members.find(
      ([name, value]) => messageNames.test(name) && typeof value === 'string' && value.trim() !== '',
    )
    if (found) return String(found[1])
    level = members.map(([, value]) => value).slice(0, 100)
  }
  return undefined
}
