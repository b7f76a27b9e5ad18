/** The article that was in force on a day. */
export interface DatedArticle {
  /** First day in force, `YYYY-MM-DD`. */
  readonly from: string
  readonly article: string
}

/** The newest that had begun by the day, of a list in the order of their days; `null` before the first. */
export function articleAt(articles: readonly DatedArticle[], day: string): string | null {
  return articles.findLast(({ from }) => from <= day)?.article ?? null
}
