export * from "./certificate.js";
export { certify } from "./certify.js";
export { ownershipMessages } from "./messages.js";
