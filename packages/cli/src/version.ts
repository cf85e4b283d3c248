/** Put in by the bundler (`build.mjs`); absent when the command runs from its sources. */
declare const ASSASSYN_BUILD: { readonly version: string; readonly commit: string } | undefined;

const build =
  typeof ASSASSYN_BUILD === "undefined" ? { version: "0.0.0", commit: "from sources" } : ASSASSYN_BUILD;

/** The version of this build, e.g. `0.1.0`. */
export const version = build.version;

/** What `--version` prints: the version and the commit that it was built from. */
export const versionText = `${build.version} (${build.commit})`;
