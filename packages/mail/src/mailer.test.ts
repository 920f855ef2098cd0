import { afterEach, describe, expect, it } from "vitest";
import { createMailer } from "./mailer.ts";
import { startSmtp } from "./testing.ts";

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function start(options?: Parameters<typeof startSmtp>[0]) {
  const smtp = await startSmtp(options);
  const mailer = createMailer({ url: smtp.url, from: "Portico <portico@example.com>" });
  stops.push(smtp.stop, async () => mailer.close());
  return { smtp, mailer };
}

const mail = {
  to: "grace@example.com",
  subject: "You are invited",
  paragraphs: ["Ada invites you."],
  action: { label: "Join", url: "https://portico.example.com/invite#abc" },
};

describe("a mail", () => {
  it("arrives at its one recipient, plain and as HTML, with its link", async () => {
    const { smtp, mailer } = await start();
    await mailer.send(mail);
    expect(smtp.received).toHaveLength(1);
    const [received] = smtp.received;
    expect(received).toMatchObject({ from: "portico@example.com", to: ["grace@example.com"] });
    expect(received?.header("subject")).toBe("You are invited");
    expect(received?.text).toContain("Join:\nhttps://portico.example.com/invite#abc");
    expect(received?.html).toContain('href="https://portico.example.com/invite#abc"');
  });

  it("WB-14: has no header, recipient or markup that a name brought along", async () => {
    const { smtp, mailer } = await start();
    await mailer.send({
      ...mail,
      subject: "Ada\r\nBcc: eve@example.com",
      paragraphs: ['<script>alert(1)</script> & "quotes"'],
    });
    const [received] = smtp.received;
    expect(received?.to).toEqual(["grace@example.com"]);
    expect(received?.header("bcc")).toBeUndefined();
    expect(received?.html).not.toContain("<script>");
    expect(received?.html).toContain("&lt;script&gt;");
  });

  it("that the server refuses is an error", async () => {
    const { mailer } = await start({ refuse: true });
    await expect(mailer.send(mail)).rejects.toThrow(/550/);
  });

  it("that no server takes is an error", async () => {
    const { smtp, mailer } = await start();
    await smtp.stop();
    await expect(mailer.send(mail)).rejects.toThrow();
  });
});
