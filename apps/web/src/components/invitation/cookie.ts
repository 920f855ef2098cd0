export const INVITATION_COOKIE = "portico-invitation";
