import { newId } from "@portico/db";
import {
  actIn,
  createApiKey,
  createInvitation,
  createOAuthClient,
  createProfile,
  createTeam,
  isAllowed,
  type Action as Permission,
  ROLES,
  type Role,
  removeTeam,
} from "@portico/services";
import { beforeAll, describe, expect, it } from "vitest";
import { CANARY, type Person, type Range } from "./range.ts";
import { type Action, actionsOf, pagesOf, readPage } from "./web-app.ts";

/** What one has to be allowed to do, or to be: an owner, or the one whose own it is (adam's). */
type Needs = Permission | "owner" | "own";

/** What an attempt is made with; all of it is there. */
interface Things {
  server: string;
  server2: string;
  document: string;
  profile: string;
  grant: string;
  key: string;
  client: string;
  provider: string;
  team: string;
  invitation: string;
  connection: string;
  slug: string;
  /** Members. */
  amy: string;
  ben: string;
  alice: string;
  adam: string;
  /** What is adam's alone. */
  own: { profile: string; connection: string; session: string; passkey: string; account: string };
}

type Try = readonly [Needs, (things: Things) => unknown[]];

const OPERATION = "GET /things";
const credential = { type: "apiKey", value: "taken" };
const settings = { fields: {}, arguments: [], hiddenTools: [] };

function form(fields: Record<string, string>): FormData {
  const made = new FormData();
  for (const [name, value] of Object.entries(fields)) made.set(name, value);
  return made;
}

/**
 * Every server action of the web app and what it needs, with what it is tried with. One that is missing here fails XT-01. Those with
 * no attempt are about the browser that asks, or the account of whoever does: there is no role to refuse.
 */
const ACTIONS: Record<string, readonly Try[]> = {
  "access/giveAccess": [
    ["server.write", ({ server }) => [{ serverId: server, to: { email: "bob@example.com" }, tools: "all" }, true]],
  ],
  "access/inviteAgain": [["server.write", ({ server2, grant }) => [server2, grant]]],
  "access/saveEverybody": [["server.write", ({ server }) => [{ serverId: server, visibility: "public" }]]],
  "access/takeAccess": [["server.write", ({ server2, grant }) => [server2, grant]]],
  "account/confirmTwoFactor": [],
  "account/forgetPasskey": [["own", ({ own }) => [own.passkey]]],
  "account/linkSocial": [],
  "account/newPassword": [],
  "account/newRecoveryCodes": [],
  "account/passkeyAdded": [],
  "account/confirmAddress": [],
  "account/sendAddressProof": [],
  "account/rename": [],
  "account/signOutOthers": [],
  "account/signOutSession": [["own", ({ own }) => [own.session]]],
  "account/startTwoFactor": [],
  "account/stopTwoFactor": [],
  "account/unlink": [["own", ({ own }) => [own.account]]],
  "api-key/makeKey": [["apiKey.manage", () => [null, form({ name: "taken", scope: "write" })]]],
  "api-key/revokeKey": [["apiKey.manage", ({ key }) => [key]]],
  "connection/changeConnection": [["own", ({ own }) => [own.connection, form({ tools: "all", days: "" })]]],
  "connection/endConnection": [["connection.manage", ({ connection }) => [connection]]],
  "connection/endConnectionsOf": [["connection.manage", ({ adam }) => [adam]]],
  "connection/endMyConnection": [["own", ({ own }) => [own.connection]]],
  "connection/fillIn": [],
  "connection/forgetValue": [["own", ({ own }) => [own.connection, own.profile, "credential:key"]]],
  "connection/readConnectionTools": [["own", ({ own }) => [own.connection]]],
  "connection/signInForConnection": [["own", ({ own }) => [own.connection, own.profile, "credential:key"]]],
  "connection/signInToConnect": [],
  "credential/findAddresses": [["credential.write", ({ server }) => [server, "key", ""]]],
  "credential/forgetCredential": [["credential.write", ({ server }) => [server, "key"]]],
  "credential/registerThere": [["credential.write", ({ server }) => [server, "key", "", ""]]],
  "credential/signInUpstream": [["credential.write", ({ server }) => [server, "key"]]],
  "credential/storeCredential": [
    ["credential.write", ({ server }) => [null, form({ serverId: server, scheme: "key", ...credential })]],
  ],
  "document/addToServer": [
    ["server.write", ({ server2, document }) => [{ slug: "alpha2", serverId: server2, documentId: document }]],
  ],
  "document/allowReferences": [["server.write", ({ document }) => [{ documentId: document, origins: [] }]]],
  "document/checkDocument": [["server.write", ({ document }) => [{ revisionOf: document }]]],
  "document/publishDocument": [
    [
      "server.write",
      ({ document }) => [{ documentId: document, title: "taken", operations: [OPERATION], visibility: "public" }],
    ],
  ],
  "document/removeFromServer": [["server.write", ({ server, document }) => [server, document, 0]]],
  "document/reviewAdding": [["server.read", () => []]],
  "document/reviewRemoval": [["server.read", () => []]],
  "document/saveBaseUrl": [
    [
      "server.write",
      ({ server, document }) => [
        null,
        form({ serverId: server, documentId: document, baseUrl: "https://taken.example.com" }),
      ],
    ],
  ],
  "document/startImport": [["server.write", () => [null, form({ content: "{}" })]]],
  "document/watchLink": [["server.write", ({ document }) => [document, "day"]]],
  "invitation/invite": [
    ["member.manage", () => [null, form({ email: "taken@example.com", role: "member" })]],
    ["owner", () => [null, form({ email: "taken@example.com", role: "owner" })]],
  ],
  "invitation/joinAsNew": [],
  "invitation/joinAsPerson": [],
  "invitation/leaveForInvitation": [],
  "invitation/openInvitation": [],
  "invitation/revoke": [["member.manage", ({ invitation }) => [invitation]]],
  "invitation/sendAgain": [["member.manage", ({ invitation }) => [invitation]]],
  "limits/saveLimits": [["organization.manage", () => [null, form({ perCaller: "100000" })]]],
  "lint/applyFixes": [
    ["server.write", ({ server }) => [{ serverId: server, findings: [`no-when-to-use ${OPERATION}`] }]],
  ],
  "member/giveRole": [
    ["member.manage", ({ amy }) => [amy, "builder"]],
    ["owner", ({ alice }) => [alice, "member"]],
    ["owner", ({ ben }) => [ben, "owner"]],
  ],
  "member/leaveIt": [],
  "member/makeResetLink": [
    ["member.manage", ({ adam }) => [adam]],
    ["owner", ({ alice }) => [alice]],
  ],
  "member/remove": [
    ["member.manage", ({ adam }) => [adam]],
    ["owner", ({ alice }) => [alice]],
  ],
  "model-provider/findProviderModels": [
    ["model.manage", () => [{ kind: "compatible", baseUrl: "http://127.0.0.1:1/v1", apiKey: "" }]],
    ["server.write", ({ provider }) => [{ id: provider, kind: "compatible", baseUrl: "", apiKey: "" }]],
  ],
  "model-provider/removeProvider": [["model.manage", ({ provider }) => [provider]]],
  "model-provider/saveProvider": [
    [
      "model.manage",
      () => [null, form({ kind: "compatible", name: "taken", model: "x", baseUrl: "http://127.0.0.1:1/v1" })],
    ],
    ["model.manage", ({ provider }) => [null, form({ id: provider, name: "taken", model: "x" })]],
  ],
  "model-provider/testProvider": [["model.manage", ({ provider }) => [provider]]],
  "oauth-client/makeClient": [["apiKey.manage", () => [null, form({ kind: "machine", name: "taken" })]]],
  "oauth-client/revokeClient": [["apiKey.manage", ({ client }) => [client]]],
  "organization/addOrganization": [],
  "organization/removeOrganization": [["owner", ({ slug }) => [slug]]],
  "organization/saveOrganization": [["organization.manage", () => [null, form({ name: "taken" })]]],
  "person/askForReset": [],
  "person/chooseNewPassword": [],
  "person/describeReset": [],
  "person/enterByLink": [],
  "person/giveSecondFactor": [],
  "person/sendSignInLink": [],
  "person/setUp": [],
  "person/signInWithForm": [],
  "person/signInWithSocial": [],
  "profile/bringBackProfile": [
    ["server.write", ({ server, profile }) => [server, profile]],
    ["own", ({ server, own }) => [server, own.profile]],
  ],
  "profile/dropProfile": [
    ["server.write", ({ server, profile }) => [server, profile]],
    ["own", ({ server, own }) => [server, own.profile]],
  ],
  "profile/forgetStoredValue": [
    ["credential.write", ({ server, profile }) => [server, profile, "credential:key"]],
    ["own", ({ server, own }) => [server, own.profile, "credential:key"]],
  ],
  "profile/makeDefault": [
    ["server.write", ({ server, profile }) => [server, profile]],
    ["own", ({ server, own }) => [server, own.profile]],
  ],
  "profile/newProfile": [["server.write", ({ server }) => [null, form({ serverId: server, name: "taken" })]]],
  "profile/saveProfile": [
    ["server.write", ({ server, profile }) => [{ serverId: server, id: profile, name: "taken", settings, lock: 0 }]],
    ["own", ({ server, own }) => [{ serverId: server, id: own.profile, name: "taken", settings, lock: 0 }]],
  ],
  "profile/storeValue": [
    ["credential.write", ({ server, profile }) => [null, valueForm(server, profile)]],
    ["own", ({ server, own }) => [null, valueForm(server, own.profile)]],
  ],
  "server/addTexts": [["server.write", ({ server }) => [server, []]]],
  "server/applyUpgrade": [["server.write", ({ server }) => [{ id: server }]]],
  "server/changeDraftItem": [
    ["server.write", ({ server }) => [{ id: server, list: "prompts", item: { name: "taken", text: "taken" } }]],
  ],
  "server/changeTool": [
    ["server.write", ({ server }) => [{ serverId: server, operation: OPERATION, changes: { title: "taken" } }]],
  ],
  "server/publishDraft": [["server.publish", ({ server }) => [{ id: server }]]],
  "server/readPublishReview": [["server.read", () => []]],
  "server/readRestoreReview": [["server.read", () => []]],
  "server/removeServer": [["server.write", ({ server }) => [server]]],
  "server/restoreVersion": [["server.write", ({ server }) => [{ id: server, version: 1 }]]],
  "server/rollBack": [["server.publish", ({ server }) => [server, 1]]],
  "server/savePicks": [["server.write", ({ server }) => [{ serverId: server, pick: [], drop: [OPERATION] }]]],
  "server/saveSettings": [["server.write", ({ server }) => [null, form({ id: server, lock: "0", title: "taken" })]]],
  "server/searchDraftTexts": [["server.write", ({ server }) => [server, true]]],
  "server/setStatus": [["server.write", ({ server }) => [server, "paused"]]],
  "server/takeDraftBack": [["server.write", ({ server }) => [server, 1]]],
  "server/takeNew": [["server.write", ({ server }) => [server, OPERATION]]],
  "shell/leave": [],
  "shell/switchOrganization": [],
  "sso/endSingleSignOn": [["organization.manage", () => []]],
  "sso/proveDomains": [["organization.manage", () => []]],
  "sso/saveSso": [
    [
      "organization.manage",
      () => [null, form({ issuer: "https://login.example.com", clientId: "taken", clientSecret: "taken" })],
    ],
  ],
  "sso/signInWithOrganization": [],
  "sso/trySso": [["organization.manage", () => []]],
  "team/deleteTeam": [["member.manage", ({ team }) => [team]]],
  "team/saveTeam": [
    ["member.manage", () => [{ name: "taken", memberIds: [] }]],
    ["member.manage", ({ team }) => [{ id: team, name: "taken", memberIds: [] }]],
  ],
  "tool/changeTools": [
    ["server.write", ({ server }) => [{ serverId: server, operations: [OPERATION], changes: { title: "taken" } }]],
  ],
  "tool/pickMany": [["server.write", ({ server }) => [{ serverId: server, operations: [OPERATION], isPicked: false }]]],
  "tool/restoreEdits": [["server.write", ({ server }) => [{ serverId: server, previous: {}, lock: 0 }]]],
};

function valueForm(serverId: string, profileId: string): FormData {
  return form({ serverId, profileId, field: "credential:key", kind: "apiKey", value: "taken" });
}

/** Every page of the dashboard and what it needs. One that is missing here fails XT-01. */
const PAGES: Record<string, Permission> = {
  "/": "server.read",
  "/documents/[id]": "server.read",
  "/import/[jobId]": "server.read",
  "/new": "server.write",
  "/servers/[slug]": "server.read",
  "/servers/[slug]/access": "server.write",
  "/servers/[slug]/activity": "usage.read",
  "/servers/[slug]/add-document": "server.write",
  "/servers/[slug]/connections": "usage.read",
  "/servers/[slug]/credentials": "credential.write",
  "/servers/[slug]/own-tools": "server.read",
  "/servers/[slug]/profiles": "server.read",
  "/servers/[slug]/profiles/[id]": "server.write",
  "/servers/[slug]/prompts": "server.read",
  "/servers/[slug]/settings": "server.write",
  "/servers/[slug]/tools": "server.read",
  "/servers/[slug]/tools/[operation]": "server.read",
  "/servers/[slug]/tools/[operation]/answer": "server.write",
  "/servers/[slug]/tools/[operation]/try": "server.write",
  "/servers/[slug]/try": "server.write",
  "/servers/[slug]/try/cases": "server.write",
  "/servers/[slug]/try/chat": "server.write",
  "/servers/[slug]/upgrade": "server.write",
  "/servers/[slug]/versions": "server.read",
  "/servers/[slug]/versions/compare": "server.read",
  "/settings/api-keys": "apiKey.manage",
  "/settings/audit-log": "audit.read",
  "/settings/connections": "connection.manage",
  "/settings/limits": "organization.manage",
  "/settings/members": "server.read",
  "/settings/model-providers": "model.manage",
  "/settings/oauth-clients": "apiKey.manage",
  "/settings/organization": "organization.manage",
  "/settings/single-sign-on": "organization.manage",
  "/settings/teams": "server.read",
};
/** Pages that are about the browser that asks, or the account of whoever does. */
const OWN_PAGES = [
  ...["/account", "/connect/[uid]", "/connect/error", "/connections", "/device", "/device/done", "/forgot-password"],
  ...["/invite", "/new-organization", "/no-organization", "/reset-password", "/s/[organization]/[server]", "/setup"],
  ...["/sign-in", "/sign-in/link", "/sign-in/mail", "/sign-in/organization", "/sign-in/two-factor"],
  "/verify-address",
];

const REFUSED = "Your role does not let you";

interface Mark {
  needs: Needs;
  text: string;
  /** Where whoever may see it sees it. */
  at: string;
}

interface Given {
  range: () => Range;
  idsOfA: () => Promise<Record<string, string>>;
  addressOf: (page: string) => Promise<string>;
  /** A short word for all that the organization has stored. */
  digest: () => Promise<Record<string, string>>;
}

/** security.md §2.3, XT-01: nobody of the organization itself does or sees what is beyond their role, or another person's own. */
export function roleAttacks({ range, idsOfA, addressOf, digest }: Given): void {
  describe("XT-01: beyond one's role", () => {
    let things: Things;
    let marks: Mark[];
    beforeAll(async () => {
      things = await collect(range(), await idsOfA());
      marks = await plant(range(), things);
    });

    const people = (): [Role, Person][] => {
      const { amy, ben, adam, alice } = range().a;
      return [
        ["member", amy],
        ["builder", ben],
        ["admin", adam],
        ["owner", alice],
      ];
    };
    /** As the services have it: there is one table of who may do what. */
    const isFor = (needs: Needs, role: Role, id: string) => {
      if (needs === "owner") return role === "owner";
      return needs === "own" ? id === range().a.adam.id : isAllowed({ type: "user", id, role }, needs);
    };

    it("every server action and every page is in the matrix, and every role is tried", () => {
      const names = actionsOf().map(({ name }) => name);
      expect(names.sort()).toEqual(Object.keys(ACTIONS).sort());
      expect(pagesOf().sort()).toEqual([...Object.keys(PAGES), ...OWN_PAGES].sort());
      expect(people().map(([role]) => role)).toEqual(ROLES);
    });

    it.each(Object.keys(ACTIONS).filter((name) => ACTIONS[name]?.length))("%s refuses who may not", async (name) => {
      const action = actionsOf().find((one) => one.name === name) as Action;
      const at = await addressOf(action.page);
      const before = await digest();
      const wrong: unknown[] = [];
      for (const [needs, argsOf] of ACTIONS[name] ?? [])
        for (const [role, person] of people()) {
          if (isFor(needs, role, person.id)) continue;
          const text = await post(person, at, action.id, argsOf(things));
          const codes = needs === "own" ? ["not_found", "forbidden"] : ["forbidden"];
          // The refusal of the verb itself, and nothing else: not a complaint about what was sent, nor an answer beside it.
          const outcome = JSON.parse(/^1:(\{.*\})$/m.exec(text)?.[1] ?? "null");
          const isRefused =
            codes.includes(outcome?.details) && Object.keys(outcome).join() === "ok,message,fields,details";
          const told = marks.filter((mark) => text.includes(mark.text) && !isFor(mark.needs, role, person.id));
          if (!isRefused || told.length > 0) wrong.push({ role, needs, text: text.slice(0, 2_000), told });
        }
      expect(wrong).toEqual([]);
      expect(await digest()).toEqual(before);
    });

    it("pages refuse who may not, and what they show is for whoever looks", async () => {
      const looked = await Promise.all(
        Object.keys(PAGES).map(async (page) => ({ at: await addressOf(page), needs: PAGES[page] as Permission })),
      );
      const own = `/servers/alpha/profiles/${things.own.profile}`;
      const wrong: unknown[] = [];
      const seen = new Set<string>();
      const look = async (role: Role, person: Person, at: string, headers: Record<string, string>) => {
        const { text, status } = await readPage(range(), person, at, headers);
        for (const mark of marks)
          if (text.includes(mark.text)) {
            seen.add(`${mark.text} by ${role}`);
            if (!isFor(mark.needs, role, person.id)) wrong.push([role, at, mark.text]);
          }
        return { text, status };
      };
      for (const [role, person] of people())
        for (const headers of [{}, { rsc: "1" }] as Record<string, string>[]) {
          for (const { at, needs } of looked) {
            const { text, status } = await look(role, person, at, headers);
            const isRefused = text.includes(REFUSED);
            if (status >= 400 && !at.includes("/upgrade")) wrong.push([role, at, status]);
            if (isRefused === isFor(needs, role, person.id)) wrong.push([role, at, isRefused ? "refused" : "let in"]);
          }
          for (const { at } of marks) await look(role, person, at, headers);
          for (const at of OWN_PAGES.filter((page) => !page.includes("["))) await look(role, person, at, headers);
          const { status, text } = await look(role, person, own, headers);
          const isFound = status === 200 && text.includes("Sealed own");
          if (isFound !== isFor("own", role, person.id)) wrong.push([role, own, status]);
        }
      expect(wrong).toEqual([]);
      // There is something to see: who may does see it.
      for (const mark of marks)
        for (const [role, person] of people())
          if (isFor(mark.needs, role, person.id)) expect(seen).toContain(`${mark.text} by ${role}`);
    });

    /** Calls a server action as its page does. */
    async function post(person: Person, at: string, id: string, args: unknown[]): Promise<string> {
      const headers = { "next-action": id, origin: range().url };
      const isForm = args.some((arg) => arg instanceof FormData);
      const answer = await range().as(person, at, {
        method: "POST",
        headers: isForm ? headers : { ...headers, "content-type": "text/plain;charset=UTF-8" },
        body: isForm ? encode(args) : JSON.stringify(args),
      });
      return answer.text;
    }
  });
}

/** Arguments of which one is a form, as React sends them: the form's fields under its number, and the number in its place. */
function encode(args: unknown[]): FormData {
  const body = new FormData();
  const places = args.map((arg) => {
    if (!(arg instanceof FormData)) return arg;
    for (const [name, value] of arg) body.append(`_1_${name}`, value);
    return "$K1";
  });
  body.append("0", JSON.stringify(places));
  return body;
}

async function collect({ a, db, deps, connect }: Range, known: Record<string, string>): Promise<Things> {
  const memberOf = async ({ id }: Person) =>
    (await db.member.findFirstOrThrow({ where: { userId: id, organizationId: a.id } })).id;
  const asAdam = actIn(deps, { organizationId: a.id, actor: { type: "user", id: a.adam.id, role: "admin" } });
  const profile = await createProfile({
    ctx: asAdam,
    input: { serverId: a.alpha.id, name: "Sealed own profile", isOwn: true },
  });
  await connect(a.adam, a.alpha.mcpUrl);
  const connection = await db.connection.findFirstOrThrow({ where: { userId: a.adam.id } });
  const passkey = await db.passkey.create({
    data: {
      id: `passkey_${CANARY}`,
      userId: a.adam.id,
      name: "Sealed own passkey",
      publicKey: "x",
      credentialID: "x",
      ...{ counter: 0, deviceType: "singleDevice", backedUp: false },
    },
  });
  const session = await db.authSession.findFirstOrThrow({ where: { userId: a.adam.id } });
  const account = await db.account.findFirstOrThrow({ where: { userId: a.adam.id } });
  // It is read again from where it came from.
  await db.document.update({ where: { id: a.alpha.documentId }, data: { sourceUrl: "https://things.example.com" } });
  return {
    ...{ server: a.alpha.id, server2: a.alpha2.id, document: a.alpha.documentId, slug: a.slug },
    ...{ team: a.teamId, invitation: a.invitationId, grant: a.grantId, key: a.keyId },
    profile: known["profiles/profileId"] ?? "",
    client: known["oauth-clients/id"] ?? "",
    provider: known["model-providers/id"] ?? "",
    connection: known["connections/id"] ?? "",
    ...{ amy: await memberOf(a.amy), ben: await memberOf(a.ben) },
    ...{ adam: await memberOf(a.adam), alice: await memberOf(a.alice) },
    own: {
      ...{ profile: profile.id, connection: connection.id, session: session.id },
      ...{ passkey: passkey.id, account: account.id },
    },
  };
}

/** Something of each kind that not everybody of the organization may see, with a name that nothing else has. */
async function plant({ a, db, deps }: Range, things: Things): Promise<Mark[]> {
  const { ctx } = a;
  await createApiKey({ ctx, input: { name: "Sealed key" } });
  await createOAuthClient({ ctx, input: { kind: "machine", name: "Sealed client" } });
  await createInvitation({ ctx, input: { email: "sealed-invitation@example.com", role: "member" } });
  const team = await createTeam({ ctx, input: { name: "Sealed team", memberIds: [] } });
  await removeTeam({ ctx, input: { id: team.id } });
  const id = newId("ssoProvider");
  await db.ssoProvider.create({
    data: {
      ...{ id, organizationId: a.id, issuer: "http://127.0.0.1:1", clientId: "Sealed sign-on", joinsNew: false },
      sealed: deps.vault.seal("x", `ssoProvider:${id}`),
    },
  });
  await db.usageEvent.create({
    data: {
      id: newId("usageEvent"),
      occurredAt: new Date(),
      ...{
        organizationId: a.id,
        serverId: a.alpha.id,
        kind: "call",
        tool: "Sealed call",
        outcome: "ok",
        durationMs: 1,
      },
      ...{ principal: "user", subject: a.alice.id, clientName: CANARY },
    },
  });
  const own = `/servers/alpha/profiles`;
  return [
    { needs: "apiKey.manage", text: "Sealed key", at: "/settings/api-keys" },
    { needs: "apiKey.manage", text: "Sealed client", at: "/settings/oauth-clients" },
    { needs: "member.manage", text: "sealed-invitation@example.com", at: "/settings/members" },
    { needs: "audit.read", text: "Sealed team", at: "/settings/audit-log" },
    { needs: "organization.manage", text: "Sealed sign-on", at: "/settings/single-sign-on" },
    { needs: "server.write", text: `friend-${CANARY}@example.com`, at: "/servers/alpha2/access" },
    { needs: "server.write", text: `Models ${CANARY}`, at: "/servers/alpha/try/chat" },
    { needs: "server.write", text: `Case ${CANARY}`, at: "/servers/alpha/try/cases" },
    { needs: "usage.read", text: "Sealed call", at: "/servers/alpha/activity" },
    { needs: "own", text: "Sealed own profile", at: own },
    { needs: "own", text: "Sealed own passkey", at: "/account" },
    { needs: "own", text: things.own.session, at: "/account" },
  ];
}
