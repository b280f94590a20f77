import { z } from 'zod'

/** A host key's fingerprint as OpenSSH prints it: base64 of SHA-256, without padding. */
export const HostKeyFingerprint = z
  .string()
  .regex(/^SHA256:[A-Za-z0-9+/]{43}=?$/, 'must be a fingerprint as SHA256: and 43 characters of base64')

/** Files over SSH (draft-ietf-secsh-filexfer-02, which servers call version 3). */
export const sftp = {
  definition: z.strictObject({
    type: z.literal('sftp'),
    host: z.string().min(1).max(300).describe('name or address; templated'),
    port: z
      .union([z.int().min(1).max(65_535), z.string().min(1).max(200)])
      .default(22)
      .describe('a number, or a template'),
    hostKey: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .describe('fingerprint as `SHA256:…`; templated. Without it, each account’s owner accepts a key'),
    root: z
      .string()
      .min(1)
      .max(2048)
      .optional()
      .describe('folder that paths begin at; templated. Default: where the server lets the user begin'),
  }),
  secret: z.strictObject({
    username: z.string().min(1).max(256),
    password: z.string().max(8192).optional(),
    privateKey: z.string().min(1).max(65_536).optional().describe('OpenSSH, PEM or PKCS #8'),
    passphrase: z.string().max(8192).optional(),
    hostKey: HostKeyFingerprint.optional().describe('the host key that its owner accepts'),
  }),
  definitionSecrets: [],
} as const
