export {
  acrossOrganizations,
  createDb,
  type Db,
  forOrganization,
  isDatabaseAway,
  isUniqueViolation,
  type Tx,
} from "./client.ts";
export { compress, createCompressor, decompress } from "./compress.ts";
export { Prisma } from "./generated/client.ts";
export type * from "./generated/models.ts";
export { type IdKind, newId } from "./id.ts";
export { type Resealed, resealColumn, type SealedColumn } from "./reseal.ts";
export { createVault, type Vault } from "./vault.ts";
