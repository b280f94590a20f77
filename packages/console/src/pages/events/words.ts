import type { AnyEventReply, CallEventReply } from '@sallyport/contract'
import type { Tone } from '../accounts/status.ts'

export function isCall(event: AnyEventReply): event is CallEventReply {
  return event.type === 'call' && 'method' in event.data
}

/** `account.needs_reconnect` as words; what a later version tells is shown as well as can be. */
export function eventWords(type: string): string {
  const words = type.replaceAll(/[._]/g, ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** What an event is called in a list. */
export function titleOf(event: AnyEventReply): string {
  return isCall(event) ? `${event.data.method} ${event.data.path}` : eventWords(event.type)
}

/** How a call ended, in a word. */
export function resultOf({ data: { status, code, brokenBy } }: CallEventReply): string {
  if (status === undefined) return 'caller left'
  if (code !== undefined) return `${status} ${code}`
  return brokenBy === undefined ? String(status) : `${status}, broken off`
}

const tones: Readonly<Record<string, Tone>> = {
  'account.connected': 'good',
  'account.recovered': 'good',
  'account.expiring': 'warn',
  'account.different_person': 'warn',
  'account.failing': 'bad',
  'account.needs_reconnect': 'bad',
  'account.revocation_failed': 'bad',
}

/** How serious an event is. */
export function toneOf(event: AnyEventReply): Tone {
  if (!isCall(event)) return Object.hasOwn(tones, event.type) ? (tones[event.type] ?? 'calm') : 'calm'
  const { status, code, brokenBy } = event.data
  // A caller that left is nobody's failure, and 4xx of the API's the caller's own.
  if (status === undefined || brokenBy === 'caller') return 'warn'
  if (code !== undefined || brokenBy !== undefined || status >= 500) return 'bad'
  return status >= 400 ? 'warn' : 'good'
}
