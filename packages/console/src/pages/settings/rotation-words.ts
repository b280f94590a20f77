import type { EncryptionReply, RotationReply } from '@sallyport/contract'

interface Words {
  readonly label: string
  readonly tone: 'good' | 'warn' | 'bad' | 'calm'
}

/** What each state of a data key is to a person. */
export const dataKeyStates: Readonly<Record<EncryptionReply['dataKeys'][number]['state'], Words>> = {
  active: { label: 'Seals and opens', tone: 'good' },
  decrypt: { label: 'Opens what is old', tone: 'warn' },
  audit: { label: 'Signs the audit', tone: 'good' },
  dead: { label: 'Destroyed', tone: 'calm' },
}

/** What each state of a rotation is. */
export const rotationStates: Readonly<Record<RotationReply['state'], Words & { readonly tells: string }>> = {
  running: {
    label: 'Sealing anew',
    tone: 'warn',
    tells: 'Everything that the old key has sealed is sealed by the new one. Calls go on meanwhile.',
  },
  settling: {
    label: 'Everything is sealed anew',
    tone: 'good',
    tells: 'The old key is kept for what may come late, and looked for once more before it is destroyed.',
  },
  done: { label: 'Done', tone: 'good', tells: 'The old key is destroyed.' },
  superseded: { label: 'Superseded', tone: 'calm', tells: 'By another rotation.' },
}
