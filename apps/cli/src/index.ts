/**
 * `./mingzheng`: starts an installation, captures, verifies, keeps trust, backs up. A thin layer: what needs more than schemas
 * and verification is asked of a server process that it starts or finds running. Refuses to run a second instance on one data
 * folder. Exit codes of `verify` follow docs/formats/report.md.
 */
export type { Command, Context } from './context.ts'
export { findTool, TOOLS, type Tool, type ToolName } from './doctor/tool.ts'
export { run } from './run.ts'
