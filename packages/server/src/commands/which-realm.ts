import { type Config, ofRealm } from '../config.ts'

/** What a command is given after its name. */
export interface CommandOptions {
  readonly force?: boolean
  readonly check?: boolean
  readonly realm?: string
  readonly organization?: string
  /** Of a backup; or of an export, in place of the database. */
  readonly file?: string
  /** A file of checkpoints that were kept. */
  readonly checkpoint?: string
  /** Of the catalogue. */
  readonly provider?: string
  readonly port?: string
  readonly page?: boolean
  readonly 'expires-in'?: string
  readonly rotate?: string
  readonly fail?: string
}

/** The configuration of the realm that is meant: of several it must be said which, or the wrong one might be meant. */
export function whichRealm(config: Config, { realm }: CommandOptions): Config | { readonly refusal: string } {
  const { realms } = config
  const names = realms.map((each) => each.realm).join(', ')
  if (realm === undefined) {
    return realms.length === 1
      ? config
      : { refusal: `There are several realms. Say which is meant with --realm: ${names}.` }
  }
  const found = realms.find((each) => each.realm === realm)
  return found ? ofRealm(config, found) : { refusal: `There is no such realm. Realms: ${names}.` }
}
