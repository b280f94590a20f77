import type { JsonValue, ReplySelection } from '@sallyport/contract'
import { SallyportError } from '../error.ts'
import { headerKey } from '../header-key.ts'
import { secretRemover } from '../schemes/provider-words.ts'
import { secretsOf } from '../schemes/secrets-of.ts'
import type { CalledAccount } from './called-account.ts'
import type { WholeReply } from './collect.ts'

/** Whether a status does not fail the step. */
export function accepts(selection: ReplySelection | undefined, status: number): boolean {
  return selection?.statuses?.includes(status) ?? (status >= 200 && status < 300)
}

const longestRefusal = 4096

/** With what the API said, as far as it is short, and without what is secret. */
export function refusal(reply: WholeReply, { target }: CalledAccount): SallyportError {
  const text = secretRemover([...secretsOf(target), ...placedSecrets(target)])(reply.body.toString('utf8'))
  const upstream = { status: reply.status, ...(text !== '' && { body: said(text) }) }
  return new SallyportError('upstream_refused', {
    message: `The API answered ${reply.status}, which the step does not accept: \`upstream\` has what it said. Correct what is sent, or name the status in \`reply.statuses\`.`,
    upstream,
  })
}

/** What the credential writes into headers, as a user and password in base64: an API may say it back. */
function placedSecrets({ prepared }: CalledAccount['target']): string[] {
  const { headers, credentialNames } = prepared
  return headers.flatMap((name, index) => {
    if (index % 2 !== 0 || !credentialNames.headers.has(headerKey(name))) return []
    const value = headers[index + 1] ?? ''
    return [value, value.replace(/^[A-Za-z]+ /, '')]
  })
}

function said(text: string): JsonValue {
  if (text.length > longestRefusal) return `${text.slice(0, longestRefusal)}…`
  try {
    return JSON.parse(text) as JsonValue
  } catch {
    return text
  }
}
