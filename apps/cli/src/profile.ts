import type { Api } from "./api.ts";
import { findNamed, type Page, serverPath } from "./command.ts";

export interface ProfileSettings {
  baseUrl?: string;
  baseUrls?: Record<string, string>;
  /** Who fills what; absent: the organization. */
  fields: Record<string, string>;
  arguments: ProfileArgument[];
  hiddenTools: string[];
}

export interface ProfileArgument {
  argument: string;
  operation?: string;
  document?: string;
  mode: "default" | "fixed";
  value?: unknown;
  person?: string;
}

export interface Profile {
  id: string;
  name: string;
  isDefault: boolean;
  settings: ProfileSettings;
  values: { field: string; setAt: string }[];
  connectionCount: number;
}

/** Something that a profile can have a value for. */
export interface ProfileField {
  field: string;
  name: string;
  kind: "credential" | "variable";
  scheme?: { type: string };
  isSignIn: boolean;
}

export function readProfiles(portico: Api, server: string): Promise<Page<Profile> & { fields: ProfileField[] }> {
  return portico.request<Page<Profile> & { fields: ProfileField[] }>("GET", serverPath(server, "profiles"));
}

export function findProfile(profiles: readonly Profile[], wanted: string): Profile {
  return findNamed(profiles, wanted, { noun: "profile", namesOf: ({ name, id }) => [name, id] });
}
