import { z } from 'zod'
import { Password } from './person.ts'

/** Another password, by whoever knows the one there is. */
export const PasswordChange = z.strictObject({ current: Password, password: Password })

/** A session goes on under another cookie, which comes along. */
export const RenewedSession = z.object({
  csrfToken: z.string().describe('goes into the header Sallyport-Csrf from now on'),
})

/** A browser that somebody is logged in with. */
export const OwnSessionReply = z.object({
  id: z.string(),
  current: z.boolean().describe('the one that asks'),
  method: z.enum(['password', 'sso']),
  createdAt: z.iso.datetime(),
  authenticatedAt: z.iso.datetime().describe('of the last proof of who they are'),
  lastSeenAt: z.iso.datetime(),
  address: z.string().optional(),
  userAgent: z.string().optional(),
})
export type OwnSessionReply = z.infer<typeof OwnSessionReply>

/** What an authenticator is set up with: shown this once, and stored nowhere before its first code. */
export const AuthenticatorOffer = z.object({
  secret: z.string().describe('to be typed in'),
  uri: z.string().describe('what a QR code says'),
  qrCode: z
    .array(z.string())
    .describe('that code, with its margin: a text for each row, 1 for each dark module'),
  enrolment: z.string().describe('comes back with the first code, within ten minutes'),
})

export const AuthenticatorInput = z.strictObject({
  enrolment: z.string().min(1).max(1000),
  code: z.string().min(1).max(100),
})

export const RecoveryCodesReply = z.object({
  recoveryCodes: z.array(z.string()).describe('each good once in place of a code; shown this once'),
})
