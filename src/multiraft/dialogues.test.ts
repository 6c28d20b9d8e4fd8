import { join } from 'node:path';
import { goldenDialogues } from '../../test/fakes/golden.js';
import { play } from './testing/dialogue.js';

goldenDialogues('dialogues of quiet groups', join(import.meta.dirname, 'dialogues'), 10, play);
