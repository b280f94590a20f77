import { z } from 'zod'
import { Key } from './key.ts'

const returnUrls = z.array(z.string().min(1).max(4096)).max(100)

const connectTitle = z.string().trim().min(1).max(60)
const accent = z.string().regex(/^#[0-9a-fA-F]{6}$/, 'must be a colour as #2257bf')

/** How the page looks on which people connect accounts. */
export const ConnectPage = z.strictObject({
  title: connectTitle.optional().describe('whose page it seems to be; default: the organization’s name'),
  accent: accent.optional().describe('colour of what is pressed'),
})
export type ConnectPage = z.infer<typeof ConnectPage>

/** A container of accounts inside an organization. */
export const EnvironmentInput = z.strictObject({
  key: Key,
  name: z.string().trim().min(1).max(200),
  returnUrls: returnUrls.default([]).describe('where authorizations may return to, exactly'),
  connectPage: ConnectPage.optional(),
})

export const EnvironmentPatch = z.strictObject({
  name: z.string().trim().min(1).max(200).optional(),
  returnUrls: returnUrls.optional(),
  connectPage: z
    .strictObject({ title: connectTitle.nullable().optional(), accent: accent.nullable().optional() })
    .optional(),
})

export const EnvironmentReply = z.object({
  key: z.string(),
  name: z.string(),
  returnUrls: z.array(z.string()),
  connectPage: ConnectPage.optional(),
  createdAt: z.iso.datetime(),
})
export type EnvironmentReply = z.infer<typeof EnvironmentReply>
export type EnvironmentInput = z.infer<typeof EnvironmentInput>
export type EnvironmentPatch = z.infer<typeof EnvironmentPatch>
