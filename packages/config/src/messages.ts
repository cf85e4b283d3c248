import { defineCatalogue, message } from "@assassyn/diagnostics";

/** What can be wrong with a configuration file and with the plugins that it names. */
export const messages = defineCatalogue("config", {
  "not-found": message<{ path: string }>(
    "error",
    ({ path }) => `the configuration file ${path} does not exist`,
    "`--config` names a file. Without the option, `assassyn.config.ts`, `.mjs` or `.json` is searched from the design's folder upward.",
  ),
  unreadable: message<{ path: string; reason: string }>(
    "error",
    ({ path, reason }) => `cannot load ${path}: ${reason}`,
    "The configuration file was found but cannot be read, parsed or evaluated. A `.json` file is plain JSON without comments; `.ts` and `.mjs` files are ES modules.",
  ),
  "no-default-export": message<{ path: string }>(
    "error",
    ({ path }) => `${path} has no default export`,
    '```ts\nimport { defineConfig } from "@assassyn/config";\n\nexport default defineConfig({ entry: "cpu.asyn" });\n```',
  ),
  "several-files": message<{ folder: string; files: string }>(
    "error",
    ({ folder, files }) => `${folder} has more than one configuration file: ${files}`,
    "One folder has at most one of `assassyn.config.ts`, `assassyn.config.mjs` and `assassyn.config.json`, so that nobody wonders which one counts.",
  ),
  "unknown-key": message<{ key: string; path: string }>(
    "error",
    ({ key, path }) => `unknown key "${key}" in ${path}`,
    "Every key of a configuration must be known, so that a typing error does not silently change nothing. The README of `@assassyn/config` lists the keys.",
  ),
  "wrong-type": message<{ key: string; expected: string; actual: string; path: string }>(
    "error",
    ({ key, expected, actual, path }) => `"${key}" in ${path} must be ${expected}, not ${actual}`,
    "The value of a key has another type than the key takes.",
  ),
  "unknown-target": message<{ target: string; path: string }>(
    "error",
    ({ target, path }) => `${path} names the target "${target}", which neither assassyn nor a plugin has`,
    "A target is one of those that come with assassyn, or one that a plugin in `plugins` contributes. `assassyn passes` lists them.",
  ),
  "plugin-not-found": message<{ specifier: string; from: string }>(
    "error",
    ({ specifier, from }) => `the plugin "${specifier}" is not found from ${from}`,
    "A plugin is named by the exact specifier that an `import` in the configuration file would use: the name of an installed package, or a path that starts with `./`. No prefix is added. Install the package beside the configuration file (`npm install --save-dev <name>`), or correct the name.",
  ),
  "plugin-failed": message<{ specifier: string; reason: string }>(
    "error",
    ({ specifier, reason }) => `the plugin "${specifier}" failed to load: ${reason}`,
    "The plugin was found, but importing it threw an error. This is a fault of the plugin or of its installation; its authors know more.",
  ),
  "plugin-version": message<{ specifier: string; actual: string; expected: string }>(
    "error",
    ({ specifier, actual, expected }) =>
      `the plugin "${specifier}" is made for plugin API version ${actual}; this assassyn offers ${expected}`,
    "A plugin's package.json says which version of the plugin API it was written for, in `assassyn.apiVersion`. It is read before the plugin runs. Install a release of the plugin that fits this assassyn, or the other way round.",
  ),
  "plugin-no-version": message<{ specifier: string }>(
    "error",
    ({ specifier }) => `the package of the plugin "${specifier}" has no "assassyn": { "apiVersion": … }`,
    'The package.json of a plugin names the version of the plugin API:\n\n```json\n{ "name": "my-plugin", "assassyn": { "apiVersion": 1 } }\n```\n\nIf the package is not an assassyn plugin at all, the specifier is wrong.',
  ),
  "plugin-invalid": message<{ specifier: string; reason: string }>(
    "error",
    ({ specifier, reason }) => `"${specifier}" is not a plugin: ${reason}`,
    "A plugin is the default export of its module, made with `definePlugin` of `@assassyn/plugin-api`.",
  ),
  "plugin-duplicate": message<{ name: string; first: string; second: string }>(
    "error",
    ({ name, first, second }) => `two plugins have the name "${name}": ${first} and ${second}`,
    "Names of plugins are unique, since messages and plans show them. Remove one of the two.",
  ),
});
