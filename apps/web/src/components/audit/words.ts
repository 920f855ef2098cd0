import type { AuditEventView } from "@portico/services";

const KINDS: Record<string, string> = {
  access: "Access to servers",
  apiKey: "API keys",
  connection: "Connections",
  credential: "Upstream credentials",
  evalCase: "Eval cases",
  invitation: "Invitations",
  member: "Members",
  modelProvider: "Model providers",
  oauthClient: "OAuth clients",
  organization: "Organization",
  person: "Accounts",
  profile: "Profiles",
  server: "Servers",
  sso: "Single sign-on",
  team: "Teams",
  tool: "Tools",
};

export function kindLabel(kind: string): string {
  return KINDS[kind] ?? kind;
}

type Said = (event: AuditEventView, detail: (name: string) => string) => string;

const named = (event: AuditEventView, noun: string) =>
  event.targetName ? `${noun} ${event.targetName}` : `a ${noun} that is gone`;

/** Whom access is given to: an address says who it is, a team or a member only what. */
function holderOf({ details }: AuditEventView): string {
  if (typeof details.email === "string") return details.email;
  return details.teamId ? "a team" : "a member";
}

/** What somebody calls a profile of their own is nobody else's to read. */
function profileOf({ details }: AuditEventView): string {
  return typeof details.name === "string" ? `the profile ${details.name}` : "a profile of their own";
}

/** What was done, to go on from who did it. */
const SENTENCES: Record<string, Said> = {
  "access.grant": (event) => `gave ${holderOf(event)} access to ${named(event, "server")}`,
  "access.remove": (event) => `took the access of ${holderOf(event)} to ${named(event, "server")} away`,
  "access.set": (event) => `changed who may use ${named(event, "server")}`,
  "apiKey.create": (_event, detail) => `created the API key ${detail("name")}`,
  "apiKey.revoke": (event) => `revoked ${named(event, "API key")}`,
  "connection.change": (_event, detail) => `changed their connection of ${detail("client")}`,
  "connection.create": (event, detail) => `connected ${detail("client")} to ${named(event, "server")}`,
  "connection.end": (_event, detail) => `a connection of ${detail("client")} ended by itself`,
  "connection.revoke": (_event, detail) => `revoked a connection of ${detail("client")}`,
  "credential.connect": (event, detail) =>
    `signed in at the API for the credential ${detail("scheme")} of ${named(event, "server")}`,
  "credential.register": (event, detail) =>
    `registered Portico at the API for the credential ${detail("scheme")} of ${named(event, "server")}`,
  "credential.remove": (event, detail) => `removed the credential ${detail("scheme")} of ${named(event, "server")}`,
  "credential.set": (event, detail) => `stored the credential ${detail("scheme")} of ${named(event, "server")}`,
  "document.watch": (_event, detail) =>
    detail("every") === "off"
      ? `stopped looking at the link of ${detail("title")} again`
      : `has the link of ${detail("title")} looked at again every ${detail("every")}`,
  "evalCase.import": (event) => `imported eval cases of ${named(event, "server")}`,
  "evalCase.remove": (event, detail) => `removed the eval case ${detail("name")} of ${named(event, "server")}`,
  "evalCase.save": (event, detail) => `saved the eval case ${detail("name")} of ${named(event, "server")}`,
  "evalCase.update": (event, detail) => `changed the eval case ${detail("name")} of ${named(event, "server")}`,
  "invitation.accept": (_event, detail) => `joined as ${detail("role")}`,
  "invitation.acceptGuest": (event) => `came as a guest of ${named(event, "server")}`,
  "invitation.createGuest": (event, detail) => `invited ${detail("email")} as a guest of ${named(event, "server")}`,
  "invitation.create": (_event, detail) => `invited ${detail("email")} as ${detail("role")}`,
  "invitation.resend": (_event, detail) => `sent the invitation of ${detail("email")} again`,
  "invitation.revoke": (_event, detail) => `revoked the invitation of ${detail("email")}`,
  "member.join": (_event, detail) => `joined by ${detail("by")} as ${detail("role")}`,
  "member.leave": () => "left the organization",
  "member.remove": (event) => `removed ${event.targetName ?? "a member"} from the organization`,
  "member.resetLink": (event) => `made a password reset link for ${event.targetName ?? "a member"}`,
  "member.role": (event, detail) => `made ${event.targetName ?? "a member"} ${detail("to")}, was ${detail("from")}`,
  "modelProvider.create": (_event, detail) => `added the model provider ${detail("name")}`,
  "modelProvider.remove": (_event, detail) => `removed the model provider ${detail("name")}`,
  "modelProvider.update": (_event, detail) => `changed the model provider ${detail("name")}`,
  "oauthClient.create": (_event, detail) => `created the OAuth client ${detail("name")}`,
  "oauthClient.revoke": (_event, detail) => `revoked the OAuth client ${detail("name")}`,
  "organization.create": (_event, detail) => `created the organization ${detail("name")}`,
  "organization.limits": () => "changed the limits of requests",
  "organization.rename": (_event, detail) => `renamed the organization from ${detail("from")} to ${detail("to")}`,
  "person.address": () => "showed that their e-mail address is theirs",
  "person.passkey.add": () => "added a passkey",
  "person.passkey.remove": () => "removed a passkey",
  "person.password": () => "changed their password",
  "person.passwordReset": () => "set a new password by a reset link",
  "person.recoveryCodes": () => "made new recovery codes",
  "person.signIn": () => "signed in",
  "person.session.end": () => "signed out other browsers of theirs",
  "person.twoFactor.off": () => "turned two-factor authentication off",
  "person.twoFactor.on": () => "turned two-factor authentication on",
  "person.unlink": () => "unlinked an account that they signed in with",
  "profile.create": (event) => `created ${profileOf(event)} of ${named(event, "server")}`,
  "profile.fillIn": (event) => `filled in what a profile of ${named(event, "server")} asks for`,
  "profile.restore": (event) => `brought ${profileOf(event)} of ${named(event, "server")} back`,
  "profile.remove": (event) => `removed ${profileOf(event)} of ${named(event, "server")}`,
  "profile.removeValue": (event) => `removed a value of a profile of ${named(event, "server")}`,
  "profile.setValue": (event) => `stored a value of a profile of ${named(event, "server")}`,
  "profile.signIn": (event) => `signed in at the API of ${named(event, "server")} with their own account`,
  "profile.update": (event) => `changed ${profileOf(event)} of ${named(event, "server")}`,
  "server.addDocument": (event, detail) => `added ${detail("title")} to ${named(event, "server")}`,
  "server.create": (_event, detail) => `created the server ${detail("title")}`,
  "server.removeDocument": (event, detail) => `removed ${detail("title")} from ${named(event, "server")}`,
  "server.delete": (_event, detail) => `deleted the server ${detail("slug")}`,
  "server.publish": (event, detail) => `published version ${detail("version")} of ${named(event, "server")}`,
  "server.restore": (event, detail) => `made version ${detail("version")} the draft of ${named(event, "server")}`,
  "server.rollback": (event, detail) => `rolled ${named(event, "server")} back to version ${detail("version")}`,
  "server.undo": (event) => `took the last step of the draft of ${named(event, "server")} back`,
  "server.update": (event) => `changed ${named(event, "server")}`,
  "server.upgrade": (event) => `moved ${named(event, "server")} to the new revision of its document`,
  "sample.keep": (event, detail) => `kept a sample of ${detail("operation")} of ${named(event, "server")}`,
  "sample.remove": (event, detail) => `forgot the sample of ${detail("operation")} of ${named(event, "server")}`,
  "sso.join": (_event, detail) => `joined by single sign-on as ${detail("role")}`,
  "sso.link": () => "signed in by single sign-on for the first time",
  "sso.prove": (_event, detail) => `proved the domain ${detail("domain")}`,
  "sso.remove": () => "ended single sign-on",
  "sso.set": (_event, detail) => `set single sign-on to ${detail("issuer")}`,
  "sso.unprove": (_event, detail) =>
    `took the domain ${detail("domain")} for proved no more: there is another organization, and its DNS has to say so`,
  "team.create": (_event, detail) => `created the team ${detail("name")}`,
  "team.remove": (_event, detail) => `removed the team ${detail("name")}`,
  "team.update": (_event, detail) => `changed the team ${detail("name")}`,
  "tool.try": (event, detail) => `tried ${detail("operation")} of ${named(event, "server")} on the API`,
  "tool.override": (event, detail) => `edited the tool of ${detail("operation")} of ${named(event, "server")}`,
};

export function sentenceOf(event: AuditEventView): string {
  const detail = (name: string) => String(event.details[name] ?? "?");
  return SENTENCES[event.action]?.(event, detail) ?? event.action;
}

export function actorOf({ actor }: AuditEventView): string {
  if (actor.type === "system") return "Portico";
  if (actor.type === "apiKey") return actor.name ? `API key ${actor.name}` : "An API key";
  return actor.name ?? "Somebody who is gone";
}
