import type { auditProblemKinds } from '@sallyport/contract'

type Kind = (typeof auditProblemKinds)[number]

interface ProblemWords {
  readonly title: string
  /** What to do about it. */
  readonly todo: string
}

const compare =
  'Compare this place with an export or a checkpoint that was kept elsewhere, find out who could write to the database, and change what they could read.'
const restored =
  'If the database was restored from a backup, this is what came after it; keep the checkpoints from before apart. Otherwise somebody cut the audit: find out who could write to the database.'

/** What was done to an audit, and what to do about it, for people. */
export const problemWords: Readonly<Record<Kind, ProblemWords>> = {
  edited: { title: 'An entry was changed', todo: compare },
  deleted: { title: 'An entry was taken out', todo: compare },
  inserted: {
    title: 'An entry was put in',
    todo: `Look whether a node of an older version still runs, which writes entries without a place. Otherwise: ${compare}`,
  },
  reordered: { title: 'An entry stands elsewhere', todo: compare },
  tail_cut: { title: 'The last entries are gone', todo: restored },
  rewritten: { title: 'Another entry stands where one was signed', todo: restored },
  wrong_key: {
    title: 'Nothing was written with the key that there is',
    todo: 'Look whether this node has the key ring that the database was written with (SALLYPORT_ENCRYPTION_KEYS).',
  },
  key_missing: {
    title: 'The key is not there, or cannot be opened',
    todo: 'Give this node the key ring that the database was written with (SALLYPORT_ENCRYPTION_KEYS), and verify again.',
  },
  checkpoint_forged: {
    title: 'A checkpoint is not signed by this organization',
    todo: 'Look where the checkpoint was kept, and whether it is of this organization. Leave it out to compare with the others.',
  },
  account_rolled_back: {
    title: 'An account stands at an earlier generation',
    todo: 'An old row was put back, or a backup restored. Reconnect the account: its credential may be one that was replaced.',
  },
}
