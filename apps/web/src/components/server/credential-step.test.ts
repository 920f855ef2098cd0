import { describe, expect, it } from "vitest";
import { credentialStep } from "./credential-step.ts";

const shop = { id: "Shop", title: "Shop", key: "" };
const billing = { id: "Billing", title: "Billing", key: "billing" };
const mail = { id: "Mail", title: "Mail", key: "mail" };
const credential = (documentId: string | null, { isSet = false, isPersons = false } = {}) => ({
  documentId,
  setAt: isSet ? new Date(0) : null,
  ownInProfiles: isPersons ? ["Own accounts"] : [],
});

type Given = [...Parameters<typeof credentialStep>] extends [infer Documents, infer Credentials, infer Calls]
  ? [Documents, Credentials, Calls?]
  : never;

/** A call some seconds after the credential was stored. */
const call = (operation: string, status: number | null, seconds = 1) => ({
  ...{ id: `${operation} ${seconds}`, occurredAt: new Date(seconds * 1_000), operation, status },
});

describe("the step that sets a credential", () => {
  it.each<[string, Given, ReturnType<typeof credentialStep>]>([
    ["is not there when no API wants one", [[shop, billing], []], undefined],
    [
      "is to be done for the only API",
      [[shop], [credential("Shop")]],
      { isDone: false, hint: "The document says that its API wants one" },
    ],
    [
      "is done by one of the ways in",
      [[shop], [credential("Shop"), credential("Shop", { isSet: true })]],
      { isDone: true, hint: "The document says that its API wants one" },
    ],
    [
      "is each person's",
      [[shop], [credential("Shop", { isPersons: true })]],
      { isDone: true, hint: "Each person brings their own" },
    ],
    [
      "names the API that was added",
      [
        [shop, billing],
        [credential("Shop", { isSet: true }), credential("Billing")],
      ],
      { isDone: false, hint: "Billing has none yet" },
    ],
    [
      "counts several",
      [
        [shop, billing, mail],
        [credential("Shop"), credential("Billing"), credential("Mail", { isSet: true })],
      ],
      { isDone: false, hint: "2 APIs have none yet" },
    ],
    [
      "is done when each has one, in one way or the other",
      [
        [shop, billing, mail],
        [credential("Shop", { isPersons: true }), credential("Billing", { isSet: true })],
      ],
      { isDone: true, hint: "Every API that wants one has one" },
    ],
    [
      "is not done by what is left of a document that was removed",
      [[shop], [credential(null, { isSet: true }), credential("Shop")]],
      { isDone: false, hint: "The document says that its API wants one" },
    ],
    [
      "is to be done again when the API refused what is stored",
      [[shop], [credential("Shop", { isSet: true })], [call("GET /pets", 401)]],
      { isDone: false, hint: "Set, and refused by the API", refusedCall: "GET /pets 1" },
    ],
    [
      "is to be done again when what is stored may not do what was called",
      [[shop], [credential("Shop", { isSet: true })], [call("GET /pets", 403), call("GET /pets", 200)]],
      { isDone: false, hint: "Set, and refused by the API", refusedCall: "GET /pets 1" },
    ],
    [
      "is done when the last call worked, whatever was before",
      [[shop], [credential("Shop", { isSet: true })], [call("GET /pets", 200, 2), call("GET /pets", 401)]],
      { isDone: true, hint: "The document says that its API wants one" },
    ],
    [
      "looks past calls that the API never answered",
      [[shop], [credential("Shop", { isSet: true })], [call("GET /pets", null, 2), call("GET /pets", 401)]],
      { isDone: false, hint: "Set, and refused by the API", refusedCall: "GET /pets 1" },
    ],
    [
      "is done when another one was stored since it was refused",
      [[shop], [credential("Shop", { isSet: true })], [call("GET /pets", 401, -1)]],
      { isDone: true, hint: "The document says that its API wants one" },
    ],
    [
      "does not speak of refusal when none is stored",
      [[shop], [credential("Shop")], [call("GET /pets", 401)]],
      { isDone: false, hint: "The document says that its API wants one" },
    ],
    [
      "leaves to each person what they brought",
      [[shop], [credential("Shop", { isPersons: true })], [call("GET /pets", 401)]],
      { isDone: true, hint: "Each person brings their own" },
    ],
    [
      "names the API that refused, of several",
      [
        [shop, billing],
        [credential("Shop", { isSet: true }), credential("Billing", { isSet: true })],
        [call("GET /pets", 200, 2), call("GET billing:/invoices", 401)],
      ],
      { isDone: false, hint: "Set, and refused by Billing", refusedCall: "GET billing:/invoices 1" },
    ],
  ])("%s", (_is, given, want) => {
    const [documents, credentials, calls = []] = given;
    expect(credentialStep(documents, credentials, calls)).toEqual(want);
  });
});
