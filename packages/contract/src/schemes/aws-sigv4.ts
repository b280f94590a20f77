import { z } from 'zod'

const template = z.string().min(1).max(200).meta({ format: 'template' })

/** AWS Signature Version 4, in the `Authorization` header. */
export const awsSigv4 = {
  definition: z
    .strictObject({
      type: z.literal('aws_sigv4'),
      region: template.describe('as us-east-1'),
      service: template.describe('as execute-api'),
    })
    .meta({ title: 'AWS Signature v4', description: 'each request is signed with an access key' }),
  secret: z.strictObject({
    accessKeyId: z.string().min(1).max(256).meta({ title: 'Access key id' }),
    secretAccessKey: z.string().min(1).max(1024).meta({ title: 'Secret access key' }),
    sessionToken: z.string().min(1).max(8192).optional().meta({ title: 'Session token' }),
  }),
  definitionSecrets: [],
} as const
