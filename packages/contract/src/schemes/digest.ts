import { z } from 'zod'

const template = z
  .string()
  .max(2048)
  .meta({ format: 'template', 'x-placeholders': ['secret.username', 'secret.password'] })

/** HTTP digest (RFC 7616); the templates say what the API takes for user name and password. */
export const digest = {
  definition: z
    .strictObject({
      type: z.literal('digest'),
      username: template.optional().describe('default `{secret.username}`'),
      password: template.optional().describe('default `{secret.password}`'),
    })
    .meta({ title: 'HTTP digest', description: 'user name and password, never sent as they are (RFC 7616)' }),
  secret: z.strictObject({
    username: z.string().max(2048).optional().meta({ title: 'User name' }),
    password: z.string().max(8192).optional().meta({ title: 'Password' }),
  }),
  definitionSecrets: [],
} as const
