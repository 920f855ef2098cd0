/** `listPetOwners`, `list_pet_owners` and `ListPetOwners` as the same words, in small letters. */
export function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1 $2")
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== "")
    .map((word) => word.toLowerCase());
}

/** The word without its plural, near enough to compare with. */
export function singular(word: string): string {
  if (word.length > 4 && word.endsWith("ies")) return `${word.slice(0, -3)}y`;
  if (word.length > 4 && /(?:ses|xes|ches|shes)$/.test(word)) return word.slice(0, -2);
  return word.length > 3 && word.endsWith("s") && !word.endsWith("ss") ? word.slice(0, -1) : word;
}

/** First words of what operations do. */
export const VERBS: ReadonlySet<string> = new Set(
  `accept access acknowledge activate add admit allocate analyze append apply approve archive ask assign associate attach authenticate authorize
  autocomplete ban batch begin bind block book build bulk buy calculate call cancel capture change charge check checkout clear clone close compare
  complete compute configure confirm connect consume convert copy count create crosspost deactivate decline decode decrease delete deliver deploy
  deprecate describe destroy detach detect disable disassociate disconnect discover dismiss dispatch download drop duplicate edit email enable encode
  end enqueue ensure evaluate evict exchange execute expire explain export extend fetch fill filter finalize find finish flag follow forward fulfill
  generate geocode geolocate get give grant handle head hide identify import increase index ingest init initialize initiate insert inspect install
  invalidate invite invoke issue join kick kill leave like link list load lock login logout look lookup make map mark match measure merge migrate
  modify monitor move mute notify obtain open order parse patch pause pay perform pin ping play poll post predict prepare preview process promote
  provision prune publish pull purchase purge push put query queue read rebuild receive recommend record recover redeem redirect refresh refund
  register reject release reload remove rename renew reopen reorder replace reply report request resend reserve reset resize resolve respond restart
  restore restrict resume retrieve retry return revert review revoke rollback rotate route run save scale scan schedule search seek select sell send
  set share show sign signup simulate skip snap sort split star start stop store stream submit subscribe suggest summarize suspend swap switch sync
  synchronize tag terminate test toggle track train transfer transform transition translate trash trigger unarchive unassign unban unblock undelete
  unfollow unfurl uninstall unlink unlock unmerge unmute unpin unpublish unregister unshare unstar unsubscribe untrash update upgrade upload upsert
  use validate verify view void vote wait watch withdraw write`
    .split(/\s+/)
    .filter((word) => word !== ""),
);
