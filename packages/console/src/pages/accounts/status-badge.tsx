import type { AccountStatus } from '@sallyport/contract'
import { Badge } from '../../ui/badge.tsx'
import { statuses } from './status.ts'

/** Where an account stands, in words besides the colour. */
export function StatusBadge({ status }: { readonly status: AccountStatus }) {
  const { label, tone } = statuses[status]
  return <Badge tone={tone}>{label}</Badge>
}
