import {
  type BinaryOperationNode,
  ColumnNode,
  DeleteQueryNode,
  InsertQueryNode,
  type OperationNode,
  OperatorNode,
  PostgresQueryCompiler,
  PrimitiveValueListNode,
  type QueryId,
  ReferenceNode,
  type RootOperationNode,
  SelectQueryNode,
  TableNode,
  UpdateQueryNode,
  ValueNode,
  ValuesNode,
} from 'kysely'
import { isAcrossOrganizations } from '../../across-organizations.ts'
import type { QueryOfOrganization } from './organization-setting.ts'

/** Notes with each statement whose rows it is about; the text of statements is the same. */
export class OrganizationCompiler extends PostgresQueryCompiler {
  /** In which the rows of the statement's table tell their organization. */
  #column = ''
  #place: number | undefined
  /** The organization of the first row that is inserted, or that row with the place in it. */
  #inserted: { readonly node: OperationNode | undefined; readonly place: number } | undefined

  override compileQuery(node: RootOperationNode, queryId: QueryId): QueryOfOrganization {
    this.#column = isOfOrganizations(node) ? 'id' : 'organization_id'
    this.#place = undefined
    this.#inserted = undefined
    const query = super.compileQuery(node, queryId)
    const organization = isAcrossOrganizations(node) ? 'every' : this.#place
    return { ...query, organization }
  }

  protected override visitBinaryOperation(node: BinaryOperationNode): void {
    const { leftOperand, operator, rightOperand } = node
    const isEqual = OperatorNode.is(operator) && operator.operator === '='
    if (isEqual && ValueNode.is(rightOperand) && columnOf(leftOperand) === this.#column) this.#note(0)
    super.visitBinaryOperation(node)
  }

  protected override visitInsertQuery(node: InsertQueryNode): void {
    const place = node.columns?.findIndex((column) => columnOf(column) === this.#column) ?? -1
    const [row] = node.values && ValuesNode.is(node.values) ? node.values.values : []
    if (row && place >= 0) {
      const isPlain = PrimitiveValueListNode.is(row)
      this.#inserted = isPlain ? { node: row, place } : { node: row.values[place], place: 0 }
    }
    super.visitInsertQuery(node)
  }

  protected override visitPrimitiveValueList(node: PrimitiveValueListNode): void {
    if (node === this.#inserted?.node) this.#note(this.#inserted.place)
    super.visitPrimitiveValueList(node)
  }

  protected override visitValue(node: ValueNode): void {
    if (node === this.#inserted?.node) this.#note(0)
    super.visitValue(node)
  }

  /** So many parameters after those that there are. The first counts: what is named beside it stays unseen. */
  #note(further: number): void {
    this.#place ??= this.numParameters + further
  }
}

function isOfOrganizations(node: RootOperationNode): boolean {
  const table = tableOf(node)
  return table !== undefined && TableNode.is(table) && table.table.identifier.name === 'organization'
}

function tableOf(node: RootOperationNode): OperationNode | undefined {
  if (InsertQueryNode.is(node)) return node.into
  if (UpdateQueryNode.is(node)) return node.table
  return SelectQueryNode.is(node) || DeleteQueryNode.is(node) ? node.from?.froms[0] : undefined
}

function columnOf(node: OperationNode): string | undefined {
  if (ReferenceNode.is(node)) return columnOf(node.column)
  return ColumnNode.is(node) ? node.column.name : undefined
}
