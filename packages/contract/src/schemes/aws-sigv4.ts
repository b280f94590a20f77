import { z } from 'zod'

/** AWS Signature Version 4, in the `Authorization` header. */
export const awsSigv4 = {
  definition: z.strictObject({
    type: z.literal('aws_sigv4'),
    region: z.string().min(1).max(200).describe('template, as us-east-1'),
    service: z.string().min(1).max(200).describe('template, as execute-api'),
  }),
  secret: z.strictObject({
    accessKeyId: z.string().min(1).max(256),
    secretAccessKey: z.string().min(1).max(1024),
    sessionToken: z.string().min(1).max(8192).optional(),
  }),
  definitionSecrets: [],
} as const
