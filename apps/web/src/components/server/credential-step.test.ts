import { describe, expect, it } from "vitest";
import { credentialStep } from "./credential-step.ts";

const shop = { id: "Shop", title: "Shop" };
const billing = { id: "Billing", title: "Billing" };
const mail = { id: "Mail", title: "Mail" };
const credential = (documentId: string | null, { isSet = false, isPersons = false } = {}) => ({
  documentId,
  setAt: isSet ? new Date(0) : null,
  ownInProfiles: isPersons ? ["Own accounts"] : [],
});

describe("the step that sets a credential", () => {
  it.each<[string, Parameters<typeof credentialStep>, ReturnType<typeof credentialStep>]>([
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
  ])("%s", (_is, given, want) => {
    expect(credentialStep(...given)).toEqual(want);
  });
});
