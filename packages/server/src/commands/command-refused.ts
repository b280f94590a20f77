/** A command does not do what it was told, and says why; its status is another than that of bad configuration. */
export class CommandRefused extends Error {
  readonly exitCode: number

  constructor(message: string, exitCode: number) {
    super(message)
    this.name = 'CommandRefused'
    this.exitCode = exitCode
  }
}

/** Of a command that was given data which it cannot use (EX_DATAERR). */
export const badData = 65
/** Of a command that cannot write where it was told to (EX_CANTCREAT). */
export const cannotWrite = 73
