import { z } from 'zod'

const pem = z.string().max(262_144).meta({ format: 'template', 'x-multiline': true })
const secret = pem.meta({ writeOnly: true })

/** A client certificate, as PEM or PFX, and a private authority to trust. Templates. */
export const TlsIdentity = z.strictObject({
  certificate: pem.optional(),
  privateKey: secret.optional(),
  ca: pem.optional().meta({ title: 'CA', description: 'trusted beside the public authorities' }),
  pfx: secret.optional().meta({ title: 'PFX', description: 'base64' }),
  passphrase: z.string().max(8192).optional().meta({ format: 'template', writeOnly: true }),
})
export type TlsIdentity = z.infer<typeof TlsIdentity>

/** Fields of it that are secret. */
export const tlsSecrets = ['privateKey', 'pfx', 'passphrase'] as const
