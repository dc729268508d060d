import { describeGoldens } from '../../oracle/test-goldens.ts';

describeGoldens({ profile: 'lanes', subgroups: true });
