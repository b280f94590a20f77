import { z } from 'zod'

/** HTTP basic (RFC 7617); the templates say what the API takes for user name and password. */
export const basic = {
  definition: z.strictObject({
    type: z.literal('basic'),
    username: z.string().max(2048).optional().describe('template, default `{secret.username}`'),
    password: z.string().max(2048).optional().describe('template, default `{secret.password}`'),
  }),
  secret: z.strictObject({
    username: z.string().max(2048).optional(),
    password: z.string().max(8192).optional(),
  }),
  definitionSecrets: [],
} as const
