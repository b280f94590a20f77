/** Where a sealed value lives: it opens there and nowhere else. */
export interface SealContext {
  readonly organizationId: string
  /** Empty for what belongs to no environment. */
  readonly environment: string
  readonly table: string
  readonly rowId: string
  readonly column: string
  readonly generation: number
}
