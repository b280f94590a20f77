import type pg from 'pg'
import type { PostgresAddress } from './address.ts'
import { openPool } from './pool.ts'
import { refusal } from './refusal.ts'

/** A pool whose first connection stands. @throws DatabaseRefused */
export async function connectedPool(
  address: PostgresAddress,
  options: { readonly patient?: boolean } = {},
): Promise<pg.Pool> {
  let pool: pg.Pool | undefined
  try {
    pool = openPool(address, options)
    const client = await pool.connect()
    client.release()
    return pool
  } catch (error) {
    await pool?.end()
    throw refusal(address, error)
  }
}
