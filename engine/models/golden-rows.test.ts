import { describeGoldens } from '../../oracle/test-goldens.ts';

// Without subgroups only the kernels' own tests have this profile: software adapters that lack them are rare.
describeGoldens({ profile: 'rows', subgroups: true });
