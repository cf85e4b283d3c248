/** Behind `changeset version`, in `npm run version-packages`: what changesets leaves to us. */
import process from "node:process";
import { raisePeers } from "./raise-peers.js";

// npm starts scripts in the root of the workspace.
raisePeers(process.cwd());
