/** Where a value is that is not stored here: the variable as whoever runs Portico sets it. */
export function FromEnvironment({ name }: { name: string }) {
  return (
    <span>
      from <code className="font-mono [overflow-wrap:anywhere]">PORTICO_VALUE_{name}</code>
    </span>
  );
}
