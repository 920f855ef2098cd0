import type { Command } from "commander";
import { type Api, ApiError } from "./api.ts";
import { oneOf, operationsOr } from "./arguments.ts";
import { type CommandDeps, findNamed, type Page, serverPath } from "./command.ts";
import { count, table } from "./output.ts";

/** Which tools somebody may use. */
type ToolGrant = "all" | "reading" | { operations: string[] };

interface Person {
  id: string;
  name: string;
  email: string;
}

interface AccessGrant {
  id: string;
  to:
    | { team: { id: string; name: string; memberCount: number } }
    | { member: Person }
    | { email: string; guest: { state: string } | null };
  tools: ToolGrant;
}

export interface Access {
  visibility: string;
  everybodyTools: ToolGrant;
  stepUp: boolean;
  grants: AccessGrant[];
  members: (Person & {
    access: { why: string; teams: string[]; limit: { hasReading: boolean; operations: string[] } | null } | null;
  })[];
}

const VISIBILITIES = ["public", "signed-in", "organization", "chosen"] as const;
const TOOLS = 'all, reading (tools that only read), or operations separated by commas ("GET /pets")';

/** `portico access …`: who may use a server. */
export function addAccessCommands(program: Command, { api, print }: CommandDeps): void {
  const access = program.command("access").description("say who may use a server, and with which tools");

  access
    .command("show")
    .description("show who may use a server, why, and with which tools")
    .argument("<server>", "its slug or id")
    .action(async (server: string) => {
      const found = await readAccess(api(), server);
      print(found, () => describeAccess(found).join("\n"));
    });

  access
    .command("set")
    .description("say who may use a server without being named")
    .argument("<server>", "its slug or id")
    .option("--visibility <who>", "public (nobody signs in), signed-in, organization, or chosen (who is named)")
    .option("--tools <which>", `of whoever is not named: ${TOOLS}`)
    .option("--step-up", "clients that act for a person ask them once more before the first deletion")
    .option("--no-step-up")
    .action(async (server: string, options: { visibility?: string; tools?: string; stepUp?: boolean }) => {
      const { visibility, tools, stepUp } = options;
      if (visibility === undefined && tools === undefined && stepUp === undefined)
        throw new ApiError("usage", "Say what is to change: --visibility, --tools, --step-up or --no-step-up.");
      const input = {
        ...(visibility === undefined ? {} : { visibility: oneOf("--visibility", visibility, VISIBILITIES) }),
        ...(tools === undefined ? {} : { everybodyTools: toGrant(tools) }),
        ...(stepUp === undefined ? {} : { stepUp }),
      };
      const portico = api();
      await portico.request("PATCH", serverPath(server, "access"), input);
      const found = await readAccess(portico, server);
      print(found, () => describeEverybody(found));
    });

  access
    .command("grant")
    .description("let a team or a person use a server; again, to change with which tools")
    .argument("<server>", "its slug or id")
    .argument("<who>", "an e-mail address, or a team by name or id")
    .option("--tools <which>", TOOLS, "all")
    .action(async (server: string, who: string, options: { tools: string }) => {
      const portico = api();
      const to = await findHolder(portico, server, who);
      const tools = toGrant(options.tools);
      const granted = await portico.request<{ id: string }>("POST", serverPath(server, "access", "grants"), {
        to,
        tools,
      });
      print({ ...granted, to, tools }, () =>
        "email" in to
          ? `${who} may use ${grantWords(tools)}. They are no member: send them a way in with: portico access invite ${server} ${who}`
          : `${who} may use ${grantWords(tools)}.`,
      );
    });

  access
    .command("invite")
    .description("make a link by which somebody outside, who was let use a server by their address, gets in")
    .argument("<server>", "its slug or id")
    .argument("<email>", "the address that was granted")
    .action(async (server: string, email: string) => {
      const portico = api();
      const { id } = findGrant(await readAccess(portico, server), email);
      const at = serverPath(server, "access", "grants", id, "invitation");
      const invitation = await portico.request<{ url: string; mailed: string }>("POST", at);
      print(invitation, () => `${invitation.url}\nIt lasts 7 days and works once. Links made before it have ended.`);
    });

  access
    .command("remove")
    .description("take back what a team or a person was given by name; they keep what the visibility gives them")
    .argument("<server>", "its slug or id")
    .argument("<who>", "as it was granted; or the id of the grant")
    .action(async (server: string, who: string) => {
      const portico = api();
      const { id } = findGrant(await readAccess(portico, server), who);
      await portico.request("DELETE", serverPath(server, "access", "grants", id));
      print({ removed: id }, () => `${who} is named no more.`);
    });
}

function readAccess(portico: Api, server: string): Promise<Access> {
  return portico.request<Access>("GET", serverPath(server, "access"));
}

/** A member by their address, somebody else by theirs, or a team. */
async function findHolder(
  portico: Api,
  server: string,
  who: string,
): Promise<{ memberId: string } | { email: string } | { teamId: string }> {
  if (who.includes("@")) {
    const { members } = await readAccess(portico, server);
    const member = members.find(({ email }) => email.toLowerCase() === who.toLowerCase());
    return member ? { memberId: member.id } : { email: who };
  }
  const { items } = await portico.request<Page<{ id: string; name: string }>>("GET", "/api/v1/teams");
  return { teamId: findNamed(items, who, { noun: "team", namesOf: ({ name, id }) => [name, id] }).id };
}

/** A grant by whom it is for, or by its id. */
export function findGrant({ grants }: Pick<Access, "grants">, who: string): AccessGrant {
  const wanted = who.includes("@") ? who.toLowerCase() : who;
  return findNamed(grants, wanted, { noun: "grant for", namesOf: ({ id, to }) => [...namesOf(to), id] });
}

function namesOf(to: AccessGrant["to"]): string[] {
  if ("team" in to) return [to.team.name, to.team.id];
  return [("member" in to ? to.member.email : to.email).toLowerCase()];
}

function toGrant(which: string): ToolGrant {
  return operationsOr(which, ["all", "reading"]);
}

export function describeAccess(access: Access): string[] {
  const { grants, members } = access;
  return [
    describeEverybody(access),
    ...(grants.length > 0
      ? ["Named:", table(grants.map((grant) => [`  ${describeHolder(grant)}`, grantWords(grant.tools), grant.id]))]
      : []),
    "Members:",
    table(
      members.map(({ email, access: allowed }) => [
        `  ${email}`,
        ...(allowed ? [limitWords(allowed.limit), `as ${whyWords(allowed)}`] : ["may not use it"]),
      ]),
    ),
  ];
}

const WHO: Record<string, string> = {
  public: "Everybody, without signing in,",
  "signed-in": "Everybody who signs in",
  organization: "Every member of the organization",
  chosen: "Only who is named",
};

function describeEverybody({ visibility, everybodyTools, stepUp }: Access): string {
  const tools = visibility === "chosen" ? "it" : grantWords(everybodyTools);
  return `${WHO[visibility] ?? visibility} may use ${tools} (${visibility}).${stepUp ? " Deleting takes a scope of its own, which clients ask their person for." : ""}`;
}

function describeHolder({ to }: AccessGrant): string {
  if ("team" in to) return `${to.team.name} (team of ${to.team.memberCount})`;
  if ("member" in to) return to.member.email;
  return `${to.email} (${to.guest ? `guest, invitation ${to.guest.state}` : "not invited"})`;
}

function grantWords(grant: ToolGrant): string {
  if (grant === "all") return "all tools";
  return grant === "reading" ? "tools that read" : count(grant.operations.length, "operation");
}

function limitWords(limit: { hasReading: boolean; operations: string[] } | null): string {
  if (limit === null) return grantWords("all");
  const { hasReading, operations } = limit;
  const words = [
    ...(hasReading ? [grantWords("reading")] : []),
    ...(operations.length > 0 || !hasReading ? [grantWords({ operations })] : []),
  ];
  return words.join(" and ");
}

function whyWords({ why, teams }: { why: string; teams: string[] }): string {
  if (why === "team") return `team ${teams.join(", ")}`;
  return why === "person" ? "named" : why;
}
