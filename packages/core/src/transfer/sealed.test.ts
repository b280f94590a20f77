import type { SealedContent } from '@sallyport/contract'
import { armor, Decrypter, generateX25519Identity, identityToRecipient } from 'age-encryption'
import { expect, test } from 'vitest'
import { openSealed, sealerTo } from './sealed.ts'

const content: SealedContent = {
  clients: [],
  integrations: [{ key: 'crm', secrets: { '/auth/clientSecret': 'the secret' } }],
  accounts: [],
}

async function keyPair() {
  const identity = await generateX25519Identity()
  return { identity, recipient: await identityToRecipient(identity) }
}

test('what is sealed is an armored age file, which any tool for these opens', async () => {
  const { identity, recipient } = await keyPair()
  const file = await (await sealerTo(recipient))(content)
  expect(file).toMatch(/^-----BEGIN AGE ENCRYPTED FILE-----\n/)
  expect(Buffer.from(armor.decode(file)).toString('latin1')).toMatch(/^age-encryption\.org\/v1\n-> X25519 /)
  const decrypter = new Decrypter()
  decrypter.addIdentity(identity)
  expect(JSON.parse(await decrypter.decrypt(armor.decode(file), 'text'))).toEqual(content)
})

test('it opens with one of several keys, with no other, and not when a byte of it has changed', async () => {
  const [one, other] = [await keyPair(), await keyPair()]
  const file = await (await sealerTo(one.recipient))(content)
  expect(await openSealed(file, [other.identity, one.identity])).toEqual(content)
  const middle = Math.floor(file.length * 0.7)
  const changed = `${file.slice(0, middle)}${file[middle] === 'A' ? 'B' : 'A'}${file.slice(middle + 1)}`
  for (const [text, identities] of [
    [file, [other.identity]],
    [file, []],
    [changed, [one.identity]],
    ['no file', [one.identity]],
  ] as const) {
    const faults = [{ path: '/sealed', code: 'not_opened' }]
    await expect(openSealed(text, identities)).rejects.toMatchObject({ code: 'input_invalid', faults })
  }
})

test('what was sealed by somebody who knows the public key is checked like any input', async () => {
  const { identity, recipient } = await keyPair()
  const forged = { ...content, accounts: [{ id: 'acc_x' }] } as unknown as SealedContent
  const refused = openSealed(await (await sealerTo(recipient))(forged), [identity])
  await expect(refused).rejects.toMatchObject({ code: 'input_invalid' })
})

test('a recipient with a mistaken character is refused before anything is sealed', async () => {
  const { recipient } = await keyPair()
  const mistaken = `${recipient.slice(0, -1)}${recipient.endsWith('q') ? 'p' : 'q'}`
  const faults = [{ path: '/recipient', code: 'recipient' }]
  await expect(sealerTo(mistaken)).rejects.toMatchObject({
    code: 'input_invalid',
    faults: [expect.objectContaining(faults[0])],
  })
})
