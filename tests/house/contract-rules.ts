/**
 * What the modules of ledger contracts may not do: look at a clock, draw lots, compute with fractions, touch the world, wait, or
 * remember outside their state. On the syntax tree, from every contract's door inwards (docs/decisions/0130-contracts-are-linted.md).
 */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import ts from 'typescript'

export type ContractRule = 'import' | 'clock' | 'randomness' | 'float' | 'world' | 'async' | 'memory' | 'locale'

export interface ContractOffence {
  readonly rule: ContractRule
  readonly path: string
  /** Line, from 1. */
  readonly line: number
  readonly text: string
}

/** Packages that a contract may use; of the kernel not what has effects. */
const MODULES = /^(zod|@mingzheng\/(kernel|ledger|proof))$/
const EFFECTS: Readonly<Record<string, ContractRule>> = {
  systemClock: 'clock',
  manualClock: 'clock',
  randomBytes: 'randomness',
  newId: 'randomness',
  generatePrivateKey: 'randomness',
  keySigner: 'randomness',
  openLedger: 'world',
  openLedgerOverHttp: 'world',
}
const GLOBALS: Readonly<Record<string, ContractRule>> = {
  Date: 'clock',
  performance: 'clock',
  Temporal: 'clock',
  crypto: 'randomness',
  Intl: 'locale',
  NaN: 'float',
  Infinity: 'float',
  parseFloat: 'float',
  Float32Array: 'float',
  Float64Array: 'float',
  process: 'world',
  console: 'world',
  fetch: 'world',
  require: 'world',
  globalThis: 'world',
  global: 'world',
  navigator: 'world',
  WebSocket: 'world',
  eval: 'world',
  Function: 'world',
  setTimeout: 'async',
  setInterval: 'async',
  setImmediate: 'async',
  queueMicrotask: 'async',
  Promise: 'async',
  WeakRef: 'memory',
  FinalizationRegistry: 'memory',
}
/** Of `Math` what gives whole numbers for whole numbers; the rest may differ in its last bit between machines. */
const WHOLE = new Set(['abs', 'ceil', 'floor', 'max', 'min', 'sign', 'trunc', 'imul'])
const FRACTIONAL = new Set(['toFixed', 'toPrecision', 'toExponential', 'parseFloat', 'EPSILON'])
/** Answers that differ with the version of Unicode or the locale of the machine. */
const LOCALE = /^(toLocale\w+|localeCompare|normalize)$/
const MUTABLE = new Set(['Map', 'Set', 'WeakMap', 'WeakSet', 'Array', 'Uint8Array'])

/** Offences of one module. */
export function contractOffencesOf(path: string, text: string): ContractOffence[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
  const found: ContractOffence[] = []
  const tell = (rule: ContractRule, node: ts.Node) => {
    const { line } = file.getLineAndCharacterOfPosition(node.getStart())
    found.push({ rule, path, line: line + 1, text: node.getText().split('\n')[0]! })
  }
  const visit = (node: ts.Node): void => {
    if (isTypeOnly(node)) return
    judge(node, tell)
    ts.forEachChild(node, visit)
  }
  visit(file)
  return found
}

function judge(node: ts.Node, tell: (rule: ContractRule, node: ts.Node) => void): void {
  if (ts.isImportDeclaration(node)) judgeImport(node, tell)
  else if (ts.isIdentifier(node)) {
    const rule = GLOBALS[node.text]
    if (rule !== undefined && Object.hasOwn(GLOBALS, node.text) && isReference(node)) tell(rule, node)
  } else if (ts.isPropertyAccessExpression(node)) {
    const { name, expression } = node
    if (expression.getText() === 'Math' && !WHOLE.has(name.text)) {
      tell(name.text === 'random' ? 'randomness' : 'float', node)
    }
    if (FRACTIONAL.has(name.text)) tell('float', node)
    if (LOCALE.test(name.text)) tell('locale', node)
  } else if (ts.isElementAccessExpression(node) && node.expression.getText() === 'Math') tell('float', node)
  else if (ts.isNumericLiteral(node)) {
    if (!Number.isSafeInteger(Number(node.getText().replaceAll('_', '')))) tell('float', node)
  } else if (ts.isBinaryExpression(node)) {
    const divides = node.operatorToken.kind === ts.SyntaxKind.SlashToken
    if ((divides && !isRounded(node)) || node.operatorToken.kind === ts.SyntaxKind.SlashEqualsToken) tell('float', node)
  } else if (ts.isRegularExpressionLiteral(node)) {
    if (/\\p\{/i.test(node.text)) tell('locale', node)
  } else if (ts.isAwaitExpression(node)) tell('async', node)
  else if (ts.isForOfStatement(node) && node.awaitModifier !== undefined) tell('async', node)
  else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) tell('world', node)
  else if (ts.isVariableStatement(node) && ts.isSourceFile(node.parent)) judgeTopLevel(node, tell)
  if (ts.canHaveModifiers(node) && ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword)) {
    tell('async', node)
  }
}

function judgeImport(node: ts.ImportDeclaration, tell: (rule: ContractRule, node: ts.Node) => void): void {
  const from = (node.moduleSpecifier as ts.StringLiteral).text
  if (!from.startsWith('.') && !MODULES.test(from)) tell('import', node)
  const { namedBindings } = node.importClause ?? {}
  if (namedBindings !== undefined && ts.isNamespaceImport(namedBindings) && from !== 'zod') tell('import', node)
  if (namedBindings === undefined || !ts.isNamedImports(namedBindings)) return
  for (const { propertyName, name, isTypeOnly } of namedBindings.elements) {
    const rule = EFFECTS[(propertyName ?? name).text]
    if (!isTypeOnly && rule !== undefined) tell(rule, name)
  }
}

/** What a module remembers is not in the state: it is gone after a restart, and differs after a snapshot. */
function judgeTopLevel(node: ts.VariableStatement, tell: (rule: ContractRule, node: ts.Node) => void): void {
  if ((node.declarationList.flags & ts.NodeFlags.Const) === 0) tell('memory', node)
  for (const { initializer } of node.declarationList.declarations) {
    const mutable = initializer !== undefined && ts.isNewExpression(initializer)
    if (mutable && MUTABLE.has(initializer.expression.getText())) tell('memory', node)
  }
}

/** Whether an identifier stands for the thing of that name, and is not the name of a member or a field. */
function isReference(node: ts.Identifier): boolean {
  const { parent } = node
  if (ts.isPropertyAccessExpression(parent) && parent.name === node) return false
  if (ts.isPropertyAssignment(parent) && parent.name === node) return false
  if (ts.isBindingElement(parent) && parent.propertyName === node) return false
  return !ts.isPropertySignature(parent) && !ts.isMethodDeclaration(parent)
}

/** A quotient that is made whole at once. */
function isRounded(node: ts.BinaryExpression): boolean {
  let up: ts.Node = node.parent
  while (ts.isParenthesizedExpression(up)) up = up.parent
  return ts.isCallExpression(up) && /^Math\.(floor|ceil|trunc)$/.test(up.expression.getText())
}

function isTypeOnly(node: ts.Node): boolean {
  if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return true
  return ts.isImportDeclaration(node) && node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword
}

/** A door also hands out what callers need; contracts are what has such a name. */
const NAMES_CONTRACT = /(Contracts?|Register)$/

/** Every module that a contract's doors reach by relative imports of values, with its text; paths relative to the root. */
export function readContractModules(root: string, doors: readonly string[]): { path: string; text: string }[] {
  const found = new Map<string, string>()
  const read = (path: string): void => {
    if (found.has(path)) return
    if (!existsSync(join(root, path))) throw new Error(`${path} is not there`)
    const text = readFileSync(join(root, path), 'utf8')
    found.set(path, text)
    const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
    for (const statement of file.statements) {
      const importing = ts.isImportDeclaration(statement) && !isTypeOnly(statement)
      const exporting = ts.isExportDeclaration(statement) && handsOutContract(statement, doors.includes(path))
      if (!importing && !exporting) continue
      const from = statement.moduleSpecifier as ts.StringLiteral | undefined
      if (from?.text.startsWith('.')) read(posix.join(dirname(path), from.text))
    }
  }
  for (const door of doors) read(door)
  return [...found].map(([path, text]) => ({ path, text }))
}

function handsOutContract({ isTypeOnly: typesOnly, exportClause }: ts.ExportDeclaration, atDoor: boolean): boolean {
  if (typesOnly) return false
  if (!atDoor || exportClause === undefined || !ts.isNamedExports(exportClause)) return true
  return exportClause.elements.some(({ name, isTypeOnly: type }) => !type && NAMES_CONTRACT.test(name.text))
}
