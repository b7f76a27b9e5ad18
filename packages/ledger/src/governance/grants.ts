/** Grants: permissions such as `evidence.fix`, and prefixes such as `evidence.` that cover what begins with them. */

/** Whether the grants cover a permission or a grant. */
export function covers(grants: readonly string[], wanted: string): boolean {
  return grants.some((grant) => (grant.endsWith('.') ? wanted.startsWith(grant) : grant === wanted))
}
