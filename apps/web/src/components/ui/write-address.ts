/**
 * Calls `write`, which changes the page's address, once nothing has changed for so long: browsers refuse an address that changes with every key. A
 * click comes first: an address that is written while a page is on its way would keep it from coming. Gives how to call it off.
 */
export function writeAddressSoon(write: () => void, ms: number): () => void {
  const callOff = () => {
    clearTimeout(timer);
    document.removeEventListener("click", now, { capture: true });
  };
  const now = () => {
    callOff();
    write();
  };
  const timer = setTimeout(now, ms);
  document.addEventListener("click", now, { capture: true });
  return callOff;
}
