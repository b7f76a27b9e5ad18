/** An article, or several of one law, from a day on, until another takes its place. Days are `YYYY-MM-DD`. */
export interface Citation {
  readonly law: string
  /** `''` where the law as a whole is meant. */
  readonly article: string
  readonly from: string
  /** First day on which it is no longer in force. */
  readonly until?: string
}
