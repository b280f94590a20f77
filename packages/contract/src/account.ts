import { z } from 'zod'
import { accountStatuses } from './account-status.ts'
import { Warning } from './integration.ts'
import { Key } from './key.ts'
import { HostKeyFingerprint } from './schemes/sftp.ts'

const name = z.string().trim().min(1).max(200)
const tagName = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be 1 to 64 letters, digits, _ or -')
const tagValue = z.string().max(256)
const tags = z.record(tagName, tagValue)
const parameters = z.record(z.string().min(1).max(64), z.string().max(65_536))
const secret = z
  .record(z.string(), z.unknown())
  .describe('by type: {token}, {username, password}, {username, privateKey, passphrase}, {accessToken, …}')

/** What connects an account. */
export const AccountInput = z.strictObject({
  integration: Key,
  name,
  environment: Key.optional().describe('default: the key’s own, or else development'),
  parameters: parameters.default({}),
  secret: secret.optional(),
  tags: tags.default({}),
})
export type AccountInput = z.infer<typeof AccountInput>

/** A JSON merge patch (RFC 7396) of an account. */
export const AccountPatch = z.strictObject({
  name: name.optional(),
  parameters: z.record(z.string().min(1).max(64), z.string().max(65_536).nullable()).optional(),
  tags: z.record(tagName, tagValue.nullable()).optional(),
  disabled: z.boolean().optional(),
  secret: secret.optional(),
})
export type AccountPatch = z.infer<typeof AccountPatch>

const time = z.iso.datetime()

/** Who can make an account; the operator is whoever holds the key from the environment. */
export const accountCreators = ['person', 'key', 'operator', 'connect_link'] as const

/** An account as replies show it: never a secret. */
export const AccountReply = z.object({
  id: z.string(),
  integration: z.string(),
  name: z.string(),
  environment: z.string(),
  status: z.enum(accountStatuses),
  reason: z.string().optional().describe('why it is failing or needs to be connected again, as a code'),
  reasonDetail: z.string().optional().describe('the same in words, the provider’s where it gave any'),
  statusSince: time.optional().describe('since when it has this status'),
  warnings: z.array(Warning),
  generation: z.int().describe('0 pending, 1 first connected, one more with each renewal or reconnect'),
  expiresAt: time.optional(),
  nextRenewalAt: time.optional(),
  reconnectBy: time.optional(),
  scopes: z.array(z.string()),
  parameters: z.record(z.string(), z.string()),
  kept: z.record(z.string(), z.string()),
  revocation: z
    .enum(['done', 'pending', 'failed', 'unsupported'])
    .optional()
    .describe('at the provider, of an account that was disconnected'),
  secretsSet: z.array(z.string()),
  tags: z.record(z.string(), z.string()),
  connectedAt: time.optional().describe('when it was connected last; renewals do not count'),
  exportedAt: time
    .optional()
    .describe('since when it is not renewed here, because another may hold its credential'),
  lastUsedAt: time.optional(),
  createdBy: z
    .object({
      kind: z.enum(accountCreators),
      id: z.string().optional().describe('of the key, the person or the link'),
      name: z.string().optional().describe('what the key or the person is called now'),
    })
    .optional()
    .describe(
      'whose account it is, as far as is known: who made it; absent of accounts from before that was kept',
    ),
  createdAt: time,
  updatedAt: time,
})
export type AccountReply = z.infer<typeof AccountReply>

/** Accounts that have in common what most often tells them apart. */
export const AccountGroup = z.object({
  integration: Key,
  environment: Key,
  status: z.enum(accountStatuses),
  count: z.int().min(1),
})
export type AccountGroup = z.infer<typeof AccountGroup>

/** How many accounts there are. */
export const AccountCounts = z.object({
  total: z.int(),
  byStatus: z.record(z.enum(accountStatuses), z.int()),
  groups: z.array(AccountGroup).optional().describe('with groups=true; those without accounts are left out'),
})
export type AccountCounts = z.infer<typeof AccountCounts>

/** How renewals went, in stretches of the same length, oldest first. */
export const RenewalCounts = z.object({
  from: time,
  until: time,
  parts: z.array(
    z.object({
      from: time,
      renewed: z.int(),
      failed: z.int().describe('attempts that got no token, whether or not a later one did'),
    }),
  ),
})
export type RenewalCounts = z.infer<typeof RenewalCounts>

/** How an account is to be tried. */
export const TrialInput = z.strictObject({
  acceptHostKey: HostKeyFingerprint.optional().describe('store this host key as the one that is accepted'),
})
export type TrialInput = z.infer<typeof TrialInput>

/** How a trial ended; nothing of it is stored by `POST /v1/accounts/test`. */
export const TrialReply = z.object({
  ok: z.boolean(),
  status: z.enum(accountStatuses),
  reason: z.string().optional(),
  reasonDetail: z.string().optional(),
  response: z.object({ status: z.int() }).optional().describe('what the test request got'),
  hostKey: z.string().optional().describe('fingerprint of the host key that an SSH server showed'),
})
export type TrialReply = z.infer<typeof TrialReply>

/** How an authorization is to begin and end. */
export const AuthorizeInput = z.strictObject({
  returnUrl: z.string().max(4096).optional().describe('one of the environment’s returnUrls, exactly'),
  confirm: z.boolean().default(false).describe('keep the account pending until the backend posts the result'),
})
export type AuthorizeInput = z.infer<typeof AuthorizeInput>

export const AuthorizeReply = z.union([
  z.object({ authorizationUrl: z.string().describe('our start page'), expiresAt: time }),
  z
    .object({
      verificationUri: z.string(),
      verificationUriComplete: z.string().optional().describe('the same with the code in it'),
      userCode: z.string(),
      expiresAt: time,
    })
    .describe('with the device grant: where a person enters which code'),
])
export type AuthorizeReply = z.infer<typeof AuthorizeReply>

export const ConfirmInput = z.strictObject({ result: z.string().min(1).max(200) })

export const TokenInput = z.strictObject({ minimumSeconds: z.int().min(0).max(86_400).optional() })
export const TokenReply = z.object({
  accessToken: z.string(),
  tokenType: z.string(),
  expiresAt: time.optional(),
  generation: z.int(),
})
export type TokenReply = z.infer<typeof TokenReply>
