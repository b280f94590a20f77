import { quarantineInstance } from '@sallyport/core'
import { configuredRealm, say } from './configured.ts'
import type { CommandOptions } from './which-realm.ts'
import { withInstance } from './with-instance.ts'

/** The operator says that this database is a copy beside its original, which is to be left alone. */
export function quarantine(options: CommandOptions): Promise<void> {
  return configuredRealm(options, async (config) => {
    const { force = false } = options
    const done = await withInstance(config, (opened) => quarantineInstance(opened, { force }))
    if (!done) {
      process.stderr.write(`${notACopy}\n`)
      process.exitCode = 1
      return
    }
    const { id, counts, answers } = done
    const { accounts, revocations, devicePolls, flows, renewals, webhooks } = counts
    say([
      `This copy is a database of its own now (instance ${id}), and leaves its original alone.`,
      `Credentials destroyed: ${accounts}. These accounts are to be connected again.`,
      `Removed: ${flows} authorizations, ${devicePolls} of devices, ${renewals} renewals, ${answers} answers in the journal, ${revocations} revocations.`,
      `Webhooks disabled: ${webhooks}.`,
    ])
  })
}

const notACopy =
  'Nothing says that this database is a copy: it lives where it was made, and is as far as this data folder has seen it. Nothing was done. If it is a copy all the same, as one of a whole disk may be, run `sallyport quarantine --force`: every account whose credential a provider issued will have to be connected again.'
