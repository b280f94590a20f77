import { z } from 'zod'

/** Where a person is reached, and what they log in with. No more is asked of it than that mail could be sent there. */
export const Email = z
  .string()
  .trim()
  .min(3)
  .max(254)
  .regex(/^[^\s@\p{C}]+@[^\s@\p{C}]+$/u, 'Write an e-mail address: name@example.com.')

/**
 * What an e-mail address is found by, and unique by: case and compatible forms of a character make no difference, nor do
 * characters that nobody sees (as NFKC_Casefold, Unicode §3.13).
 */
export function foldEmail(email: string): string {
  const visible = email.normalize('NFKC').replace(/\p{Default_Ignorable_Code_Point}/gu, '')
  return visible.toLowerCase().normalize('NFKC').trim()
}

/** What a person is called. */
export const PersonName = z.string().trim().min(1).max(200)

/** Unicode has several forms of a character, and passwords are compared in one of them: this bounds what is looked at. */
export const Password = z.string().min(1).max(1000)

/** By JSON, what the page's form has. */
export const LoginInput = z.strictObject({
  organization: z.string().min(1).max(64).optional().describe('default: the first organization'),
  email: z.string().min(1).max(1000),
  password: Password,
  code: z.string().min(1).max(100).optional().describe('of an authenticator, or a recovery code'),
})

/** Another proof of who somebody is. */
export const FreshProofInput = z.union([
  z.strictObject({ password: Password, code: z.undefined().optional() }),
  z.strictObject({ code: z.string().min(1).max(100), password: z.undefined().optional() }),
])

/** What the form of the set-up page has. */
export const OwnerInput = z.object({
  token: z.string().min(1).max(200),
  name: PersonName,
  email: Email,
  password: Password,
})

/** Who has logged in. */
export const SessionReply = z.object({
  id: z.string(),
  user: z.object({ id: z.string(), email: z.string(), name: z.string(), role: z.string() }),
  authenticatedAt: z.iso.datetime(),
  csrfToken: z.string().describe('goes into the header Sallyport-Csrf of whatever changes something'),
})
export type SessionReply = z.infer<typeof SessionReply>
