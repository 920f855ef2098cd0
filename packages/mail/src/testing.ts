import net from "node:net";

export interface ReceivedMail {
  from: string;
  to: string[];
  /** As it came, headers and all. */
  raw: string;
  header(name: string): string | undefined;
  text: string;
  html: string;
}

/** A small SMTP server on a free port that keeps what it is given. RFC 5321. */
export async function startSmtp({ refuse = false }: { refuse?: boolean } = {}) {
  const received: ReceivedMail[] = [];
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => {});
    converse(socket, refuse, (mail) => received.push(mail));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `smtp://127.0.0.1:${(server.address() as net.AddressInfo).port}`,
    received,
    /** The newest mail to an address, once there is one. */
    async mailTo(address: string, timeoutMs = 10_000): Promise<ReceivedMail> {
      for (const deadline = Date.now() + timeoutMs; Date.now() < deadline; ) {
        const mail = received.findLast(({ to }) => to.includes(address));
        if (mail) return mail;
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
      throw new Error(`No mail to ${address} came.`);
    },
    async stop(): Promise<void> {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function converse(socket: net.Socket, refuse: boolean, keep: (mail: ReceivedMail) => void): void {
  let [waiting, data, isData, from] = ["", "", false, ""];
  let to: string[] = [];
  const say = (line: string) => socket.write(`${line}\r\n`);
  const addressOf = (line: string) => /<([^>]*)>/.exec(line)?.[1] ?? "";
  function command(line: string): void {
    const verb = line.split(/[ :]/, 1)[0]?.toUpperCase();
    if (verb === "EHLO" || verb === "HELO") say("250 ready");
    else if (verb === "MAIL") {
      [from, to] = [addressOf(line), []];
      say("250 ok");
    } else if (verb === "RCPT") {
      if (refuse) return void say("550 nobody of that name");
      to.push(addressOf(line));
      say("250 ok");
    } else if (verb === "DATA") {
      [isData, data] = [true, ""];
      say("354 go on");
    } else if (verb === "QUIT") {
      say("221 bye");
      socket.end();
    } else say(verb === "RSET" || verb === "NOOP" ? "250 ok" : "502 not known");
  }
  say("220 test");
  socket.on("data", (chunk) => {
    waiting += chunk.toString("utf8");
    for (let end = waiting.indexOf("\r\n"); end >= 0; end = waiting.indexOf("\r\n")) {
      const line = waiting.slice(0, end);
      waiting = waiting.slice(end + 2);
      if (!isData) command(line);
      else if (line !== ".") data += `${line.replace(/^\./, "")}\r\n`;
      else {
        isData = false;
        keep(parse(data, from, to));
        say("250 taken");
      }
    }
  });
}

function parse(raw: string, from: string, to: string[]): ReceivedMail {
  const header = (name: string) => headerOf(raw, name);
  const boundary = /boundary="([^"]+)"/.exec(raw)?.[1];
  const parts = boundary ? raw.split(`--${boundary}`) : [raw];
  const part = (type: string) => decode(parts.find((one) => headerOf(one, "content-type")?.startsWith(type)) ?? "");
  return { from, to, raw, header, text: part("text/plain"), html: part("text/html") };
}

function headerOf(text: string, name: string): string | undefined {
  const [head = ""] = text.replace(/^\r\n/, "").split("\r\n\r\n", 1);
  const lines = head.replace(/\r\n[ \t]+/g, " ").split("\r\n");
  return lines
    .find((line) => line.toLowerCase().startsWith(`${name}:`))
    ?.slice(name.length + 1)
    .trim();
}

/** A part as text, whichever of the three encodings it came in. RFC 2045 §6. */
function decode(part: string): string {
  const body = part.slice(part.indexOf("\r\n\r\n") + 4);
  const encoding = headerOf(part, "content-transfer-encoding");
  if (encoding === "base64") return Buffer.from(body, "base64").toString("utf8");
  const plain =
    encoding === "quoted-printable"
      ? Buffer.from(
          body
            .replace(/=\r\n/g, "")
            .replace(/=([0-9A-F]{2})/g, (_all, code: string) => String.fromCharCode(Number.parseInt(code, 16))),
          "latin1",
        ).toString("utf8")
      : body;
  return plain.replaceAll("\r\n", "\n");
}
