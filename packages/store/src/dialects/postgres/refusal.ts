import { DatabaseRefused } from '../database-refused.ts'
import { type PostgresAddress, placeOf } from './address.ts'
import { codeOf } from './errors.ts'

/** What stands in the way of a first connection, and what to do. */
export function refusal(address: PostgresAddress, error: unknown): DatabaseRefused {
  const { user, database } = address
  const code = codeOf(error)
  const at = `The database at ${placeOf(address)}`
  if (code === '28P01') return new DatabaseRefused(`${at} refuses the password of "${user}". Correct it.`)
  if (code === '28000')
    return new DatabaseRefused(
      `${at} does not let "${user}" in from here, or not with sslmode=${address.tls}. Correct user or sslmode, or the server's pg_hba.conf.`,
    )
  if (code === '3D000')
    return new DatabaseRefused(
      `${at} does not exist. Create it: create database "${database}" owner "${user}".`,
    )
  if (code === '42501')
    return new DatabaseRefused(
      `${at} does not let "${user}" do what is needed. Make it the owner of the database.`,
    )
  if (code === '25006') return new DatabaseRefused(`${at} is read-only. Name the primary.`)
  if (code === 'ENOENT' || code === 'EACCES')
    return new DatabaseRefused(`The file of sslrootcert cannot be read (${code}). Correct its path.`)
  if (isTlsRefused(error))
    return new DatabaseRefused(
      `${at} does not speak TLS. Turn it on there; or, on a network that you trust, add sslmode=disable.`,
    )
  if (/CERT|SIGNATURE|^ERR_(?:SSL|TLS)/.test(code))
    return new DatabaseRefused(
      `${at} shows a certificate that cannot be trusted (${code}). Name its issuer's in sslrootcert, and the host as the certificate does.`,
    )
  return new DatabaseRefused(`${at} cannot be reached (${code}). Start it, or correct the address.`)
}

/** The driver gives it no code. */
function isTlsRefused(error: unknown): boolean {
  return error instanceof Error && error.message === 'The server does not support SSL connections'
}
