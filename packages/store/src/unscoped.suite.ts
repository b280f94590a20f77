import type { CompiledQuery } from 'kysely'
import { OrganizationCompiler } from './dialects/postgres/compiler.ts'
import { tablesOfOrganizations } from './organizations.ts'

const ofOrganizations = new RegExp(`\\b(${tablesOfOrganizations.join('|')}|organization)\\b`)
const ofSchema = /^(create|alter|pragma)\b|sqlite_|migration/
/** Of migrations, which change rows of all. */
const ofMigrations = /^update account\s+set due_at = |^\s*update organization set operator = 1/
const naming = /"organization_id" = \?|^insert into "\w+" \([^)]*"organization_id"/

/** Statements that were run, each once. */
export class SeenStatements {
  readonly #seen = new Map<string, CompiledQuery>()

  readonly add = (statement: CompiledQuery): void => {
    this.#seen.set(statement.sql, statement)
  }

  get size(): number {
    return this.#seen.size
  }

  /** Those on rows of organizations that neither name one nor say that they are about all of them (R2). */
  unscoped(): string[] {
    return this.#ofOrganizations().filter((sql) => this.#organizationOf(sql) === undefined)
  }

  /** Those that say so and name one all the same. */
  needlesslyAcross(): string[] {
    return this.#ofOrganizations().filter((sql) => this.#organizationOf(sql) === 'every' && naming.test(sql))
  }

  #ofOrganizations(): string[] {
    return [...this.#seen.keys()].filter(
      (sql) => ofOrganizations.test(sql) && !ofSchema.test(sql) && !ofMigrations.test(sql),
    )
  }

  /** As a database with policies is told. */
  #organizationOf(sql: string) {
    const statement = this.#seen.get(sql)
    return (
      statement && new OrganizationCompiler().compileQuery(statement.query, statement.queryId).organization
    )
  }
}
