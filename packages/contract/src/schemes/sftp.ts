import { z } from 'zod'

/** A host key's fingerprint as OpenSSH prints it: base64 of SHA-256, without padding. */
export const HostKeyFingerprint = z
  .string()
  .regex(/^SHA256:[A-Za-z0-9+/]{43}=?$/, 'must be a fingerprint as SHA256: and 43 characters of base64')

/** Files over SSH (draft-ietf-secsh-filexfer-02, which servers call version 3). */
export const sftp = {
  definition: z
    .strictObject({
      type: z.literal('sftp'),
      host: z.string().min(1).max(300).meta({ format: 'template', description: 'name or address' }),
      port: z
        .union([z.int().min(1).max(65_535), z.string().min(1).max(200).meta({ format: 'template' })])
        .default(22)
        .describe('a number, or a template'),
      hostKey: z.string().min(1).max(200).optional().meta({
        format: 'template',
        description: 'fingerprint as `SHA256:…`. Without it, each account’s owner accepts a key',
      }),
      root: z.string().min(1).max(2048).optional().meta({
        format: 'template',
        description: 'folder that paths begin at. Default: where the server lets the user begin',
      }),
    })
    .meta({ title: 'SFTP', description: 'files over SSH' }),
  secret: z.strictObject({
    username: z.string().min(1).max(256).meta({ title: 'User name' }),
    password: z.string().max(8192).optional().meta({ title: 'Password' }),
    privateKey: z
      .string()
      .min(1)
      .max(65_536)
      .optional()
      .meta({ title: 'Private key', description: 'OpenSSH, PEM or PKCS #8' }),
    passphrase: z.string().max(8192).optional().meta({ title: 'Passphrase of the private key' }),
    hostKey: HostKeyFingerprint.optional().meta({
      title: 'Host key',
      description: 'the host key that its owner accepts',
    }),
  }),
  definitionSecrets: [],
} as const
