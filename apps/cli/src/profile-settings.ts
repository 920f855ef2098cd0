import { ApiError } from "./api.ts";
import { oneOf, parseArguments } from "./arguments.ts";

/** What a profile says, as the API takes and gives it. */
export interface ProfileSettings {
  baseUrl?: string;
  baseUrls?: Record<string, string>;
  /** Who fills what; absent: the organization. */
  fields: Record<string, string>;
  arguments: ProfileArgument[];
  /** Operations whose tools are not offered. */
  hiddenTools: string[];
}

interface ProfileArgument {
  argument: string;
  operation?: string;
  document?: string;
  mode: "default" | "fixed";
  value?: unknown;
  person?: string;
}

/** The options that say what is to change of the settings. */
export interface SettingsOptions {
  baseUrl?: string;
  field: string[];
  preset: string[];
  fix: string[];
  unset: string[];
  hide: string[];
  unhide: string[];
}

export const NO_SETTINGS: ProfileSettings = { fields: {}, arguments: [], hiddenTools: [] };

const HOLDERS = ["organization", "person", "unused"] as const;

/** The settings with what the options say; undefined when they say nothing. Pure. */
export function changeSettings(settings: ProfileSettings, options: SettingsOptions): ProfileSettings | undefined {
  const { baseUrl, field, preset, fix, unset, hide, unhide } = options;
  if (baseUrl === undefined && [field, preset, fix, unset, hide, unhide].every((given) => given.length === 0))
    return undefined;
  const { baseUrl: before, ...others } = settings;
  const address = baseUrl === undefined ? before : baseUrl === "none" ? undefined : baseUrl;
  return {
    ...others,
    ...(address === undefined ? {} : { baseUrl: address }),
    fields: { ...settings.fields, ...Object.fromEntries(field.map(parseHolder)) },
    arguments: changeArguments(settings.arguments, options),
    hiddenTools: [...new Set([...settings.hiddenTools, ...hide])].filter((operation) => !unhide.includes(operation)),
  };
}

/** What is given for all operations of the first document is given anew; what is for one alone stays. */
function changeArguments(
  before: readonly ProfileArgument[],
  { preset, fix, unset }: Pick<SettingsOptions, "preset" | "fix" | "unset">,
): ProfileArgument[] {
  const unknown = unset.find((name) => before.every(({ argument }) => argument !== name));
  if (unknown !== undefined) throw new ApiError("usage", `--unset ${unknown}: the profile gives no such argument.`);
  const given = [...toArguments(preset, "--preset", "default"), ...toArguments(fix, "--fix", "fixed")];
  const isReplaced = ({ argument, operation, document }: ProfileArgument) =>
    operation === undefined && document === undefined && given.some((one) => one.argument === argument);
  return [...before.filter((one) => !unset.includes(one.argument) && !isReplaced(one)), ...given];
}

function toArguments(pairs: readonly string[], option: string, mode: ProfileArgument["mode"]): ProfileArgument[] {
  return Object.entries(parseArguments(pairs, option)).map(([argument, value]) => ({ argument, mode, value }));
}

/** `credential:key=person`: fields hold colons. */
function parseHolder(pair: string): [field: string, holder: string] {
  const at = pair.lastIndexOf("=");
  if (at < 1) throw new ApiError("usage", `--field ${pair}: write it as field=who, such as "credential:key=person".`);
  return [pair.slice(0, at), oneOf(`--field ${pair.slice(0, at)}`, pair.slice(at + 1), HOLDERS)];
}
