import { z } from 'zod'

const pem = z.string().max(262_144)

/** A client certificate, as PEM or PFX, and a private authority to trust. Templates. */
export const TlsIdentity = z.strictObject({
  certificate: pem.optional(),
  privateKey: pem.optional(),
  ca: pem.optional().describe('trusted beside the public authorities'),
  pfx: pem.optional().describe('base64'),
  passphrase: z.string().max(8192).optional(),
})
export type TlsIdentity = z.infer<typeof TlsIdentity>

/** Fields of it that are secret. */
export const tlsSecrets = ['privateKey', 'pfx', 'passphrase'] as const
