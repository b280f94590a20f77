import { type PostgresAddress, parsePostgresUrl } from './address.ts'

/** What an address says, where it holds. */
export function addressOf(url: string, change: Partial<PostgresAddress> = {}): PostgresAddress {
  const read = parsePostgresUrl(url)
  if ('faults' in read) throw new Error(read.faults.join(' '))
  return { ...read.address, ...change }
}
