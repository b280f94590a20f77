import { z } from 'zod'
import { AccountInput } from './account.ts'
import { Key } from './key.ts'

/** The longest that a link to connect an account may wait: a week. */
export const longestConnectLinkSeconds = 604_800

/** What has somebody connect an account on our own page. */
export const ConnectLinkInput = z.strictObject({
  integration: Key,
  environment: Key.optional().describe('default: that of the account, or the key’s own, or else development'),
  account: z
    .string()
    .min(1)
    .max(64)
    .optional()
    .describe('connects this account again, which keeps its id; without it a new one is made'),
  name: AccountInput.shape.name.optional().describe('of the new account; default: the integration’s name'),
  tags: AccountInput.shape.tags.describe('of the new account'),
  returnUrl: z
    .string()
    .max(4096)
    .optional()
    .describe(
      'one of the environment’s returnUrls, exactly. It gets `account` and `result`, and the account stays pending until your backend posts the result to `/v1/accounts/{id}/confirm`. Without it whoever opens the link first connects the account at once',
    ),
  expiresInSeconds: z.int().min(60).max(longestConnectLinkSeconds).default(3600),
})
export type ConnectLinkInput = z.infer<typeof ConnectLinkInput>

/** A link that is good once, in the browser that first uses it. It is shown this once. */
export const ConnectLinkReply = z.object({
  id: z.string().describe('the audit names the link by it'),
  url: z.string(),
  expiresAt: z.iso.datetime(),
})
export type ConnectLinkReply = z.infer<typeof ConnectLinkReply>
