import type { Run } from '../commands.js';
import { write } from '../text.js';
import { API_VERSION, VERSION } from '../version.js';

export const version: Run = async () => {
  write(`kvctl version: ${VERSION}\nAPI version: ${API_VERSION}\n`);
};
