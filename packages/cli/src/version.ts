// Put in by the bundler (`build.mjs`); absent when the command runs from its sources.
declare const ASSASSYN_VERSION: string | undefined;
declare const ASSASSYN_COMMIT: string | undefined;

/** The version of this build, e.g. `0.1.0`. */
export const version = typeof ASSASSYN_VERSION === "undefined" ? "0.0.0" : ASSASSYN_VERSION;

const commit = typeof ASSASSYN_COMMIT === "undefined" ? "from sources" : ASSASSYN_COMMIT;

/** What `--version` prints: the version and the commit that it was built from. */
export const versionText = `${version} (${commit})`;
