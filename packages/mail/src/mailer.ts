import { createTransport } from "nodemailer";

/** A server that does not answer is given up after this long; somebody may be waiting on a page. */
const TIMEOUT_MS = 10_000;

export interface MailerOptions {
  /** "smtp://user:password@host:587" or "smtps://…:465". */
  url: string;
  /** "Portico <portico@example.com>". */
  from: string;
}

/** One mail: what it says, and at most one thing to do. The same words make its plain and its HTML form. */
export interface Mail {
  to: string;
  subject: string;
  paragraphs: string[];
  action?: { label: string; url: string };
  /** Smaller, at the end. */
  footnote?: string;
}

export interface Mailer {
  /** Hands a mail to the SMTP server; throws when it is not taken. */
  send(mail: Mail): Promise<void>;
  close(): void;
}

/** A mailer over SMTP. Nothing of a mail is logged: its link is a secret. */
export function createMailer({ url, from }: MailerOptions): Mailer {
  const timeouts = { connectionTimeout: TIMEOUT_MS, greetingTimeout: TIMEOUT_MS, socketTimeout: TIMEOUT_MS };
  const transport = createTransport({ url, ...timeouts }, { from });
  return {
    async send(mail) {
      await transport.sendMail({
        to: { name: "", address: mail.to },
        subject: oneLine(mail.subject),
        text: plainText(mail),
        html: html(mail),
      });
    },
    close: () => transport.close(),
  };
}

/** A name that somebody chose stands in subjects: it never begins a header of its own. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, " ").slice(0, 200);
}

export function plainText({ paragraphs, action, footnote }: Omit<Mail, "to" | "subject">): string {
  return [
    ...paragraphs,
    ...(action ? [`${action.label}:\n${action.url}`] : []),
    ...(footnote ? [`--\n${footnote}`] : []),
  ]
    .join("\n\n")
    .concat("\n");
}

export function html({ paragraphs, action, footnote }: Omit<Mail, "to" | "subject">): string {
  const parts = paragraphs.map((text) => `<p style="margin:0 0 16px">${escapeHtml(text)}</p>`);
  if (action)
    parts.push(
      `<p style="margin:24px 0"><a href="${escapeHtml(action.url)}" style="background:#0f766e;border-radius:6px;color:#ffffff;display:inline-block;font-weight:600;padding:10px 16px;text-decoration:none">${escapeHtml(action.label)}</a></p>`,
      `<p style="margin:0 0 16px;color:#57534e;font-size:14px">Or open this address: <span style="word-break:break-all">${escapeHtml(action.url)}</span></p>`,
    );
  if (footnote) parts.push(`<p style="margin:24px 0 0;color:#57534e;font-size:14px">${escapeHtml(footnote)}</p>`);
  return `<!doctype html><html lang="en"><body style="margin:0;padding:32px 20px;background:#ffffff;color:#1c1917;font-family:system-ui,sans-serif;font-size:16px;line-height:1.5"><div style="max-width:480px;margin:0 auto"><p style="margin:0 0 24px;font-weight:600">Portico</p>${parts.join("")}</div></body></html>`;
}

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
