/** Who signed in, as the provider says. */
export interface Claims {
  subject: string;
  email: string | null;
  /** False only when the provider says so: many, sure of their own addresses, say nothing. */
  emailVerified: boolean;
  name: string | null;
}

/** Something went wrong at the provider, in words that may be shown. */
export class IdentityProviderError extends Error {}
