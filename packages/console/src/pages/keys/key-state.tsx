import type { ApiKeyReply } from '@sallyport/contract'
import { Badge } from '../../ui/badge.tsx'

/** Whether a key works, in words besides the colour. */
export function KeyState({ apiKey: { expiresAt, previousUntil } }: { readonly apiKey: ApiKeyReply }) {
  const now = Date.now()
  if (Date.parse(expiresAt) <= now) return <Badge tone="bad">Expired</Badge>
  if (previousUntil !== undefined && Date.parse(previousUntil) > now)
    return <Badge tone="warn">Two secrets work</Badge>
  if (Date.parse(expiresAt) - now < 14 * 86_400_000) return <Badge tone="warn">Expires soon</Badge>
  return <Badge tone="good">Works</Badge>
}
