import { faultsOf, SealedContent } from '@sallyport/contract'
import { invalid } from '../error.ts'
import { age } from './age.ts'

/**
 * What seals to a recipient, as an armored age file (https://age-encryption.org/v1).
 *
 * @throws SallyportError input_invalid, before anything is sealed
 */
export async function sealerTo(recipient: string): Promise<(content: SealedContent) => Promise<string>> {
  const { armor, Encrypter } = await age()
  const encrypter = new Encrypter()
  try {
    encrypter.addRecipient(recipient)
  } catch {
    const message = 'This is no public key of age: a character of it is wrong. Copy it once more.'
    throw invalid('input_invalid', [{ path: '/recipient', code: 'recipient', message }])
  }
  return async (content) => armor.encode(await encrypter.encrypt(JSON.stringify(content)))
}

/**
 * Opens what was sealed to one of these identities.
 *
 * @throws SallyportError input_invalid
 */
export async function openSealed(file: string, identities: readonly string[]): Promise<SealedContent> {
  const parsed = SealedContent.safeParse(await documentIn(file, identities))
  if (!parsed.success) throw invalid('input_invalid', faultsOf(parsed.error, '/sealed'))
  return parsed.data
}

async function documentIn(file: string, identities: readonly string[]): Promise<unknown> {
  const { armor, Decrypter } = await age()
  try {
    const decrypter = new Decrypter()
    for (const identity of identities) decrypter.addIdentity(identity)
    return JSON.parse(await decrypter.decrypt(armor.decode(file), 'text'))
  } catch {
    const message =
      'This was not sealed to a key of this organization that is good now, or was changed since. Make one by POST /v1/import/recipients, and export anew.'
    throw invalid('input_invalid', [{ path: '/sealed', code: 'not_opened', message }])
  }
}
