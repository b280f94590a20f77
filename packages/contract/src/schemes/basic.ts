import { z } from 'zod'

const template = z
  .string()
  .max(2048)
  .meta({ format: 'template', 'x-placeholders': ['secret.username', 'secret.password'] })

/** HTTP basic (RFC 7617); the templates say what the API takes for user name and password. */
export const basic = {
  definition: z
    .strictObject({
      type: z.literal('basic'),
      username: template.optional().describe('default `{secret.username}`'),
      password: template.optional().describe('default `{secret.password}`'),
    })
    .meta({ title: 'HTTP basic', description: 'user name and password with each request (RFC 7617)' }),
  secret: z.strictObject({
    username: z.string().max(2048).optional().meta({ title: 'User name' }),
    password: z.string().max(8192).optional().meta({ title: 'Password' }),
  }),
  definitionSecrets: [],
} as const
