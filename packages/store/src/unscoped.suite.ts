import type { CompiledQuery } from 'kysely'
import { OrganizationCompiler } from './dialects/postgres/compiler.ts'
import { tablesOfOrganizations } from './organizations.ts'

const ofOrganizations = new RegExp(`\\b(${tablesOfOrganizations.join('|')}|organization)\\b`)
const ofSchema = /^(create|alter|pragma)\b|sqlite_|migration/
/** Of migrations, which change rows of all. */
const ofMigrations = /^update account\s+set due_at = |^\s*update organization set operator = 1/
const naming = /"organization_id" = \?|^insert into "\w+" \([^)]*"organization_id"/
/** Statements on rows of organizations that name none, and why that is right. Whatever else does is a mistake (R2). */
const overAll: Readonly<Record<string, readonly RegExp[]>> = {
  'found by a secret, or by the id in an address, which tells the organization': [
    /^select \* from "flow" where "(id|start_hash|state_hash)" = \?$/,
    /^select \* from "flow" where "account_id" = \? and "result_hash" = \?/,
    /^select \* from "identity_provider" where "id" = \?$/,
    /^select "lookup", "id" from "api_key" where "lookup" in \(/,
  ],
  'a step of a flow that was found so; its id is unique': [
    /^update "flow" set .* where "id" = \? and "state" /,
  ],
  'a job takes what is due, or what has ended, of all': [
    /^select "device_poll"\.\* from "device_poll" inner join "organization" .* where "due_at" <= \?/,
    /^select "organization_id", "id", "due_at" from "key_rotation" where "ended_at" is null and "due_at" <= /,
    /^select "organization_id", "integration", min\("due_at"\) as "due_at" from "revocation" where "sealed" is not null/,
    /^select \* from "revocation_run" where "due_at" <= \?/,
    /^select \* from "call_usage" where \("bytes" > \? or "oldest" < \?\) limit \?$/,
    /^select "organization_id", "(signed_sequence|generations_at|exported_sequence)" from "audit_head" where/,
    /^select "webhook".* inner join "audit_head" .* where "webhook"."audit_cursor" is not null/,
    /^delete from "(event|delivery|flow|invitation|login_throttle|session|sign_on_flow)" where \(?"(at|created_at|expires_at|updated_at|seen_at)" < \?/,
  ],
  'renewals that a process has left behind': [
    /^select \*, \? as "read_at" from "renewal_intent" where "state" = \?/,
  ],
  'a copy of a database is quarantined as a whole': [
    /^delete from "(client_registration|device_poll|flow|renewal_intent|renewal_orphan|revocation|revocation_run|revocation_run_account|session|sign_on_flow)"$/,
    /^delete from "delivery" where "state" = \?$/,
    /^update "account" set "revocation" = \? where "revocation" = \?$/,
    /^update "webhook" set "disabled" = \?, .* where "disabled" = \?$/,
  ],
  'organizations whose audit is chained at the first start': [
    /^select "organization"."id" from "organization" left join "audit_head" .* where "audit_head"."sequence" is null$/,
  ],
  'whether there is anything at all': [/^select "id" from "data_key" limit \?$/],
}

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
