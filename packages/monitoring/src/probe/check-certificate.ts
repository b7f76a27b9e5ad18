/**
 * Checks the certificate of a probe's result by itself: what was planted was committed before, what came of it belongs to it, and the
 * finding is of the page that was planted. Where entries stand is for their receipts to prove.
 */
import { canonicalJson, digest, digestPair, fromBase64, type JsonValue, toHex, utf8 } from '@mingzheng/kernel'
import { checkOpening, decodeEntry, decodeOpening } from '@mingzheng/proof'
import { z } from 'zod'
import { STATEMENT_DOMAINS, type StatementKind } from '../statement/commit.ts'
import { type FindingStatement, findingStatementSchema } from '../statement/statement.ts'
import { type PlantStatement, plantStatementSchema, type ResultStatement, resultStatementSchema } from './statements.ts'

const openedSchema = z.object({
  statement: z.string(),
  opening: z.string(),
  receipt: z.object({ index: z.number().int(), entry: z.string() }).nullable(),
})
type Opened = z.output<typeof openedSchema>

const certificateSchema = z.object({
  version: z.literal(1),
  kind: z.literal('probe-certificate'),
  plant: openedSchema,
  result: openedSchema,
  finding: openedSchema.nullable(),
})

export interface CertificateCheck {
  readonly name: 'plant' | 'result' | 'finding' | 'order' | 'outcome'
  readonly state: 'passed' | 'failed' | 'not checked'
  readonly detail: string
}

export interface CheckedCertificate {
  readonly checks: readonly CertificateCheck[]
  /** Whether nothing failed. */
  readonly same: boolean
}

/** `null` for a file that is no certificate of a probe. */
export function checkProbeCertificate(file: string): CheckedCertificate | null {
  const parsed = certificateSchema.safeParse(jsonOf(file))
  if (!parsed.success) return null
  const { plant, result, finding } = parsed.data
  const planted = read(plant, 'plant', plantStatementSchema)
  const ended = read(result, 'probe-result', resultStatementSchema)
  const found = finding === null ? null : read(finding, 'finding', findingStatementSchema)
  const checks: CertificateCheck[] = [
    check(
      'plant',
      planted.problem,
      planted.statement === null ? '' : `${planted.statement.id}, ${planted.statement.at}`,
    ),
    check('result', ended.problem ?? belongs(plant, planted.statement, ended.statement), ended.statement?.at ?? ''),
    order(plant, result),
    check('outcome', outcomeProblem(planted.statement, ended.statement), ended.statement?.outcome ?? ''),
  ]
  const wanted = ended.statement?.finding ?? null
  if (wanted !== null || found !== null) {
    const problem =
      found === null
        ? 'the finding is left out'
        : (found.problem ?? findingProblem(planted.statement, ended.statement, found.statement))
    checks.push(check('finding', problem, found?.statement?.id ?? ''))
  }
  return { checks, same: checks.every(({ state }) => state !== 'failed') }
}

const check = (name: CertificateCheck['name'], problem: string | null, detail: string): CertificateCheck => ({
  name,
  state: problem === null ? 'passed' : 'failed',
  detail: problem ?? detail,
})

/** The statement of an opened commitment, and what is wrong with it. */
function read<T>(
  { statement, opening, receipt }: Opened,
  kind: StatementKind,
  schema: z.ZodType<T>,
): { statement: T | null; problem: string | null } {
  const value = jsonOf(statement)
  const parsed = schema.safeParse(value)
  if (!parsed.success || canonicalJson(value as JsonValue) !== statement) {
    return { statement: null, problem: 'not a statement in canonical JSON' }
  }
  if (receipt === null) return { statement: parsed.data, problem: 'it does not stand on a ledger' }
  try {
    const { body } = decodeEntry(fromBase64(receipt.entry))
    const opened = decodeOpening(utf8(opening))
    const { c, s } = body as { c: Uint8Array<ArrayBuffer>; s: Uint8Array<ArrayBuffer> }
    const opens = checkOpening(opened, digestPair(utf8(statement)), { sha256: c, sm3: s })
    const same = opened.domain === STATEMENT_DOMAINS[kind] && opens.sha256 && opens.sm3
    return { statement: parsed.data, problem: same ? null : 'the entry does not commit to this statement' }
  } catch (error) {
    return { statement: parsed.data, problem: (error as Error).message }
  }
}

function belongs(plant: Opened, planted: PlantStatement | null, ended: ResultStatement | null): string | null {
  const same =
    planted !== null &&
    ended !== null &&
    ended.id === planted.id &&
    ended.probe === planted.probe &&
    ended.plant === toHex(digest('sha256', utf8(plant.statement)))
  return same ? null : 'the result is that of another plant'
}

/** The commitment stands before the result: it was not made afterwards. */
function order(plant: Opened, result: Opened): CertificateCheck {
  if (plant.receipt === null || result.receipt === null)
    return check('order', 'one of them does not stand on a ledger', '')
  const before = plant.receipt.index < result.receipt.index
  return check(
    'order',
    before ? null : 'the plant was committed after its result',
    `${plant.receipt.index} < ${result.receipt.index}`,
  )
}

function outcomeProblem(planted: PlantStatement | null, ended: ResultStatement | null): string | null {
  if (planted === null || ended === null) return 'there is nothing to judge'
  const { outcome, finding } = ended
  const possible = planted.expects === 'lead' ? ['found', 'missed', 'void'] : ['clear', 'false-alarm', 'void']
  if (!possible.includes(outcome)) return `${outcome} cannot come of a plant that expects ${planted.expects}`
  const without = ['missed', 'clear', 'void'].includes(outcome) && finding !== null
  return without ? `${outcome}, although a finding is named` : null
}

function findingProblem(
  planted: PlantStatement | null,
  ended: ResultStatement | null,
  found: FindingStatement | null,
): string | null {
  if (planted === null || found === null || found.id !== ended?.finding?.id) return 'another finding is named'
  if (found.inputs.snapshot.sha256 !== planted.sha256) return 'the finding is of another page'
  return found.result.behaviour === planted.behaviour ? null : 'the finding is of another behaviour'
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
