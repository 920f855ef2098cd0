import { describe, expect, it } from "vitest";
import { changeSettings, NO_SETTINGS, type ProfileSettings, type SettingsOptions } from "./profile-settings.ts";

const nothing: SettingsOptions = { field: [], preset: [], fix: [], unset: [], hide: [], unhide: [] };
const settings: ProfileSettings = {
  baseUrl: "https://staging.example.com",
  fields: { "credential:key": "person" },
  arguments: [
    { argument: "limit", mode: "default", value: 10 },
    { argument: "limit", operation: "GET /logs", mode: "fixed", value: 5 },
    { argument: "owner", mode: "fixed", person: "email" },
  ],
  hiddenTools: ["DELETE /a"],
};

describe("changeSettings", () => {
  it.each<{ given: Partial<SettingsOptions>; want: Partial<ProfileSettings> }>([
    { given: { baseUrl: "https://eu.example.com" }, want: { baseUrl: "https://eu.example.com" } },
    {
      given: { field: ["credential:key=organization", "variable:region=unused"] },
      want: { fields: { "credential:key": "organization", "variable:region": "unused" } },
    },
    {
      given: { preset: ["limit=20"] },
      want: { arguments: [...settings.arguments.slice(1), { argument: "limit", mode: "default", value: 20 }] },
    },
    {
      given: { fix: ["tag=a", "tag=b"] },
      want: { arguments: [...settings.arguments, { argument: "tag", mode: "fixed", value: ["a", "b"] }] },
    },
    { given: { unset: ["limit"] }, want: { arguments: settings.arguments.slice(2) } },
    { given: { hide: ["DELETE /a", "POST /a"] }, want: { hiddenTools: ["DELETE /a", "POST /a"] } },
    { given: { unhide: ["DELETE /a"] }, want: { hiddenTools: [] } },
  ])("$given", ({ given, want }) =>
    expect(changeSettings(settings, { ...nothing, ...given })).toEqual({ ...settings, ...want }),
  );

  it("takes an address back, and is nothing when nothing was said", () => {
    expect(changeSettings(settings, { ...nothing, baseUrl: "none" })).not.toHaveProperty("baseUrl");
    expect(changeSettings(settings, nothing)).toBeUndefined();
  });

  it.each<{ given: Partial<SettingsOptions>; says: RegExp }>([
    { given: { field: ["credential:key"] }, says: /field=who/ },
    { given: { field: ["credential:key=me"] }, says: /--field credential:key is organization, person or unused/ },
    { given: { unset: ["limit"] }, says: /gives no such argument/ },
    { given: { fix: ["limit"] }, says: /--fix limit: write it as name=value/ },
  ])("refuses $given", ({ given, says }) =>
    expect(() => changeSettings(NO_SETTINGS, { ...nothing, ...given })).toThrow(says),
  );
});
