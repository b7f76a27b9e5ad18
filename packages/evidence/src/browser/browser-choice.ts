/** Which browser captures. Chosen once by `chooseBrowser`; every capture says in its environment report which one ran. */

export interface BrowserChoice {
  /** `configured`: named by the deployment; `system`: found on the machine; `npm`: came with this project. */
  kind: 'configured' | 'system' | 'npm'
  /** Absolute path of the program. */
  executable: string
  /** Further arguments that this browser needs. */
  arguments: readonly string[]
  /** Variables that this browser needs, e.g. `FONTCONFIG_FILE`. */
  environment: Readonly<Record<string, string>>
  /** What a browser of the system would add; empty when this is one. For `doctor`. */
  lacks: readonly string[]
}
