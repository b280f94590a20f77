import { z } from 'zod'
import { Parameter } from './parameter.ts'

/** One member of an account's `secret`, as a form asks for it. */
export const SecretField = z.object({
  name: z.string(),
  label: z.string(),
  help: z.string().optional(),
  required: z.boolean().describe('nothing works without it; of others some may be needed together'),
  multiline: z.boolean().describe('a key in PEM, which has lines'),
  shown: z.boolean().describe('no secret by itself: seen while it is written, as a name is'),
})
export type SecretField = z.infer<typeof SecretField>

/** What a form has to ask for to connect an account of an integration. */
export const AccountForm = z.object({
  integration: z.string().describe('its key'),
  name: z.string(),
  connects: z
    .enum(['given', 'fetched', 'authorized'])
    .describe(
      'by a secret of its owner’s, by a token that is fetched with it, or by a person at the provider',
    ),
  parameters: z.array(Parameter),
  secret: z.array(SecretField).describe('what the account is connected with'),
  tokens: z.array(SecretField).describe('what may be given in its place: tokens that somebody holds already'),
  canBeTried: z.boolean().describe('whether `POST /v1/accounts/test` shows that it works'),
})
export type AccountForm = z.infer<typeof AccountForm>
