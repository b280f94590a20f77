import { adoptInstance } from '@sallyport/core'
import type { Config } from '../config.ts'
import { configuredRealm, say } from './configured.ts'
import type { CommandOptions } from './which-realm.ts'
import { withInstance } from './with-instance.ts'

/** The operator says that this database is the one that goes on, wherever it lives and however far it has come. */
export function adopt(options: CommandOptions): Promise<void> {
  return configuredRealm(options, async (config) => {
    const { id, cause } = await withInstance(config, adoptInstance)
    say([`This database is the one that goes on (instance ${id}).`, before[cause ?? 'nothing'], next(config)])
  })
}

const before = {
  restored:
    'It had been restored from a backup. Accounts whose refresh tokens were used up since will have to be connected again.',
  moved: 'It had been copied, restored or moved.',
  other_database: 'This data folder remembered another one.',
  rolled_back:
    'It had been set back. Accounts whose refresh tokens were used up since will have to be connected again.',
  nothing: 'Nothing had stood against it.',
}

function next({ postgres }: Config): string {
  return postgres ? 'Nodes that use it renew tokens again within seconds.' : 'Start Sallyport to use it.'
}
