import { z } from 'zod'
import { Key } from './key.ts'
import { Email } from './person.ts'

/** Somebody who is to become a user. */
export const InvitationInput = z.strictObject({ email: Email, role: Key })
export type InvitationInput = z.infer<typeof InvitationInput>

export const InvitationReply = z.object({
  id: z.string(),
  email: z.string(),
  role: z.string(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
})
export type InvitationReply = z.infer<typeof InvitationReply>

/** An invitation when it has just been made: the only time that its link is shown. */
export const NewInvitationReply = InvitationReply.extend({
  url: z.string().describe('for the invited person alone; good once, for seven days'),
})
export type NewInvitationReply = z.infer<typeof NewInvitationReply>
