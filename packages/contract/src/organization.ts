import { z } from 'zod'

const name = z.string().trim().min(1).max(200)

export const OrganizationInput = z.strictObject({ name })
export type OrganizationInput = z.infer<typeof OrganizationInput>

export const OrganizationPatch = z.strictObject({
  name: name.optional(),
  suspended: z.boolean().optional().describe('by the operator alone'),
})
export type OrganizationPatch = z.infer<typeof OrganizationPatch>

/** Whose integrations, accounts, keys and people they are: nothing is seen from one organization to another. */
export const OrganizationReply = z.object({
  id: z.string(),
  name: z.string(),
  operator: z.boolean().describe('the first one, whose administrators make and suspend the others'),
  suspended: z.boolean().describe('its keys and people are refused, and its tokens not renewed'),
  suspendedAt: z.iso.datetime().optional(),
  createdAt: z.iso.datetime(),
})
export type OrganizationReply = z.infer<typeof OrganizationReply>

/** An organization when it has just been made: the only time that its first key is shown. */
export const NewOrganizationReply = OrganizationReply.extend({ key: z.string() })
export type NewOrganizationReply = z.infer<typeof NewOrganizationReply>
