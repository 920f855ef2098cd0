import type { Command } from "commander";
import { type Api, ApiError } from "./api.ts";
import { collect } from "./arguments.ts";
import { type CommandDeps, findNamed, type Page, serverPath } from "./command.ts";
import { toCredential, toReference } from "./credential.ts";
import { count, table, when } from "./output.ts";
import { changeSettings, NO_SETTINGS, type ProfileSettings, type SettingsOptions } from "./profile-settings.ts";
import { readJson } from "./source.ts";

interface Profile {
  id: string;
  name: string;
  isDefault: boolean;
  settings: ProfileSettings;
  lock: number;
  values: { field: string; setAt: string; reference?: string }[];
  connectionCount: number;
}

/** Something that a profile can have a value for. */
interface ProfileField {
  field: string;
  name: string;
  kind: "credential" | "variable";
  scheme?: { type: string };
  isSignIn: boolean;
}

interface RemovedProfile {
  id: string;
  name: string;
  removedAt: string;
  who: string | null;
}

type Profiles = Page<Profile> & { fields: ProfileField[]; removed: RemovedProfile[] };

interface ProfileOptions extends SettingsOptions {
  name?: string;
  default?: boolean;
  settings?: string;
}

/** Where a value comes from: arguments show in process lists. */
const VALUE_VARIABLE = "PORTICO_FIELD_VALUE";

/** `portico profiles …`: what a server runs with, and what each person fills in. */
export function addProfileCommands(program: Command, { api, print }: CommandDeps): void {
  const profiles = program
    .command("profiles")
    .description("say what a server runs with, and what each person fills in when they connect");

  profiles
    .command("list")
    .description("list the shared profiles of a server, the default first")
    .argument("<server>", "its slug or id")
    .action(async (server: string) => {
      const { items } = await readProfiles(api(), server);
      print(items, () =>
        items.length > 0
          ? table(
              items.map(({ name, isDefault, values, connectionCount, id }) => [
                ...[name, isDefault ? "default" : "-", count(values.length, "value")],
                ...[count(connectionCount, "connection"), id],
              ]),
            )
          : `There is no profile yet. Add one with: portico profiles add ${server} <name>`,
      );
    });

  profiles
    .command("show")
    .description("show what a profile says, and which values it has; values themselves never come back")
    .argument("<server>", "its slug or id")
    .argument("<profile>", "its name or id")
    .action(async (server: string, wanted: string) => {
      const { items, fields } = await readProfiles(api(), server);
      const profile = findProfile(items, wanted);
      print({ ...profile, fields }, () => describeProfile(profile, fields).join("\n"));
    });

  profiles
    .command("arguments")
    .description("list the arguments that profiles of a server can give")
    .argument("<server>", "its slug or id")
    .action(async (server: string) => {
      const at = serverPath(server, "profiles", "arguments");
      const { items } = await api().request<Page<{ name: string; operations: string[] }>>("GET", at);
      print(items, () =>
        items.length > 0
          ? table(items.map(({ name, operations }) => [name, operations.join(", ")]))
          : "No tool has an argument that a profile can give.",
      );
    });

  withSettingsOptions(
    profiles
      .command("add")
      .description("make a shared profile; the first one is the default")
      .argument("<server>", "its slug or id")
      .argument("<name>"),
  ).action(async (server: string, name: string, options: ProfileOptions) => {
    const settings = await settingsOf(NO_SETTINGS, options);
    const input = { name, ...(settings ? { settings } : {}), ...(options.default ? { isDefault: true } : {}) };
    const made = await api().request<Profile>("POST", serverPath(server, "profiles"), input);
    print(made, () => `Added "${made.name}"${made.isDefault ? ", the default" : ""}.`);
  });

  withSettingsOptions(
    profiles
      .command("change")
      .description("change a profile; it counts from the next call on of everybody who runs with it")
      .argument("<server>", "its slug or id")
      .argument("<profile>", "its name or id")
      .option("--name <name>", "what it is called from now on"),
  ).action(async (server: string, wanted: string, options: ProfileOptions) => {
    const portico = api();
    const profile = findProfile((await readProfiles(portico, server)).items, wanted);
    const settings = await settingsOf(profile.settings, options);
    const input = {
      ...(options.name === undefined ? {} : { name: options.name }),
      ...(settings ? { settings } : {}),
      ...(options.default ? { isDefault: true } : {}),
    };
    if (Object.keys(input).length === 0)
      throw new ApiError("usage", "Say what is to change. See: portico profiles change --help");
    // Settings are made of what was read, and written whole.
    const changed = await portico.request<Profile>("PATCH", serverPath(server, "profiles", profile.id), {
      ...input,
      lock: profile.lock,
    });
    print(changed, () => `Changed "${changed.name}".`);
  });

  profiles
    .command("remove")
    .description(
      "remove a profile with every value in it; who ran with it runs with the default from then on. For a day it can be restored",
    )
    .argument("<server>", "its slug or id")
    .argument("<profile>", "its name or id")
    .action(async (server: string, wanted: string) => {
      const portico = api();
      const { id, name } = findProfile((await readProfiles(portico, server)).items, wanted);
      await portico.request("DELETE", serverPath(server, "profiles", id));
      print({ removed: id }, () => `Removed "${name}". For a day: portico profiles restore ${server} ${id}`);
    });

  profiles
    .command("restore")
    .description(
      "bring a removed profile back, with its values and for whoever had chosen it; left out: list those that can be",
    )
    .argument("<server>", "its slug or id")
    .argument("[profile]", "its name or id")
    .action(async (server: string, wanted: string | undefined) => {
      const portico = api();
      const { removed } = await readProfiles(portico, server);
      if (wanted === undefined)
        return print(removed, () =>
          removed.length > 0
            ? table(removed.map(({ name, removedAt, who, id }) => [name, `removed ${when(removedAt)}`, who ?? "-", id]))
            : "No profile was removed within a day.",
        );
      const { id } = findNamed(removed, wanted, { noun: "removed profile", namesOf: (one) => [one.name, one.id] });
      const back = await portico.request<Profile>("POST", serverPath(server, "profiles", id, "restore"));
      print(back, () => `"${back.name}" is back${back.isDefault ? ", the default" : ""}.`);
    });

  profiles
    .command("set")
    .description(`store the organization's value for a field of a profile; it is read from ${VALUE_VARIABLE}`)
    .argument("<server>", "its slug or id")
    .argument("<profile>", "its name or id")
    .argument(
      "<field>",
      "credential:<scheme> (user:password for basic) or variable:<name>, as profiles show lists them",
    )
    .option("--from <NAME>", "it is in the environment of Portico, where PORTICO_VALUE_<NAME> is set")
    .action(async (server: string, wanted: string, fieldKey: string, { from }: { from?: string }) => {
      const text = process.env[VALUE_VARIABLE];
      if (!text && !from)
        throw new ApiError("usage", `Set ${VALUE_VARIABLE} to the value: arguments show in process lists.`);
      const portico = api();
      const { items, fields } = await readProfiles(portico, server);
      const { id, name } = findProfile(items, wanted);
      const { field, kind, scheme } = findField(fields, fieldKey);
      const typed = text ?? "";
      const value = from ? toReference(from) : kind === "variable" ? typed : toCredential(scheme?.type, typed);
      await portico.request("PUT", serverPath(server, "profiles", id, "values", field), { value });
      print({ profile: id, field }, () =>
        from
          ? `${field} of "${name}" is in PORTICO_VALUE_${toReference(from).name}.`
          : `Stored ${field} for "${name}". It never comes back.`,
      );
    });

  profiles
    .command("forget")
    .description("forget the organization's value for a field of a profile")
    .argument("<server>", "its slug or id")
    .argument("<profile>", "its name or id")
    .argument("<field>", "as profiles show lists them")
    .action(async (server: string, wanted: string, fieldKey: string) => {
      const portico = api();
      const { id, name, values } = findProfile((await readProfiles(portico, server)).items, wanted);
      const { field } = findNamed(values, fieldKey, { noun: "value for", namesOf: ({ field }) => [field] });
      await portico.request("DELETE", serverPath(server, "profiles", id, "values", field));
      print({ profile: id, field }, () => `Forgot ${field} of "${name}".`);
    });
}

/** The profiles of a server, and what they can have values for. */
export function readProfiles(portico: Api, server: string): Promise<Profiles> {
  return portico.request<Profiles>("GET", serverPath(server, "profiles"));
}

export function findProfile(profiles: readonly Profile[], wanted: string): Profile {
  return findNamed(profiles, wanted, { noun: "profile", namesOf: ({ name, id }) => [name, id] });
}

function findField(fields: readonly ProfileField[], wanted: string): ProfileField {
  return findNamed(fields, wanted, { noun: "field", namesOf: ({ field }) => [field] });
}

function withSettingsOptions(command: Command): Command {
  return command
    .option("--default", "API keys and machines run with it, and whoever chose none")
    .option("--base-url <url>", "call the API here; none: where the server says")
    .option(
      "--field <field=who>",
      'who fills it: organization, person or unused ("credential:key=person"); repeatable',
      collect,
      [],
    )
    .option(
      "--preset <argument=value>",
      "a value that the model may change; name:=JSON for JSON; repeatable",
      collect,
      [],
    )
    .option("--fix <argument=value>", "a value that the model neither sees nor changes; repeatable", collect, [])
    .option("--unset <argument>", "give it no more; repeatable", collect, [])
    .option("--hide <operation>", 'its tool is not offered ("DELETE /pets"); repeatable', collect, [])
    .option("--unhide <operation>", "its tool is offered again; repeatable", collect, [])
    .option("--settings <file>", "all of it from a JSON file, as profiles show --json prints it under settings");
}

/** What the file says, or the settings changed by the options; undefined when neither says anything. */
async function settingsOf(before: ProfileSettings, options: ProfileOptions): Promise<unknown> {
  const changed = changeSettings(before, options);
  if (options.settings === undefined) return changed;
  if (changed) throw new ApiError("usage", "--settings says all of it: leave the other options out.");
  return readJson(options.settings);
}

function describeProfile({ name, isDefault, settings, values }: Profile, fields: readonly ProfileField[]): string[] {
  const { baseUrl, baseUrls = {}, hiddenTools } = settings;
  const storedFor = new Map(values.map((value) => [value.field, value]));
  return [
    `${name}${isDefault ? " (default)" : ""}`,
    ...(baseUrl ? [`Calls go to ${baseUrl}`] : []),
    ...Object.entries(baseUrls).map(([key, url]) => `Calls of "${key}" go to ${url}`),
    ...section(
      "Fields:",
      fields.map(({ field, isSignIn }) => {
        const stored = storedFor.get(field);
        const holder = settings.fields[field] ?? "organization";
        const how = holder === "person" && isSignIn ? "each person signs in at the API" : `filled by ${holder}`;
        return [`  ${field}`, holder === "unused" ? "unused" : how, stored ? describeValue(stored) : ""];
      }),
    ),
    ...section(
      "Arguments:",
      settings.arguments.map(({ argument, mode, value, person, operation, document }) => [
        ...[`  ${argument}`, mode, person === undefined ? JSON.stringify(value) : `the person's ${person}`],
        operation ?? (document === undefined ? "" : `of "${document}"`),
      ]),
    ),
    ...(hiddenTools.length > 0 ? ["Not offered:", ...hiddenTools.map((operation) => `  ${operation}`)] : []),
  ];
}

function describeValue({ setAt, reference }: Profile["values"][number]): string {
  return `set ${when(setAt)}${reference === undefined ? "" : ` from PORTICO_VALUE_${reference}`}`;
}

function section(title: string, rows: string[][]): string[] {
  return rows.length > 0 ? [title, table(rows)] : [];
}
