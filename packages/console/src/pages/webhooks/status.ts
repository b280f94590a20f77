import type { DeliveryReply, WebhookReply } from '@sallyport/contract'
import type { Tone } from '../accounts/status.ts'

interface View {
  readonly label: string
  readonly tone: Tone
}

export const webhookStatuses: Readonly<Record<WebhookReply['status'], View>> = {
  active: { label: 'Active', tone: 'good' },
  failing: { label: 'Failing', tone: 'bad' },
  disabled: { label: 'Disabled', tone: 'calm' },
}

export const deliveryStatuses: Readonly<Record<DeliveryReply['status'], View>> = {
  delivered: { label: 'Taken', tone: 'good' },
  pending: { label: 'On its way', tone: 'warn' },
  failed: { label: 'Given up', tone: 'bad' },
}

/** Why a webhook stands as it does, as far as there is more to say than its status. */
export function reasonWords({ status, reason }: WebhookReply): string | undefined {
  if (reason === undefined) return undefined
  if (reason === 'gone')
    return 'Its receiver answered 410: it wants no more. Enable it, if that was a mistake.'
  if (reason === 'quarantined')
    return 'This is a copy of a database: nothing is sent from it until somebody enables it.'
  return status === 'failing' ? `The last attempts were not taken: ${reason}.` : reason
}

/** What came of a delivery's last attempt. */
export function attemptWords({ response, error }: DeliveryReply): string {
  if (response) return `answered ${response.status}`
  return error ?? 'not tried yet'
}
