import { z } from 'zod'
import { Key } from './key.ts'

const returnUrls = z.array(z.string().min(1).max(4096)).max(100)

/** A container of accounts inside an organization. */
export const EnvironmentInput = z.strictObject({
  key: Key,
  name: z.string().trim().min(1).max(200),
  returnUrls: returnUrls.default([]).describe('where authorizations may return to, exactly'),
})

export const EnvironmentPatch = z.strictObject({
  name: z.string().trim().min(1).max(200).optional(),
  returnUrls: returnUrls.optional(),
})

export const EnvironmentReply = z.object({
  key: z.string(),
  name: z.string(),
  returnUrls: z.array(z.string()),
  createdAt: z.iso.datetime(),
})
export type EnvironmentReply = z.infer<typeof EnvironmentReply>
export type EnvironmentInput = z.infer<typeof EnvironmentInput>
export type EnvironmentPatch = z.infer<typeof EnvironmentPatch>
