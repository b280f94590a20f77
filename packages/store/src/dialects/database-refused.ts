/** The database cannot be used as it is: a sentence for the operator, without the password. */
export class DatabaseRefused extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'DatabaseRefused'
  }
}
