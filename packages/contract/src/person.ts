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
