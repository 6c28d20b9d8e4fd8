import { join } from 'node:path';
import { goldenDialogues } from '../../test/fakes/golden.js';
import { play } from './testing/dialogue.js';

goldenDialogues('dialogues', join(import.meta.dirname, 'dialogues'), 25, play);
