import type { WebhookEventType } from '@sallyport/contract'

const tells: Readonly<Record<WebhookEventType, string>> = {
  'account.connected': 'Calls are possible: connected for the first time, or again.',
  'account.expiring': 'It ends, and there is nothing to renew it with.',
  'account.needs_reconnect': 'Only a person can help.',
  'account.failing': 'It cannot be renewed, or a test failed; it may pass.',
  'account.recovered': 'It passed.',
  'account.different_person': 'Somebody else than before connected it again.',
  'account.disconnected': 'Disconnected here.',
  'account.deleted': 'Deleted here.',
  'account.revocation_failed': 'The provider could not be told in seven days, or refused.',
  'audit.entry': 'Each entry of the audit, with its place in the chain.',
  'audit.checkpoint': 'Each checkpoint that is signed of it.',
}

/** All that a webhook can be told of, and when. */
export const eventChoices = Object.entries(tells).map(([type, words]) => ({
  type: type as WebhookEventType,
  tells: words,
}))

/** What a webhook is told of, in few words: all that happens to accounts, where it lists nothing. */
export function eventsInWords(events: readonly WebhookEventType[] | undefined): string {
  if (!events) return 'all that happens to accounts'
  return events.length > 3 ? `${events.length} types` : events.join(', ')
}
