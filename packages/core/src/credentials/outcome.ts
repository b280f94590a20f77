import type { Definition } from '@sallyport/contract'
import type { SallyportError } from '../error.ts'
import type { Outcome } from '../ports.ts'
import type { Scheme } from '../schemes/scheme.ts'
import { parseTemplate, placeholders } from '../template/parse.ts'

const failing: ReadonlySet<string> = new Set([
  'upstream_unreachable',
  'upstream_timeout',
  'renewal_unavailable',
  'malformed_token_response',
])
const refusing: ReadonlySet<string> = new Set(['token_refused', 'redirect_refused'])

/** What a failed renewal says of the client and its provider; undefined where it says nothing. */
export function outcomeOf(
  { scheme, definition }: { readonly scheme: Scheme; readonly definition: Definition },
  { code, retryAfterSeconds }: SallyportError,
): Outcome | undefined {
  if (code === 'account_needs_reconnect') return { kind: 'answered' }
  if (failing.has(code)) return { kind: 'failed', retryAfterSeconds }
  if (!refusing.has(code)) return undefined
  // Where each account says itself as whom or where it asks, one that is wrong stops no other.
  return dependsOnAccount(scheme, definition) ? { kind: 'failed' } : { kind: 'refused' }
}

function dependsOnAccount(scheme: Scheme, { auth }: Definition): boolean {
  return scheme.templates(auth).some(({ text, filled = [] }) =>
    placeholders(parseTemplate(text)).some((name) => {
      const [group, ...rest] = name.split('.')
      if (rest.length === 0) return !filled.includes(name)
      return ['parameters', 'secret', 'kept', 'account'].includes(group ?? '')
    }),
  )
}
